"""NumPy's files that cannot be used: each told in our own words, with the remedy."""

import pickle
import zipfile

import numpy as np
import pytest

from svertka.data import open_data
from svertka.data.npz import read_npy, read_npz
from svertka.errors import DataError

X = np.random.default_rng(0).integers(0, 256, (40, 6, 5), np.uint8)
Y = np.arange(40) % 2


class Trap:
    """Tells whether it was unpickled."""

    def __reduce__(self):
        return (exec, ("raise SystemExit('unpickled')",))


def refusal(read, path):
    with pytest.raises(DataError) as caught:
        read(path)
    text = str(caught.value)
    assert "allow_pickle" not in text
    assert text.startswith(f"{path} ")
    assert text.endswith(".")
    return text.removeprefix(f"{path} ")


def test_objects_are_never_unpickled(tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, x=np.array([Trap()] * 4, object), y=Y[:4])
    told = (
        "cannot be read as an .npz file: x is not a plain array; Python objects are never loaded. "
        "Save plain arrays of numbers and text: np.savez(path, x=pictures, y=labels)."
    )
    assert refusal(open_data, path) == told
    with zipfile.ZipFile(path, "w") as archive:
        for name in "xy":
            archive.writestr(f"{name}.npy", pickle.dumps(Trap()))
    assert refusal(open_data, path) == told
    path.write_bytes(pickle.dumps(Trap()))
    assert "it is a pickle or something unknown; Python objects" in refusal(open_data, path)
    np.save(tmp_path / "b.npy", np.array([Trap()], object))
    assert "it is not a plain array; Python objects" in refusal(read_npy, tmp_path / "b.npy")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is empty (0 bytes). Save plain arrays"),
        (b"text\n", "it holds text. Save plain arrays"),
        (b"PK\3\4 broken", "it is damaged or cut short. Save plain arrays"),
        (b"\x93NUMPY\1\0broken", "it holds a single array without a name. Save plain arrays"),
        (b"\x01\xff\x02", "it is something else, or damaged. Save plain arrays"),
    ],
)
def test_damaged_npz(tmp_path, content, why):
    (tmp_path / "a.npz").write_bytes(content)
    assert refusal(open_data, tmp_path / "a.npz").startswith(
        f"cannot be read as an .npz file: {why}"
    )


def test_npz_cut_short_or_with_a_damaged_member(tmp_path):
    path = tmp_path / "a.npz"
    np.savez_compressed(path, x=X, y=Y)
    content = path.read_bytes()
    path.write_bytes(content[:-80])
    assert "it is damaged or cut short. Save" in refusal(open_data, path)
    path.write_bytes(content[:200] + bytes(60) + content[260:])
    assert "damaged" in refusal(open_data, path)
    assert "no such file or directory. Check the name" in refusal(read_npz, tmp_path / "no.npz")


def test_other_files_in_the_archive_are_passed_over(tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, x=X, y=Y)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("README", "mine")
    assert sorted(read_npz(path)) == ["x", "y"]


def test_npy(tmp_path):
    path = tmp_path / "a.npy"
    np.save(path, X)
    assert np.array_equal(read_npy(path), X)
    content = path.read_bytes()
    path.write_bytes(content[:-9])
    assert "it is damaged or cut short. Save one plain array" in refusal(read_npy, path)
    np.savez(tmp_path / "b.npz", x=X)
    (tmp_path / "b.npz").rename(path)
    assert "it is an archive: call it .npz" in refusal(read_npy, path)
