"""What stays together in every cut: planted copies, a column, a part of the path."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data as photographs

from svertka.data import open_data
from svertka.errors import UsageError

RANDOM = np.random.default_rng(3)


@pytest.fixture(scope="module")
def planted():
    """60 crops of photographs; of each third one a paler, a noisier and a recompressed copy."""
    whole = [photographs.astronaut(), photographs.coffee(), photographs.chelsea()]
    x, y, source = [], [], []
    for i in range(60):
        photo = whole[i % 3]
        top, left = (RANDOM.integers(0, side - 96) for side in photo.shape[:2])
        picture = Image.fromarray(photo[top : top + 96, left : left + 96]).resize((48, 48))
        copies = [np.asarray(picture)]
        if i % 3 == 0:
            noise = RANDOM.normal(0, 2, copies[0].shape)
            copies += [np.clip(copies[0] * 0.93 + 4, 0, 255), np.clip(copies[0] + noise, 0, 255)]
            small = picture.resize((40, 40), Image.Resampling.BICUBIC)
            copies.append(np.asarray(small.resize((48, 48), Image.Resampling.BICUBIC)))
        x += [copy.astype(np.uint8) for copy in copies]
        y += [i % 2] * len(copies)
        source += [i] * len(copies)
    order = RANDOM.permutation(len(x))
    return np.stack(x)[order], np.array(y)[order], np.array(source)[order]


def parts_of(dataset, source):
    """The parts in which each source's copies stand."""
    found = {}
    for name, part in dataset.parts.items():
        for place in part.ids:
            found.setdefault(int(source[int(place)]), set()).add(name)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_planted_copies_never_cross_the_parts_that_we_cut(planted, seed):
    x, y, source = planted
    kept = parts_of(open_data((x, y), seed=seed), source)
    careless = parts_of(open_data((x, y), seed=seed, group="none"), source)
    assert all(len(parts) == 1 for parts in kept.values())
    assert sum(len(parts) > 1 for parts in careless.values()) >= 8  # else nothing was proved


@pytest.mark.parametrize("number", [1, 2, 3])
def test_planted_copies_never_cross_a_fold(planted, number):
    x, y, source = planted
    assert all(
        len(parts) == 1 for parts in parts_of(open_data((x, y), fold=(number, 3)), source).values()
    )


def test_the_folds_are_all_pictures_once(planted):
    x, y, _ = planted
    held = [set(open_data((x, y), fold=(number, 4)).test.ids) for number in range(1, 5)]
    assert set.union(*held) == {str(i) for i in range(len(x))}
    assert sum(map(len, held)) == len(x)


def test_a_column_of_the_arrays_groups(tmp_path):
    n = 120
    x, patient = RANDOM.integers(0, 256, (n, 8, 8), np.uint8), np.arange(n) // 6
    np.savez(tmp_path / "a.npz", x=x, y=np.arange(n) % 2, patient=patient)
    dataset = open_data(tmp_path / "a.npz", group="patient")
    assert all(len(parts) == 1 for parts in parts_of(dataset, patient).values())
    assert dataset.key == open_data(tmp_path / "a.npz").key
    with pytest.raises(UsageError, match=r"no column 'who' .* columns here: patient"):
        open_data(tmp_path / "a.npz", group="who")


def test_a_part_of_the_path_groups(tmp_path):
    for i in range(60):
        path = tmp_path / "set" / "ab"[i % 2] / f"p{i // 5}_{i}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(RANDOM.integers(0, 256, (8, 8), np.uint8)).save(path)
    dataset = open_data(tmp_path / "set", group=r"/(p\d+)_")
    where = {}
    for name, part in dataset.parts.items():
        for place in part.ids:
            where.setdefault(place.split("/")[1].split("_")[0], set()).add(name)
    assert len(where) == 12
    assert all(len(parts) == 1 for parts in where.values())
    refused = {"(x)": "Nothing is grouped", "(p)": "same value", "(": "no pattern"}
    refused |= {"p": "no column", "(?:p)": "no .parentheses"}
    for pattern, words in refused.items():
        with pytest.raises(UsageError, match=words):
            open_data(tmp_path / "set", group=pattern)


def test_a_fold_that_cannot_be_is_refused():
    for fold in [(0, 3), (4, 3), (1, 1)]:
        with pytest.raises(UsageError, match="expected 2 folds at least"):
            open_data("digits", fold=fold)


def test_what_is_in_no_fold_is_told():
    x = RANDOM.integers(0, 256, (31, 8, 8), np.uint8)
    y = np.array([0, 1] * 15 + [2])
    dataset = open_data((x, y), fold=(1, 3))
    assert [p.reason for p in dataset.problems if "in no fold" in p.reason] == [
        "1 pictures of '2' are in no fold: a class must stand in two groups at least to be both "
        "learned and asked for"
    ]
    assert 2 in dataset.train.y


def test_a_column_of_a_table_groups(tmp_path):
    lines = ["file,label,patient"]
    for i in range(60):
        Image.fromarray(RANDOM.integers(0, 256, (8, 8), np.uint8)).save(tmp_path / f"{i}.png")
        lines.append(f"{i}.png,{'ab'[i % 2]},p{i // 5}")
    (tmp_path / "train.csv").write_text("\n".join(lines), encoding="utf-8")
    for _ in range(2):  # decoded, then from the cache
        dataset = open_data(tmp_path, group="patient")
        where = {}
        for name, part in dataset.parts.items():
            for place in part.ids:
                where.setdefault(int(Path(place).stem) // 5, set()).add(name)
        assert len(where) == 12
        assert all(len(parts) == 1 for parts in where.values())
