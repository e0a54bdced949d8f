"""Files that are either the old one or the new one, whenever the power fails."""

from __future__ import annotations

import json
import os
import secrets
import sys
from pathlib import Path
from typing import Any

from svertka.errors import StoreError

TEMPORARY = ".tmp"


def write_atomic(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path`` so that a crash leaves the old file or the new one, never a mix.

    Temporary file in the same folder, flush, fsync, ``os.replace``, fsync of the folder.
    Raises ``StoreError`` when the disk refuses.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_atomic(Path(folder, "a.txt"), b"new")
    ...     Path(folder, "a.txt").read_text()
    'new'
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}{TEMPORARY}")
    try:
        # 0o666 is what open() asks for: the user's umask decides, as for any other file
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror or error}. "
            "Free some space or choose a folder that you may write to (--out)."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable; Windows has no such call and needs none."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Make ``folder`` and those above it, where they are not there yet, and their names durable."""
    if folder.is_dir():
        return
    if folder.parent != folder:
        make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def is_temporary(path: Path) -> bool:
    """Whether ``path`` is what a killed writer left.

    >>> is_temporary(Path("runs/.run.json.0a1b2c3d.tmp")), is_temporary(Path("runs/my.tmp"))
    (True, False)
    """
    return path.name.startswith(".") and path.name.endswith(TEMPORARY)


def remove_temporary(folder: Path) -> None:
    """Remove what killed writers left in ``folder``; only the holder of its lock may call this."""
    for path in folder.iterdir():
        if is_temporary(path):
            path.unlink(missing_ok=True)


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Write ``value`` as indented JSON, atomically; NaN and infinities are our bug, not a file."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1)
    write_atomic(path, utf8(text + "\n"))


def utf8(text: str) -> bytes:
    r"""``text`` in UTF-8; the bytes of a file name that are no Unicode become ``\udcXX``, which
    JSON reads back as they were.

    >>> utf8("\udcff.png")
    b'\\udcff.png'
    """
    return text.encode("utf-8", "backslashreplace")


def read_json(path: Path, kind: str, newest: int, remedy: str) -> dict[str, Any]:
    """The JSON object in ``path``, checked to be of ``kind`` and of format 1 to ``newest``.

    Raises ``StoreError`` that names the file and ends in ``remedy``.
    """
    try:
        value = json.loads(path.read_bytes().decode(), parse_constant=_refuse)
    except FileNotFoundError:
        raise StoreError(f"{path} is missing. {remedy}") from None
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror or error}. {remedy}") from error
    except (ValueError, RecursionError) as error:
        raise StoreError(f"{path} is damaged: it is not JSON ({error}). {remedy}") from error
    if not isinstance(value, dict) or value.get("kind") != kind:
        raise StoreError(f"{path} is not a svertka {kind} but some other JSON. {remedy}")
    number = value.get("format")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise StoreError(f"{path} has no valid format number: {number!r}. {remedy}")
    if number > newest:
        raise StoreError(
            f"{path} was written by a newer svertka ({value.get('svertka', 'unknown')}, format "
            f"{number}); this one reads up to format {newest}. Update it: pip install -U svertka"
        )
    return value


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not a JSON number")
