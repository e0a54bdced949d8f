"""Pairs of pictures that look alike, kept beside the pixels: those that are found anew."""

import shutil

import numpy as np
import pytest
from PIL import Image, ImageEnhance

import svertka
from svertka.data import alike, open_data
from svertka.data.alike import near_duplicates, pairs_of
from svertka.data.likeness import identical, like_pairs
from svertka.data.packing import pack_folder
from svertka.data.split import joined

COUNT = 24


def photo(seed):
    """A smooth colour picture, unlike any of another seed."""
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 6, 3)).astype(np.uint8)
    return Image.fromarray(coarse).resize((40, 40), Image.Resampling.BICUBIC)


@pytest.fixture
def folder(tmp_path):
    """Two classes; 0 and 1 stand twice more each: as it is and paler; 2 and 3 are mirrored too."""
    for seed in range(COUNT):
        place = tmp_path / "pets" / ("cat", "dog")[seed % 2]
        place.mkdir(parents=True, exist_ok=True)
        photo(seed).save(place / f"{seed}.png")
        if seed < 2:
            photo(seed).save(place / f"{seed}-again.png")
            ImageEnhance.Brightness(photo(seed)).enhance(0.9).save(place / f"{seed}-paler.png")
        elif seed < 4:
            photo(seed).transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(place / f"{seed}-m.png")
    return tmp_path / "pets"


@pytest.fixture
def searches(monkeypatch):
    """How pictures were compared from now on: by their mirror images, or as they are."""
    made = []

    def counted(x, same, *, mirrored=False):
        made.append(mirrored)
        return like_pairs(x, same, mirrored=mirrored)

    monkeypatch.setattr(alike, "like_pairs", counted)
    return made


def fresh(packed):
    """The groups of the same pixels, without any cache."""
    x = packed.x.copy()
    same = identical(x)
    return joined(same, pairs=like_pairs(x, same).rows)


def named(packed):
    """The groups of several pictures, by their names."""
    group = near_duplicates(packed)
    groups = [{packed.ids[row] for row in np.flatnonzero(group == g)} for g in set(group.tolist())]
    return sorted(sorted(names) for names in groups if len(names) > 1)


def test_groups_are_found_once_and_are_those_of_the_pixels(folder, searches):
    planted = [
        [f"{label}/{seed}{kind}.png" for kind in ("-again", "-paler", "")]
        for seed, label in enumerate(("cat", "dog"))
    ]
    for opening in (1, 2, 3):
        packed = pack_folder(folder)
        assert named(packed) == planted, opening
        assert np.array_equal(near_duplicates(packed), fresh(packed))
    assert searches == [False]


@pytest.mark.parametrize("mirrored", [False, True])
def test_kept_pairs_are_those_that_were_found(folder, mirrored):
    packed = pack_folder(folder)
    same = identical(packed.x)
    found = like_pairs(packed.x, same, mirrored=mirrored)
    assert len(found) == 2
    for _ in range(2):
        kept = pairs_of(packed.x, same, packed.key(), mirrored=mirrored)
        assert np.array_equal(kept.rows, found.rows)
        assert np.array_equal(kept.distance, found.distance)
        assert (kept.rows.dtype, kept.distance.dtype) == (np.int64, np.float32)


def test_every_cut_and_a_copied_folder_share_them(folder, tmp_path, searches):
    shutil.copytree(folder, tmp_path / "copy")
    for source in (folder, tmp_path / "copy"):
        for seed in range(2):
            open_data(source, seed=seed)
        open_data(source, fold=(1, 3))
        open_data(source, group="(^[a-z]+/[0-9]+)")
    assert searches == [False]


def test_a_changed_file_means_other_groups(folder, searches):
    before = named(pack_folder(folder))
    photo(5).save(folder / "dog" / "7.png")
    packed = pack_folder(folder)
    assert named(packed) == sorted([*before, ["dog/5.png", "dog/7.png"]])
    assert np.array_equal(near_duplicates(packed), fresh(packed))
    assert searches == [False, False]


def test_the_check_takes_the_same(folder, cache, searches):
    open_data(folder)
    first = svertka.check(folder)
    assert searches == [False, True]  # the mirror images: a cut does not ask for them
    second = svertka.check(folder)
    assert searches == [False, True]
    shutil.rmtree(cache)
    anew = svertka.check(folder)
    assert searches == [False, True] * 2
    told = [[str(finding) for finding in health.findings] for health in (first, second, anew)]
    assert told[0] == told[1] == told[2]
    assert {finding.kind for finding in anew.findings} >= {"copies"}


def test_pictures_of_which_some_are_left_out_are_compared_anew(folder, searches):
    dataset = open_data(folder)
    part = svertka.data.Dataset(**{**vars(dataset), "train": dataset.train.select(range(4))})
    for _ in range(2):
        svertka.check(part)
    assert searches == [False, *[False, True] * 2]


def test_arrays_in_memory_are_compared_each_time(cache, searches):
    x = np.stack([np.asarray(photo(seed)) for seed in range(12)])
    for _ in range(2):
        open_data((x, np.arange(12) % 2))
    assert searches == [False, False]
    assert not cache.exists()


def cut_short(place):
    place.write_bytes(place.read_bytes()[:-40])


def one_bit(place):
    data = bytearray(place.read_bytes())
    data[data.index(b"NUMPY") + 130] ^= 1  # within the first array
    place.write_bytes(data)


def of_others(place):
    with np.load(place) as kept:
        table = dict(kept)
    np.savez(place, **{**table, "pictures": np.array(COUNT)})


def emptied(place):
    place.write_bytes(b"")


def a_folder(place):
    place.unlink()
    place.mkdir()


@pytest.mark.parametrize("damage", [cut_short, one_bit, of_others, emptied, a_folder])
def test_what_is_damaged_is_found_anew(folder, cache, searches, damage):
    packed = pack_folder(folder)
    expected = near_duplicates(packed)
    (place,) = cache.glob("packs/*/alike-*.npz")
    damage(place)
    for _ in range(2):
        assert np.array_equal(near_duplicates(packed), expected)
    assert len(searches) == (3 if damage is a_folder else 2)  # there nothing can be kept
    assert not list(cache.rglob("*.part"))
