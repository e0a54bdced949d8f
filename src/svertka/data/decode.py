"""One picture file to uint8 pixels of a given form, or the reason why not.

Decoders of damaged files throw whatever they like (OSError, ValueError, SyntaxError, RuntimeError,
struct.error, ...): all of it ends here as ``BadPicture`` with a reason in words.
"""

from __future__ import annotations

import io
import math
import re
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import numpy as np
from PIL import Image, UnidentifiedImageError

from svertka.data.dataset import Pixels
from svertka.data.items import Item, in_groups
from svertka.data.jpeg import sooner
from svertka.data.packed import Fit
from svertka.data.pixels import Array, resized, with_channels
from svertka.data.ranges import white_of
from svertka.data.raw import FORMATS, BadPicture, check_png, read, reason_of, what_is
from svertka.runtime import usable_cores

ENDINGS = frozenset(
    f".{ending}"
    for ending in (
        *("bmp", "dib", "gif", "jpg", "jpeg", "jpe", "jfif", "png", "apng"),
        *("ppm", "pgm", "pbm", "pnm", "tif", "tiff", "webp"),
    )
)
MOST_PIXELS = 89_478_485  # Pillow's own limit: 256 MB of RGB

_GROUP, _ROOM = 16, 8 << 20  # pictures of a group, and bytes where they are read in order
_LITTLE = 1 << 12  # pixels of a picture whose file is opened for longer than it is decoded
_PATIENCE = 0.1  # seconds for a turn; longer waits mean that its holder waits for the disk
_WHITE_16 = 65535.0
# By the Exif orientation, what brings a picture (H, W, C) upright.
_TURNS: dict[int, Callable[[Array], Array]] = {
    1: lambda x: x,
    2: lambda x: x[:, ::-1],
    3: lambda x: x[::-1, ::-1],
    4: lambda x: x[::-1],
    5: lambda x: x.swapaxes(0, 1),
    6: lambda x: np.rot90(x, -1),
    7: lambda x: x[::-1, ::-1].swapaxes(0, 1),
    8: np.rot90,
}
_hush, _inside, _filters = threading.Lock(), list[int](), ExitStack()
# Threads that decode little pictures would hand Python's lock to and fro: one is twice as fast.
_turn = threading.Lock()
# Two large pictures at a time: eight at once could fill a small machine's memory.
_large = threading.Semaphore(2)


@dataclass(frozen=True)
class Form:
    """What every picture is turned into: (height, width), 1 or 3 channels, how it is fitted.

    ``white`` is the value of white in 16-bit grey files; None in sets of 8-bit files, where those
    with more bits are read by their own depth.
    """

    size: tuple[int, int]
    channels: int
    fit: Fit = "resize"
    white: float | None = None


@dataclass(frozen=True, eq=False)
class Decoded:
    """``x`` (H, W, C) in the form asked for; ``size`` before fitting, ``colour`` if not all grey.

    ``top`` is the largest 16-bit value, at least 1 (0 for other pictures); ``note`` what should be
    told.
    """

    x: Pixels
    size: tuple[int, int]
    colour: bool
    top: int
    note: str


def decode(source: str | Item, form: Form) -> Decoded:
    """The picture in a file or an item; raises BadPicture."""
    data = _bytes(source)
    with _reasons(data), _opened(data) as image:
        big = image.width * image.height > 1 << 24
        with _large if big else _nothing():
            return _decode(image, data, form)


def decode_all(
    pool: Executor, sources: Iterable[str | Item], form: Form
) -> Iterator[Decoded | str]:
    """Each source's picture, in order, or in a few words why there is none."""
    # Groups: for small pictures, handing over costs as much as decoding. And only a few groups
    # ahead: what waits to be taken lies in memory.
    waiting: deque[Future[list[Decoded | str]]] = deque()
    most = 2 * _GROUP if math.prod(form.size) <= _LITTLE else _GROUP
    for group in in_groups(sources, most, _ROOM):
        waiting.append(pool.submit(_decode_group, group, form))
        if len(waiting) > 2 * _threads():
            yield from waiting.popleft().result()
    while waiting:
        yield from waiting.popleft().result()


@contextmanager
def decoders() -> Iterator[Executor]:
    """Threads for ``decode_all``, in silence; after an error they stop at once."""
    with quiet(), ThreadPoolExecutor(_threads()) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _threads() -> int:
    """How many: a few wait for the disk while the others compute."""
    return min(16, usable_cores() + 2)


def _decode_group(sources: Sequence[str | Item], form: Form) -> list[Decoded | str]:
    first = _decoded(sources[0], form)
    little = isinstance(first, Decoded) and math.prod(first.size) <= _LITTLE
    in_turn = little and _turn.acquire(timeout=_PATIENCE)
    try:
        return [first, *(_decoded(source, form) for source in sources[1:])]
    finally:
        if in_turn:
            _turn.release()


def _decoded(source: str | Item, form: Form) -> Decoded | str:
    try:
        return decode(source, form)
    except BadPicture as bad:
        return str(bad)


def peek(source: str | Item) -> tuple[int, int]:
    """(height, width) as the picture is to be seen, from the file's head; raises BadPicture."""
    data = _bytes(source)
    with _reasons(data), _opened(data) as image:
        turned = orientation(image, head_only=True) >= 5
        return (image.width, image.height) if turned else (image.height, image.width)


def _bytes(source: str | Item) -> bytes:
    return read(source) if isinstance(source, str) else source.read()


@contextmanager
def quiet() -> Iterator[None]:
    """Silence what Pillow says about odd but readable files; its size warning becomes an error.

    Wrap whole runs of ``decode`` in it, not single calls: warning filters belong to the process.
    Of several threads the first comes and the last leaves.
    """
    with _hush:
        _inside.append(threading.get_ident())
        if len(_inside) == 1:
            _filters.enter_context(warnings.catch_warnings())
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        yield
    finally:
        with _hush:
            _inside.pop()
            if not _inside:
                _filters.close()


@contextmanager
def _nothing() -> Iterator[None]:
    yield


@contextmanager
def _reasons(data: bytes) -> Iterator[None]:
    """Whatever a decoder throws becomes BadPicture."""
    try:
        yield
    except BadPicture:
        raise
    except UnidentifiedImageError as error:
        raise BadPicture(what_is(data)) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        found = re.search(r"\((\d+) pixels\)", str(error))  # Pillow's own words
        raise BadPicture(_too_large(int(found[1]) if found else None)) from error
    except Exception as error:
        raise BadPicture(reason_of(error)) from error


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    check_png(data)
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise BadPicture(_too_large(image.width * image.height))
        yield image


def _decode(image: Image.Image, data: bytes, form: Form) -> Decoded:
    note = ""
    if image.format != "MPO" and getattr(image, "is_animated", False):
        note = f"holds {getattr(image, 'n_frames', 'several')} pictures, the first is used"
    width, height = image.size
    if image.format in ("JPEG", "MPO"):
        # The decoder may shrink by 2, 4 or 8 on its way, as long as twice the target remains.
        side = 2 * max(form.size)
        image.draft(None, (side, side))
    x, top = sooner(image, data), 0
    if x is None:
        image.load()
        x, top = _plain(image)
    if top:
        white, depth = white_of(top, form.white)
        x = np.minimum(x.astype(np.float32) * np.float32(255.0 / white), np.float32(255.0))
        note = "; ".join(filter(None, (note, depth)))
    turn = orientation(image)
    size = (width, height) if turn >= 5 else (height, width)
    x = _fitted(_TURNS[turn](x if x.ndim == 3 else x[..., None]), form)
    if x.dtype != np.uint8:
        x = np.clip(np.rint(x), 0, 255).astype(np.uint8)
    return Decoded(with_channels(x, form.channels), size, _in_colour(x), top, note)


def _in_colour(x: Pixels) -> bool:
    """Whether any pixel is not grey; in most colour pictures a few lines tell."""
    if x.shape[-1] != 3:
        return False
    return any(bool((part != part[..., :1]).any()) for part in (x[::16], x))


def orientation(image: Image.Image, *, head_only: bool = False) -> int:
    """The Exif orientation, 1 to 8. TIFF is turned by Pillow itself."""
    if image.format == "TIFF" or (head_only and image.format == "PNG"):
        return 1
    try:
        turn = image.getexif().get(0x0112, 1)
    except Exception:  # noqa: BLE001 - a damaged note beside a good picture
        return 1
    return turn if isinstance(turn, int) and 1 <= turn <= 8 else 1


def _plain(image: Image.Image) -> tuple[Array, int]:
    """The picture in grey (H, W) or colour (H, W, 3), uint8; of 16-bit grey its numbers, and the
    largest of them."""
    if image.mode == "I" or image.mode.startswith("I;16"):
        values = np.asarray(image)
        low, high = int(values.min()), int(values.max())
        if low < 0 or high > _WHITE_16:
            raise BadPicture(f"32-bit values from {low} to {high}: save it with 16 or 8 bits")
        return values, max(high, 1)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        return np.asarray(Image.alpha_composite(paper, image).convert("RGB")), 0
    if image.mode in ("L", "RGB"):
        return np.asarray(image), 0
    if image.mode == "1":
        return np.asarray(image.convert("L")), 0
    if image.mode not in ("P", "RGBX", "CMYK", "YCbCr", "HSV"):
        raise BadPicture(f"pixels of the kind {image.mode}: save it with 8 bits, grey or RGB")
    return np.asarray(image.convert("RGB")), 0


def _fitted(x: Array, form: Form) -> Array:
    """A picture (H, W, C) at the size of the form, of which ``crop`` takes the middle."""
    if form.fit == "crop":
        (high, wide), (height, width) = x.shape[:2], form.size
        factor = min(wide / width, high / height)
        rows, columns = max(1, round(factor * height)), max(1, round(factor * width))
        above, left = (high - rows) // 2, (wide - columns) // 2
        x = x[above : above + rows, left : left + columns]
    fitted: Array = resized(x[None], form.size)[0]
    return fitted


def _too_large(pixels: int | None) -> str:
    size = "too many" if pixels is None else f"{pixels:,}"
    return f"{size} pixels: more than {MOST_PIXELS:,}, shrink it first"
