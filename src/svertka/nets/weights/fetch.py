"""Downloads that survive a broken line: resumed, checked, and moved into place whole."""

from __future__ import annotations

import hashlib
import http.client
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from svertka.errors import SvertkaError
from svertka.version import __version__

OnBytes = Callable[[int, int], None]
"""Called with the bytes that are here and the bytes in all (0 when the server does not say)."""

TRIES = 4  # of one call; every further call goes on where this one stopped
TIMEOUT = 30.0  # seconds without a byte
BLOCK = 1 << 20

_BROKEN = (http.client.IncompleteRead, http.client.BadStatusLine, ConnectionError, TimeoutError)


class _Short(Exception):
    """The server closed the connection before the last byte."""


def is_whole(path: Path, sha256: str) -> bool:
    """True when the file is there and its SHA-256 begins with ``sha256``."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest().startswith(sha256.lower())


def fetch(url: str, path: Path, sha256: str, on_bytes: OnBytes | None = None) -> Path:
    """The file at ``url``, stored at ``path`` and checked; nothing is fetched that is here already.

    A broken download stays beside it as ``NAME.part`` and is gone on with, in this call or the
    next. Raises SvertkaError when there is no network, no such file, or a wrong checksum.
    """
    if is_whole(path, sha256):
        return path
    part = path.with_name(path.name + ".part")
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        resumed = part.exists()
        _download(url, part, on_bytes)
        if resumed and not is_whole(part, sha256):
            part.unlink()  # the old piece may have been of another file
            _download(url, part, on_bytes)
    except OSError as error:  # no room, no right to write; the network's errors are told below
        raise SvertkaError(f"{path} cannot be written: {error}.") from error
    if not is_whole(part, sha256):
        part.unlink()
        raise SvertkaError(
            f"{url} is not the file that was expected: its SHA-256 does not begin with {sha256}. "
            f"Nothing was kept. Try again; if it stays so, something between here and there "
            f"changes the file."
        )
    return part.replace(path)


def _download(url: str, part: Path, on_bytes: OnBytes | None) -> None:
    """Fill ``part``; a broken connection is taken up again TRIES times."""
    trouble: Exception | None = None
    for _ in range(TRIES):
        try:
            return _continue(url, part, on_bytes)
        except urllib.error.HTTPError as error:
            if error.code == 416 and part.exists():  # nothing is missing, or the piece is too long
                return None
            raise SvertkaError(
                f"{url} cannot be had: the server says {error.code} {error.reason}. "
                f"{_by_hand(part)}"
            ) from None
        except urllib.error.URLError as error:
            raise SvertkaError(
                f"{url} cannot be reached: {error.reason}. Is this machine offline? "
                f"{_by_hand(part)}"
            ) from None
        except (*_BROKEN, _Short) as error:
            trouble = error
    here = part.stat().st_size if part.exists() else 0
    raise SvertkaError(
        f"The download of {url} broke off {TRIES} times ({trouble}); {here:,} bytes are kept. "
        f"Run the same command again to go on from there."
    )


def _continue(url: str, part: Path, on_bytes: OnBytes | None) -> None:
    """One request for what is missing in ``part``."""
    here = part.stat().st_size if part.exists() else 0
    headers = {"User-Agent": f"svertka/{__version__}", "Accept-Encoding": "identity"}
    if here:
        headers["Range"] = f"bytes={here}-"
    request = urllib.request.Request(url, headers=headers)
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
        goes_on = answer.status == 206 and f"bytes {here}-" in answer.headers["Content-Range"]
        here = here if goes_on else 0
        length = answer.headers["Content-Length"]
        whole = here + int(length) if length else 0
        with part.open("ab" if goes_on else "wb") as file:
            while block := answer.read(BLOCK):
                file.write(block)
                here += len(block)
                if on_bytes:
                    on_bytes(here, whole)
            file.flush()
            os.fsync(file.fileno())
    if here < whole:
        raise _Short(f"{here:,} of {whole:,} bytes came")


def _by_hand(part: Path) -> str:
    return f"The file can also be put by hand at {part.with_suffix('')}."
