"""Arrays and .npz files of every kind."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from svertka.data import open_data, open_like
from svertka.data.arrays import encode, pack_arrays
from svertka.data.npz import read_npz
from svertka.data.pixels import range_of, resized, to_uint8, with_axes, with_channels
from svertka.errors import DataError

RANDOM = np.random.default_rng(0)
X = RANDOM.integers(0, 256, (40, 6, 5), np.uint8)
Y = np.arange(40) % 2


def test_arrays_are_split_three_ways():
    dataset = open_data((X, Y))
    assert dataset.counts == {"train": 28, "val": 6, "test": 6}
    assert dataset.classes == ("0", "1")
    assert dataset.name == "arrays"
    for part in dataset.parts.values():
        for x, y, name in zip(part.x, part.y, part.ids, strict=True):
            assert np.array_equal(x[..., 0], X[int(name)])
            assert y == Y[int(name)]


def test_labels_of_every_kind():
    names = np.array(["dog", "ant"])[Y]
    for labels, classes in (
        (names, ("ant", "dog")),
        (names.astype(bytes), ("ant", "dog")),
        (Y.astype(bool), ("0", "1")),
        (Y * 7.0 - 2, ("-2", "5")),
        (Y[:, None], ("0", "1")),
        ((Y * 8 + 2).astype(np.uint8), ("2", "10")),
    ):
        places, found = encode({0: np.asarray(labels)}, None, "y")
        assert found == classes
        assert np.array_equal(places[0], 1 - Y if "dog" in classes else Y)


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        (Y + 0.5, "fractions"),
        (np.where(Y, np.nan, 1), "fractions or not numbers"),
        (np.eye(2)[Y] * 2, r"shape \(40, 2\)"),
        (Y * 1j, "complex"),
        (np.array([None] * 40), "object"),
        (Y[:39], "one label for each picture"),
        (np.array(3), "one label for each picture"),
    ],
)
def test_labels_that_are_none(labels, reason):
    with pytest.raises(DataError, match=reason):
        open_data((X, labels))


@pytest.mark.parametrize(
    ("x", "reason"),
    [
        (X[:, 0], r"shape \(40, 5\)"),
        (np.zeros((40, 2, 2, 2, 2)), "shape"),
        (X * 1j, "complex"),
        (np.where(X > 250, np.nan, X / 1.0), "not finite numbers, in .* pictures, first in"),
        (np.array([["a"] * 4] * 40), "numbers"),
        ([[1, 2], [3]], "inhomogeneous|shape"),
    ],
)
def test_pictures_that_are_none(x, reason):
    with pytest.raises((DataError, ValueError), match=reason):
        open_data((x, Y))


def test_ranges():
    assert range_of(X) == (0, 255)
    assert range_of(X.astype(np.int64)) == (0, 255)
    assert range_of(X / 255.0) == (0, 1)
    assert range_of(X.astype(np.float32)) == (0, 255)
    assert range_of(X > 4) == (0, 1)
    assert range_of(np.array([0, 1023], np.uint16)) == (0, 1023)
    assert range_of(np.array([-3.0, 5.0])) == (-3, 5)
    assert range_of(np.array([7.0, 7.0])) == (7, 8)


@given(st.sampled_from(["uint8", "int32", "uint16", "float32", "float64"]))
def test_values_survive_in_every_type(kind):
    values = X.astype(kind)
    assert np.array_equal(to_uint8(values, range_of(values)), X)
    if kind.startswith("float"):
        assert np.array_equal(to_uint8(values / 255, range_of(values / 255)), X)


def test_scikit_learns_digits_are_read_as_pictures():
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    dataset = open_data((x, y))
    assert dataset.contract.size == (8, 8)
    assert dataset.contract.value_range == (0, 16)
    assert [p.reason for p in dataset.problems][:2] == [
        "rows of 64 values were read as 8x8 grey pictures",
        "values from 0 to 16 were scaled to 8 bits, 0..255",
    ]
    part = dataset.train
    expected = np.rint(x[[int(i) for i in part.ids]].reshape(-1, 8, 8, 1) * (255 / 16))
    assert np.array_equal(part.x, expected)
    again = open_like((x[:50], y[:50]), dataset.contract)
    assert np.array_equal(again.test.x, np.rint(x[:50].reshape(-1, 8, 8, 1) * (255 / 16)))


def test_axes_and_channels():
    assert with_axes(np.zeros((4, 3, 9, 8))).shape == (4, 9, 8, 3)
    assert with_axes(np.zeros((4, 3, 9, 3))).shape == (4, 3, 9, 3)
    colour = RANDOM.integers(0, 256, (5, 7, 3), np.uint8)
    assert np.array_equal(with_channels(colour, 1)[..., 0], Image.fromarray(colour).convert("L"))
    assert np.array_equal(with_channels(colour[..., :1], 3), np.repeat(colour[..., :1], 3, -1))
    with pytest.raises(DataError, match="2 channels; 3 were expected"):
        with_channels(colour[..., :2], 3)
    big = resized(colour[None], (14, 10))
    expected = Image.fromarray(colour).resize((10, 14), Image.Resampling.BILINEAR)
    assert np.abs(big[0].astype(int) - expected).max() <= 1


def test_arrays_for_a_trained_network():
    contract = open_data((X, np.array(["ant", "dog"])[Y])).contract
    x = np.repeat(np.repeat(X / 255.0, 2, 1), 2, 2)[..., None].repeat(3, -1)
    like = open_like((x, np.array(["dog"] * 40)), contract)
    assert like.test.x.shape == (40, 6, 5, 1)
    assert set(like.test.y.tolist()) == {1}
    assert [p.reason for p in like.problems] == [
        "colour turned to grey",
        "resized from 10x12 to 5x6",
    ]
    with pytest.raises(DataError, match="does not know: elk"):
        open_like((X, np.array(["elk"] * 40)), contract)


@pytest.mark.parametrize(
    "names",
    [
        ("x_train", "y_train", "x_test", "y_test"),
        ("train_images", "train_labels", "test_images", "test_labels"),
        ("X_train", "Y_train", "X_test", "Y_test"),
        ("x", "y", "x_test", "y_test"),
        ("images", "labels", "test_images", "test_labels"),
    ],
)
def test_npz_with_parts(tmp_path, names):
    arrays = dict(zip(names, (X[:30], Y[:30], X[30:], Y[30:]), strict=True))
    np.savez_compressed(tmp_path / "set.npz", **arrays)
    dataset = open_data(tmp_path / "set.npz")
    assert dataset.name == "set"
    assert np.array_equal(dataset.test.x[..., 0], X[30:])
    assert dataset.counts["train"] + dataset.counts["val"] == 30


def test_npz_with_class_names_and_validation(tmp_path):
    np.savez(
        tmp_path / "set.npz",
        train_images=X[:20],
        train_labels=Y[:20, None],
        val_images=X[20:30],
        val_labels=Y[20:30, None],
        class_names=np.array(["ant", "dog"]),
    )
    dataset = open_data(tmp_path / "set.npz")
    assert dataset.classes == ("ant", "dog")
    assert dataset.counts == {"train": 20, "val": 10}
    assert dataset.test is None
    arrays = read_npz(tmp_path / "set.npz")
    arrays["class_names"] = np.array(["ant"])
    with pytest.raises(DataError, match="1 classes are named, so labels must be whole numbers"):
        pack_arrays(arrays, "it")


def test_npz_without_pictures(tmp_path):
    np.savez(tmp_path / "set.npz", a=X, b=Y)
    with pytest.raises(DataError, match=r"has the arrays a, b\. Expected x and y"):
        open_data(tmp_path / "set.npz")
    np.savez(tmp_path / "set.npz", x=X, images=X, y=Y)
    with pytest.raises(DataError, match="'images' is the second array of its kind"):
        open_data(tmp_path / "set.npz")


@pytest.mark.parametrize("channels", [2, 4, 5, 13])
def test_many_channels_in_front_or_at_the_end(channels):
    x = np.random.default_rng(0).integers(0, 256, (20, 16, 16, channels), np.uint8)
    y = np.arange(20) % 2
    last, first = open_data((x, y)), open_data((x.transpose(0, 3, 1, 2), y))
    assert last.contract.channels == first.contract.channels == channels
    assert last.key == first.key
    assert last.contract.mean == pytest.approx(last.train.x.mean(axis=(0, 1, 2)) / 255)
