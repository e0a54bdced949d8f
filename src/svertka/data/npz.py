"""NumPy's files, in our own words where they cannot be read; nothing is ever unpickled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from svertka.data.raw import reason_of, what_is
from svertka.errors import DataError

Array = npt.NDArray[Any]

_ONE, _MANY, _PICKLE = b"\x93NUMPY", b"PK", (b"\x80", b"(", b"c")
_NEVER = "Python objects are never loaded"
_REMEDY = {
    ".npz": "Save plain arrays of numbers and text: np.savez(path, x=pictures, y=labels).",
    ".npy": "Save one plain array of numbers: np.save(path, pictures).",
}


class _Bad(Exception):
    """Why a file or a member is not what it should be."""


def read_npz(path: Path) -> dict[str, Array]:
    """Every array of an ``.npz`` file; DataError for a damaged one and for Python objects.

    Other files in the archive, such as a README, are passed over.
    """
    try:
        # Opened here, for NumPy leaves a file open that turns out not to be an archive.
        with path.open("rb") as file:
            _check_start(file.read(512), many=True)
            file.seek(0)
            with np.load(file, allow_pickle=False) as archive:
                inside = archive.zip.namelist()
                names = [name for name in archive.files if f"{name}.npy" in inside]
                return {name: _member(archive, name) for name in names}
    except Exception as error:
        raise _told(path, error) from error


def read_npy(path: Path) -> Array:
    """The array of an ``.npy`` file; DataError for a damaged one and for Python objects."""
    try:
        with path.open("rb") as file:
            _check_start(file.read(512), many=False)
            file.seek(0)
            return _plain(np.load(file, allow_pickle=False), "it")
    except Exception as error:
        raise _told(path, error) from error


def _member(archive: Any, name: str) -> Array:
    try:
        return _plain(archive[name], name)
    except ValueError as error:
        if "Object arrays" in str(error):
            raise _Bad(f"{name} is not a plain array; {_NEVER}") from error
        raise _Bad(f"{name} in it is damaged") from error


def _plain(found: object, name: str) -> Array:
    """NumPy hands out as bytes what does not begin like an array: a pickle, for one."""
    if not isinstance(found, np.ndarray):
        raise _Bad(f"{name} is not a plain array; {_NEVER}")
    return found


def _check_start(head: bytes, *, many: bool) -> None:
    """Refuse by its first bytes what NumPy would take for a pickle, or for the other kind."""
    if not head:
        raise _Bad("it is empty (0 bytes)")
    if many and head.startswith(_ONE):
        raise _Bad("it holds a single array without a name")
    if not many and head.startswith(_MANY):
        raise _Bad("it is an archive: call it .npz")
    if head.startswith(_MANY if many else _ONE):
        return
    seems = what_is(head)
    if head.startswith(_PICKLE) and "text" not in seems:
        raise _Bad(f"it is a pickle or something unknown; {_NEVER}")
    raise _Bad("it holds text" if "text" in seems else "it is something else, or damaged")


def _told(path: Path, error: Exception) -> DataError:
    ending = path.suffix.lower()
    if isinstance(error, MemoryError):
        return DataError(f"{path} does not fit into memory when it is unpacked.")
    if isinstance(error, _Bad):
        why = str(error)
    elif isinstance(error, OSError) and error.strerror:
        return DataError(
            f"{path} cannot be read as an {ending} file: {reason_of(error)}. Check the name, and "
            f"that you may read it."
        )
    elif "Object arrays" in str(error):
        why = f"it is not a plain array; {_NEVER}"
    else:
        why = "it is damaged or cut short"
    return DataError(f"{path} cannot be read as an {ending} file: {why}. {_REMEDY[ending]}")
