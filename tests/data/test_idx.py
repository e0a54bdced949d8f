"""IDX folders."""

import gzip
import struct

import numpy as np
import pytest

from svertka.data import idx, open_data
from svertka.errors import DataError

RANDOM = np.random.default_rng(0)
X = RANDOM.integers(0, 256, (40, 6, 5), np.uint8)
Y = np.arange(40) % 2


def write_idx(path, array):
    head = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    content = head + array.astype(np.uint8).tobytes()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_an_idx_folder(tmp_path, ending):
    for prefix, part in (("train", slice(0, 30)), ("t10k", slice(30, 40))):
        write_idx(tmp_path / f"{prefix}-images-idx3-ubyte{ending}", X[part])
        write_idx(tmp_path / f"{prefix}-labels-idx1-ubyte{ending}", Y[part])
    dataset = open_data(tmp_path)
    assert np.array_equal(dataset.test.x[..., 0], X[30:])
    assert np.array_equal(dataset.test.y, Y[30:])
    assert dataset.counts["train"] + dataset.counts["val"] == 30


def test_idx_without_labels(tmp_path):
    write_idx(tmp_path / "train-images-idx3-ubyte", X)
    with pytest.raises(DataError, match="Expected x and y"):
        open_data(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"abcd",
        b"\0\0\x08\3\0\0\0\1",
        b"\0\0\x08\1\0\0\0\5abc",
        b"\0\0\x08\1\0\0\0\2abc",
        b"\0\0\x08\2\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\0\0\x0d\1\0\0\0\1abcd",
        b"\x1f\x8bbroken",
        gzip.compress(b"\0\0\x08\1\0\0\0\5abcde", mtime=0)[:-6],
    ],
)
def test_damaged_idx(tmp_path, content):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(DataError, match=str(tmp_path / "a")):
        idx.read_idx(tmp_path / "a")
