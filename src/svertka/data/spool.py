"""Decoded pictures on their way to a file, row by row, so that memory holds only a few of them."""

from __future__ import annotations

import os
import shutil
import zlib
from pathlib import Path

import numpy as np

from svertka.data.dataset import Pixels

_HEAD = 128  # bytes of an .npy header


class Spool:
    """Rows on their way to ``pixels.npy`` in ``folder``, or to memory when the disk refuses.

    ``error`` is what the disk said.
    """

    def __init__(self, folder: Path | None, error: OSError | None = None) -> None:
        self.folder, self.error = folder, error
        self._rows: list[Pixels] = []
        self._shape: tuple[int, ...] = ()
        self._crc = self._count = 0
        if folder is not None:
            try:
                self._file = (folder / "pixels.npy").open("wb")
                self._file.write(b"\0" * _HEAD)
            except OSError as failure:
                self._retreat(failure)

    def add(self, rows: Pixels) -> None:
        """Append rows (n, H, W, C)."""
        self._shape = rows.shape[1:]
        if self.folder is None:
            self._rows.append(rows)
            return
        try:
            self._file.write(np.ascontiguousarray(rows).data)
            self._file.flush()
        except OSError as failure:
            self._retreat(failure)
            self._rows.append(rows)
            return
        self._crc = zlib.crc32(np.ascontiguousarray(rows).data, self._crc)
        self._count += len(rows)

    def done(self) -> Pixels:
        """All rows, (N, H, W, C): memory-mapped from the file, or in memory."""
        if self.folder is not None:
            try:
                self._file.seek(0)
                self._file.write(_header((self._count, *self._shape)))
                self._file.flush()
                os.fsync(self._file.fileno())
                self._file.close()
                (self.folder / "crc").write_text(str(self._crc))
                return mapped(self.folder)
            except OSError as failure:
                self._retreat(failure)
        if len(self._rows) == 1:
            return self._rows[0]
        return np.concatenate(self._rows) if self._rows else np.zeros((0, 1, 1, 1), np.uint8)

    def discard(self) -> None:
        """Forget everything."""
        self._rows = []
        if self.folder is not None:
            self._file.close()
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None

    def _retreat(self, error: OSError) -> None:
        """Go on in memory with what the disk has taken so far."""
        folder, self.error = self.folder, error
        self.folder = None
        if folder is None:
            return
        if self._count:
            size = self._count * int(np.prod(self._shape))
            rows = np.fromfile(folder / "pixels.npy", np.uint8, size, offset=_HEAD)
            self._rows = [rows.reshape(self._count, *self._shape)]
        shutil.rmtree(folder, ignore_errors=True)


def _header(shape: tuple[int, ...]) -> bytes:
    """An .npy header (format 1.0) of ``_HEAD`` bytes."""
    text = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}"
    return (
        b"\x93NUMPY\x01\x00"
        + (_HEAD - 10).to_bytes(2, "little")
        + (text.ljust(_HEAD - 11) + "\n").encode("ascii")
    )


def mapped(folder: Path) -> Pixels:
    """The pixels (N, H, W, C) in a folder, memory-mapped."""
    return np.load(folder / "pixels.npy", mmap_mode="r", allow_pickle=False)  # type: ignore[no-any-return]
