"""The data that comes with the package."""

import hashlib

import numpy as np
import pytest

from svertka.data import builtin, open_data, open_like
from svertka.errors import DataError

RANDOM = np.random.default_rng(0)
X = RANDOM.integers(0, 256, (40, 6, 5), np.uint8)
Y = np.arange(40) % 2


def test_digits_are_the_fixed_split():
    dataset = open_data("digits")
    assert dataset.contract.size == (28, 28)
    assert dataset.classes == tuple("0123456789")
    assert dataset.counts["test"] == 1000
    assert dataset.counts["train"] + dataset.counts["val"] == 7000
    assert not dataset.flip
    assert "CC BY-SA" in dataset.licence
    # The rule of tools/build_builtin_data.py: of each class, those with the smallest SHA-256.
    everything = open_like("digits", dataset.contract)
    for label in range(10):
        train, test = (
            [hashlib.sha256(x.tobytes()).digest() for x in part.x[part.y == label]]
            for part in (everything.train, everything.test)
        )
        assert max(test) < min(train)
        assert len(test) == pytest.approx((len(test) + len(train)) / 8, abs=1)


def test_fashion_is_balanced_and_apart_from_digits():
    dataset = open_data("fashion", val_share=0.1)
    assert dataset.counts == {"train": 9000, "val": 1000, "test": 2000}
    assert set(dataset.class_counts["test"]) == {200}
    assert dataset.classes[9] == "Ankle boot"
    assert dataset.flip
    # Known of Fashion-MNIST: mean 0.2860, spread 0.3530 over its 60,000.
    assert dataset.contract.mean[0] == pytest.approx(0.2860, abs=0.003)
    assert dataset.contract.std[0] == pytest.approx(0.3530, abs=0.003)


@pytest.mark.parametrize("name", ["digits", "fashion"])
def test_no_built_in_picture_is_in_two_parts(name):
    dataset = open_data(name)
    seen = [x.tobytes() for part in dataset.parts.values() for x in part.x]
    assert len(seen) == len(set(seen))
    assert dataset.problems == ()


def test_built_in_data_has_its_licences_beside_it():
    notice = (builtin.FOLDER / "NOTICE").read_text()
    for words in ("CC BY-SA 3.0", "Permission is hereby granted", "Zalando SE", "Yann LeCun"):
        assert words in notice
    for item in builtin.BUILTIN:
        assert item.licence


needs_debian = pytest.mark.skipif(
    not builtin.FASHION_FOLDER.is_dir(), reason="dataset-fashion-mnist is not installed"
)


@needs_debian
def test_all_of_fashion_where_the_system_has_it():
    whole = open_data("fashion-full")
    assert whole.counts == {"train": 55000, "val": 5000, "test": 10000}
    assert whole.contract.mean[0] == pytest.approx(0.2860, abs=0.001)
    by_folder = open_data(builtin.FASHION_FOLDER)
    assert by_folder.counts == whole.counts
    assert by_folder.key == whole.key
    assert (by_folder.classes, by_folder.flip) == (whole.classes, True)
    part = open_like("fashion", whole.contract)
    known = {x.tobytes(): y for x, y in zip(whole.test.x, whole.test.y, strict=True)}
    assert all(known[x.tobytes()] == y for x, y in zip(part.test.x, part.test.y, strict=True))


def test_all_of_fashion_where_it_is_missing(monkeypatch, tmp_path):
    monkeypatch.setattr(builtin, "FASHION_FOLDER", tmp_path / "none")
    with pytest.raises(DataError, match="apt install dataset-fashion-mnist"):
        open_data("fashion-full")


def test_the_files_are_what_the_tool_builds(monkeypatch):
    if not builtin.FASHION_FOLDER.is_dir():
        pytest.skip("dataset-fashion-mnist is not installed")
    import build_builtin_data as tool

    built = {}
    monkeypatch.setattr(tool, "write", lambda path, arrays: built.update(arrays))
    tool.fashion(builtin.FASHION_FOLDER)
    with np.load(builtin.FOLDER / "fashion.npz") as kept:
        assert sorted(kept.files) == sorted(built)
        for name, array in built.items():
            assert np.array_equal(kept[name], array)
    assert (builtin.FOLDER / "fashion.npz").stat().st_size < 6 << 20
