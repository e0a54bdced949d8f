"""Pictures that were sent here: held in memory, never on a disk, and decoded as all others are."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from svertka.data import InputContract
from svertka.data.dataset import Pixels
from svertka.data.decode import Form, decode, peek
from svertka.data.items import Sent
from svertka.data.raw import BadPicture
from svertka.data.reading import read_items
from svertka.errors import DataError
from svertka.serve.places import NotHere, shown
from svertka.workbench.pictures import data_uri

SIDE = 448  # pixels of the picture that is shown
_KEPT, _BYTES = 64, 256 << 20  # pictures and bytes that are held


@dataclass(frozen=True, eq=False)
class Upload:
    """A picture that can be decoded: ``id`` is a digest of its bytes, ``size`` (height, width)."""

    id: str
    name: str
    data: bytes = field(repr=False)
    size: tuple[int, int]
    preview: str = field(repr=False)

    @classmethod
    def of(cls, data: bytes, name: str) -> Upload:
        """Read the picture once; raises ``DataError`` where it is none."""
        item = Sent(name, data)
        try:
            height, width = peek(item)
            scale = min(1.0, SIDE / max(height, width))
            small = max(1, round(height * scale)), max(1, round(width * scale))
            pixels = decode(item, Form(small, 3)).x
        except BadPicture as error:
            raise DataError(f"{name} cannot be read: {error}.") from error
        digest = hashlib.sha256(data).hexdigest()[:32]
        return cls(digest, name, data, (height, width), data_uri(_plain(pixels), SIDE))

    def pixels(self, contract: InputContract) -> Pixels:
        """The picture (H, W, C) as a network with this contract takes it, as ``svertka predict``
        would read it from a file."""
        pictures, problems = read_items([Sent(self.name, self.data)], contract)
        if not len(pictures):
            raise DataError(f"{self.name} cannot be read: {problems[0].reason}.")
        found: Pixels = pictures.take([0])[0]
        return found

    def to_dict(self) -> dict[str, Any]:
        """The picture as plain JSON types."""
        return {
            "id": self.id,
            "name": self.name,
            "size": list(self.size),
            "preview": self.preview,
        }


class Uploads:
    """The last pictures that were sent; older ones make room."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, Upload] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, upload: Upload) -> None:
        """Hold a picture."""
        with self._lock:
            self._held[upload.id] = upload
            self._held.move_to_end(upload.id)
            while len(self._held) > 1 and (len(self._held) > _KEPT or self._bytes() > _BYTES):
                self._held.popitem(last=False)

    def get(self, id: str) -> Upload:
        """The picture with this id; raises ``NotHere``."""
        with self._lock:
            found = self._held.get(id)
        if found is None:
            raise NotHere(f"The picture {shown(id)} is not here any more: send it again.")
        return found

    def _bytes(self) -> int:
        return sum(len(upload.data) for upload in self._held.values())


def _plain(pixels: Pixels) -> Pixels:
    """Grey in one channel, where it is grey: half of the bytes."""
    grey = bool((pixels == pixels[..., :1]).all())
    return np.ascontiguousarray(pixels[..., :1] if grey else pixels)
