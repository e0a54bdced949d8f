import io

import numpy as np
import pytest
from PIL import Image
from scipy.fft import dctn

from svertka.data import likeness, open_data
from svertka.data.likeness import identical, like_pairs
from svertka.data.split import joined

SOME = 3000


@pytest.fixture(scope="module", params=["digits", "fashion"])
def drawings(request):
    """Pictures and labels of a built-in set."""
    dataset = open_data(request.param)
    return dataset.train.x[:SOME], dataset.train.y[:SOME]


@pytest.fixture(params=["tree", "forest"])
def way(request, monkeypatch):
    """How neighbours are found: among few pictures and among many."""
    if request.param == "forest":
        monkeypatch.setattr(likeness, "_MANY", 100)
    return request.param


def near_duplicates(x):
    """The groups that follow from the pairs."""
    same = identical(x)
    return joined(same, pairs=like_pairs(x, same).rows)


def saved(picture, quality):
    file = io.BytesIO()
    Image.fromarray(picture.squeeze()).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file)).reshape(picture.shape)


def resized(picture, factor):
    image = Image.fromarray(picture.squeeze())
    size = round(image.width * factor), round(image.height * factor)
    there = image.resize(size, Image.Resampling.BILINEAR)
    return np.asarray(there.resize(image.size, Image.Resampling.BILINEAR)).reshape(picture.shape)


def brighter(picture):
    return np.clip(picture * 1.15 + 10, 0, 255).astype(np.uint8)


COPIES = {
    "jpeg 90": (lambda picture: saved(picture, 90), 1.0),
    "jpeg 75": (lambda picture: saved(picture, 75), 0.99),
    "jpeg 50": (lambda picture: saved(picture, 50), 0.97),
    "resized": (lambda picture: resized(picture, 2), 0.97),
    "brighter": (brighter, 0.97),
    "darker": (lambda picture: (picture * 0.8).astype(np.uint8), 1.0),
}


@pytest.mark.parametrize("kind", COPIES)
def test_copies_are_found(drawings, way, kind):
    x, _ = drawings
    copy, recall = COPIES[kind]
    rows = np.arange(0, SOME, 10)
    group = near_duplicates(np.concatenate([x, np.stack([copy(picture) for picture in x[rows]])]))
    assert (group[rows] == group[SOME:]).mean() >= recall
    assert np.bincount(group).max() <= 6  # copies do not chain distinct drawings


def test_distinct_drawings_are_hardly_ever_joined(drawings, way):
    x, y = drawings
    group = near_duplicates(x)
    sizes = np.bincount(group)
    assert (sizes[group] > 1).mean() < 0.005
    for number in np.flatnonzero(sizes > 1):
        assert len(set(y[group == number])) == 1


def test_pairs_are_those_that_comparing_all_with_all_finds(drawings, way):
    x, _ = drawings
    copies = np.stack([saved(picture, 60) for picture in x[:100]])
    x = np.concatenate([x[:1000], copies])
    pairs = like_pairs(x, identical(x))

    grey = dctn(x[..., 0].astype(float), axes=(1, 2), norm="ortho")
    coarse, fine = (grey[:, :k, :k].reshape(len(x), -1).copy() for k in (8, 16))
    coarse[:, 0] = fine[:, 0] = 0
    for block in (coarse, fine):
        block /= np.linalg.norm(block, axis=1, keepdims=True)
    cosines = coarse @ coarse.T
    nearest = np.sqrt(2 - 2 * np.sort(cosines, axis=1)[:, -2])
    radius = max(0.063, 0.2 * np.median(nearest[:: len(x) // 512]))
    wanted = (2 - 2 * cosines <= radius**2) & (2 - 2 * fine @ fine.T <= (3.2 * radius) ** 2)
    a, b = np.nonzero(np.triu(wanted, 1))
    every = set(zip(a.tolist(), b.tolist(), strict=True))
    found = {(int(i), int(j)) for i, j in pairs.rows}
    assert found <= every
    assert len(found) >= (1.0 if way == "tree" else 0.99) * len(every)
    assert len(pairs) >= 97


@pytest.mark.parametrize("many", [10_050, 12_000])
def test_among_many_pictures_of_nothing_copies_are_found_too(many):
    """Noise is the hardest: its pictures are equally far from each other in all directions."""
    drawn = np.random.default_rng(0)
    x = drawn.integers(0, 256, (many, 16, 16, 1), np.uint8)
    x[-1000:] = np.clip(x[:1000] + drawn.integers(-9, 10, (1000, 16, 16, 1)), 0, 255)
    found = {tuple(pair) for pair in like_pairs(x, identical(x)).rows.tolist()}
    copies = {(i, many - 1000 + i) for i in range(1000)}
    assert len(found & copies) >= 995
    assert found <= copies


def test_a_crowd_is_one_group_whatever_its_size(way):
    rows, columns = np.mgrid[:24, :24]
    one = (128 + 100 * np.sin(rows / 3) * np.cos(columns / 4))[None, ..., None]
    x = np.clip(one + np.random.default_rng(0).normal(0, 4, (3000, 24, 24, 1)), 0, 255)
    assert not near_duplicates(x.astype(np.uint8)).any()


def test_mirrored_copies_are_a_kind_of_their_own(way):
    x = open_data("fashion").train.x[:1000]
    mirrored = np.stack([saved(picture[:, ::-1], 90) for picture in x[:200]])
    x = np.concatenate([x, mirrored])
    same = identical(x)
    found = {tuple(pair) for pair in like_pairs(x, same, mirrored=True).rows.tolist()}
    assert sum((i, 1000 + i) in found for i in range(200)) >= 198
    plain = {tuple(pair) for pair in like_pairs(x, same).rows.tolist()}
    assert sum((i, 1000 + i) in plain for i in range(200)) < 30  # those that are symmetric


def test_colour_tells_pictures_apart():
    shape = np.zeros((1, 32, 32, 1), np.uint8)
    shape[:, 8:24, 10:20] = 255
    red, green = shape * [1, 0, 0], shape * [0, 1, 0]
    x = np.concatenate([red, green, np.clip(red + 6, 0, 255)]).astype(np.uint8)
    assert near_duplicates(x).tolist() == [0, 1, 0]


def test_identical_pictures_share_a_group_however_many_and_however_flat():
    flat = np.full((40, 16, 16, 1), 7, np.uint8)
    flat[20:] = 9
    assert near_duplicates(flat).tolist() == [0] * 20 + [1] * 20


@pytest.mark.parametrize("shape", [(0, 8, 8, 1), (1, 8, 8, 3), (2, 1, 1, 1), (5, 3, 40, 4)])
def test_small_and_odd_arrays(shape):
    x = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    assert near_duplicates(x).tolist() == list(range(shape[0]))
