"""Build the data that ships with the package: src/svertka/data/builtin/{digits,fashion}.npz.

    python tools/build_builtin_data.py DIGITS.npz FASHION_FOLDER

DIGITS.npz holds ``images`` (8000, 28, 28) uint8 and ``labels``: real MNIST digits.
FASHION_FOLDER holds the four IDX files of Fashion-MNIST; Debian's package dataset-fashion-mnist
puts them in /usr/share/datasets/fashion-mnist.

The rule, without any random number: within a class, pictures stand in the order of the SHA-256 of
their 784 bytes. Of the digits, the first eighth of every class is the test part (1,000 in all,
shared among the classes by largest remainder). Of Fashion-MNIST, the first 1,000 of every class
of its training files and the first 200 of every class of its test files are taken. Rows are then
sorted by that same hash, so that the classes are mixed. The archive's dates are fixed: the same
input gives the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import sys
import zipfile
from pathlib import Path

import numpy as np

from svertka.data.idx import read_idx

TARGET = Path(__file__).parents[1] / "src" / "svertka" / "data" / "builtin"


def hash_order(x: np.ndarray) -> list[bytes]:
    """The SHA-256 of each picture's bytes."""
    return [hashlib.sha256(picture.tobytes()).digest() for picture in x]


def first_of_each_class(x: np.ndarray, y: np.ndarray, counts: list[int]) -> np.ndarray:
    """Rows of the first ``counts[c]`` pictures of each class c, sorted by hash."""
    hashes = hash_order(x)
    rows = [
        row
        for c, count in enumerate(counts)
        for row in sorted(np.flatnonzero(y == c).tolist(), key=hashes.__getitem__)[:count]
    ]
    return np.array(sorted(rows, key=hashes.__getitem__))


def shares(y: np.ndarray, total: int) -> list[int]:
    """``total`` shared among the classes in proportion, by largest remainder."""
    exact = np.bincount(y) * total / len(y)
    counts = np.floor(exact).astype(int)
    for c in np.argsort(counts - exact, kind="stable")[: total - counts.sum()]:
        counts[c] += 1
    return counts.tolist()


def write(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """An ordinary compressed .npz, but with fixed dates."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            data = io.BytesIO()
            np.lib.format.write_array(data, np.ascontiguousarray(array), allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data.getvalue(), compresslevel=9)
    print(f"{path}: {path.stat().st_size:,} bytes")


def digits(source: Path) -> None:
    """8,000 digits: 7,000 to train and validate on, 1,000 to test on."""
    with np.load(source, allow_pickle=False) as archive:
        x, y = archive["images"], archive["labels"]
    test = first_of_each_class(x, y, shares(y, 1000))
    rest = first_of_each_class(x, y, [len(y)] * 10)
    rest = rest[~np.isin(rest, test)]
    parts = {"x_train": x[rest], "y_train": y[rest], "x_test": x[test], "y_test": y[test]}
    write(TARGET / "digits.npz", parts)


def fashion(folder: Path) -> None:
    """10,000 + 2,000 pictures of clothes, the classes equally often."""
    arrays = {}
    for part, prefix, count in (("train", "train", 1000), ("test", "t10k", 200)):
        x = read_idx(folder / f"{prefix}-images-idx3-ubyte.gz")
        y = read_idx(folder / f"{prefix}-labels-idx1-ubyte.gz")
        rows = first_of_each_class(x, y, [count] * 10)
        arrays |= {f"x_{part}": x[rows], f"y_{part}": y[rows]}
    write(TARGET / "fashion.npz", arrays)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    TARGET.mkdir(exist_ok=True)
    digits(Path(sys.argv[1]))
    fashion(Path(sys.argv[2]))
