"""Pictures of a folder, a table or an archive, decoded once into one packed array."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import PIL

from svertka.data.assemble import TRAIN
from svertka.data.cache import Cache
from svertka.data.contract import InputContract
from svertka.data.dataset import Pixels, Problem, Stack
from svertka.data.decode import Form, decode_all, decoders
from svertka.data.forms import choose_form, form_of
from svertka.data.items import Labelled, Source, stamp_of
from svertka.data.labels import Labels, divided, to_known
from svertka.data.layout import find_labelled, natural
from svertka.data.packed import UNSPLIT, Fit, Packed, describe
from svertka.data.pixels import FULL
from svertka.data.spool import Spool
from svertka.data.tally import Replan, Tally, check_form, depth_notes, summary, unreadable
from svertka.data.undecoded import Undecoded
from svertka.errors import DataError

Progress = Callable[[int, int], None]

_LEARNT = (TRAIN, UNSPLIT)  # the parts by which the form is judged
_COLUMNS = ("digests", "sums", "squares")
_NOTED = 1000  # pictures of which one thing is told by name
_BLOCK = 64  # pictures that are decoded before they are written
_READING = 4  # raised whenever the same files give other pixels or other notes
_TICK = 0.1  # seconds: times of files are no finer than this on any local disk in use


def pack_folder(
    folder: Path,
    *,
    size: tuple[int, int] | None = None,
    contract: InputContract | None = None,
    on_progress: Progress | None = None,
) -> Packed:
    """The pictures of a folder of class folders, as ``pack`` has them."""
    source = Source(lambda: find_labelled(folder))
    return pack(source, size=size, contract=contract, on_progress=on_progress)


def pack(
    source: Source,
    *,
    size: tuple[int, int] | None = None,
    contract: InputContract | None = None,
    on_progress: Progress | None = None,
) -> Packed:
    """The pictures of a source: from the cache, or decoded into it.

    ``on_progress`` is called with (files done, files in all) while files are decoded.
    """
    state, labelled = _settled(source)
    form = "" if contract is None else contract.model_dump_json(exclude={"mean", "std"})
    signature = _signature(state, size, form)
    cache = Cache()
    packed = cache.find(signature, lambda: (labelled or source.find()).files)
    if packed is not None and (isinstance(packed.x, np.ndarray) or not _fits(packed.x, cache)):
        return _told(packed, cache)
    labelled = labelled or source.find()
    spool, packed, rows = _pack(labelled, cache, size, contract, on_progress)
    if spool is None:
        if _state(source)[0] == state:
            cache.keep_index(signature, packed, rows)
        return _told(packed, cache)
    if spool.error is not None:
        why = f"decoded pictures could not be kept there ({spool.error.strerror}): in memory only"
        return replace(packed, problems=(*packed.problems, Problem(str(cache.root), why)))
    if _state(source)[0] != state:
        spool.discard()  # somebody changed files meanwhile: correct now, not worth keeping
        return packed
    return cache.keep(signature, packed, spool)


def _fits(x: Stack, cache: Cache) -> bool:
    """Whether the disk has room for decoded pictures."""
    return math.prod(x.shape) <= cache.room()


def _told(packed: Packed, cache: Cache) -> Packed:
    """The same pictures, with a note where they stay in their files."""
    if isinstance(packed.x, np.ndarray):
        return packed
    need, room = (number / 1e9 for number in (math.prod(packed.x.shape), cache.room()))
    why = (
        f"decoded, the pictures would take {need:,.2f} GB of disk, and {room:,.2f} are free to "
        "them: they stay in their files and are decoded each time they are read"
    )
    return replace(packed, problems=(*packed.problems, Problem(str(cache.root), why)))


@dataclass(frozen=True)
class _State:
    """All that decoding depends on, as a hash; and the newest time of any file, in seconds."""

    whole: bytes
    newest: float = field(compare=False)


def _settled(source: Source) -> tuple[_State, Labelled | None]:
    """The source's state, once none of its files was changed within the last tick of the clock.

    A change within the same tick as our reading would leave no trace in the file's times.
    """
    state, labelled = _state(source)
    age = time.time() - state.newest
    if -_TICK < age < _TICK:
        time.sleep(_TICK - max(age, 0.0))
        state, labelled = _state(source)
    return state, labelled


def _state(source: Source) -> tuple[_State, Labelled | None]:
    whole = hashlib.blake2b(digest_size=16)
    if source.files:
        stamps = [stamp_of(path) for path in source.files]
        names = [path.name for path in source.files]
        whole.update(repr((names, stamps)).encode("utf-8", "surrogateescape"))
        return _State(whole.digest(), max(max(stamp[1:]) for stamp in stamps) / 1e9), None
    labelled = source.find()
    for file, label, part in zip(labelled.files, labelled.classes, labelled.parts, strict=True):
        whole.update(repr((file.id, file.stamp, label, part)).encode())
    whole.update(repr((labelled.task, sorted(labelled.columns.items()))).encode())
    for problem in labelled.problems:
        whole.update(repr(problem).encode())
    newest = max(max(file.stamp[1:]) for file in labelled.files) / 1e9
    return _State(whole.digest(), newest), labelled


def _signature(state: _State, size: tuple[int, int] | None, form: str) -> str:
    whole = hashlib.blake2b(state.whole, digest_size=16)
    whole.update(repr((_READING, PIL.__version__, size, form)).encode())
    return whole.hexdigest()


def _pack(
    labelled: Labelled,
    cache: Cache,
    size: tuple[int, int] | None,
    contract: InputContract | None,
    on_progress: Progress | None,
) -> tuple[Spool | None, Packed, npt.NDArray[np.int64]]:
    """Decode everything; again from the start where a training picture needs another form.

    Without room on the disk nothing is spooled: the pictures stay where they are, the rows of
    ``labelled`` that can be read.
    """
    with decoders() as pool:
        training = [f for f, p in zip(labelled.files, labelled.parts, strict=True) if p in _LEARNT]
        form = choose_form(pool, training, size) if contract is None else form_of(contract)
        while True:
            stays = not any(file.serial for file in labelled.files)
            whole = Undecoded(labelled.files, form, np.zeros((0, 16), np.uint8))
            spool = None if stays and not _fits(whole, cache) else cache.spool()
            try:
                tally = _decode(pool, labelled, form, spool, contract is not None, on_progress)
                if not tally.kept:
                    raise DataError(unreadable(labelled, tally))
                rows = np.array(tally.kept, np.int64)
                return spool, _packed(labelled, tally, spool, contract, exact=size is None), rows
            except Replan as again:
                if spool is not None:
                    spool.discard()
                form = again.form
            except BaseException:
                if spool is not None:
                    spool.discard()
                raise


def _decode(
    pool: Executor,
    labelled: Labelled,
    form: Form,
    spool: Spool | None,
    fixed: bool,
    on_progress: Progress | None,
) -> Tally:
    """Decode all files into the spool, block by block; Replan unless the form is ``fixed``."""
    tally = Tally(form)
    total = len(labelled.files)
    rows: list[Pixels] = []
    tables: list[Future[dict[str, npt.NDArray[Any]]]] = []
    for i, found in enumerate(decode_all(pool, labelled.files, form)):
        if isinstance(found, str):
            tally.notes.append(Problem(labelled.files[i].id, found, lost=True))
        else:
            if not fixed and labelled.parts[i] in _LEARNT:
                check_form(form, found)
            tally.count(i, labelled.files[i], found)
            rows.append(found.x)
        if (i + 1) % _BLOCK == 0 or i + 1 == total:
            if rows:
                pixels = np.stack(rows)
                if spool is not None:
                    spool.add(pixels)
                tables.append(pool.submit(describe, pixels))
                rows = []
            if on_progress is not None:
                on_progress(i + 1, total)
    tally.tables = [table.result() for table in tables]
    return tally


def _packed(
    labelled: Labelled,
    tally: Tally,
    spool: Spool | None,
    contract: InputContract | None,
    exact: bool,
) -> Packed:
    """The pictures that could be read, with their labels and with notes on all others."""
    several = "labels" in (labelled.task, contract and contract.task)
    y, classes = _encoded([labelled.classes[i] for i in tally.kept], several=several)
    part = np.array([labelled.parts[i] for i in tally.kept], np.int64)
    resized = any(labelled.parts[i] in _LEARNT for i in tally.other_size)
    fit: Fit = "resize" if resized or not exact else "exact"
    margin = (0, 0) if contract is None else contract.margin
    span = FULL if tally.form.white is None else (0.0, tally.form.white)
    if contract is not None:
        y, classes = to_known(y, classes, contract, str(labelled.place)), contract.classes
        fit, span = contract.fit, contract.value_range
    known: dict[str, Any] = {
        name: np.concatenate([t[name] for t in tally.tables]) for name in _COLUMNS
    }
    notes = [*labelled.problems, *tally.notes, *summary(labelled, tally, fit)]
    if contract is None and tally.form.white is not None:
        notes += depth_notes(labelled, tally, tally.form.white)
    files = [labelled.files[i] for i in tally.kept]
    return Packed(
        x=Undecoded(files, tally.form, known["digests"]) if spool is None else spool.done(),
        y=y,
        part=part,
        ids=tuple(file.id for file in files),
        classes=classes,
        fit=fit,
        margin=margin,
        value_range=span,
        problems=tuple(notes),
        columns={name: [v[i] for i in tally.kept] for name, v in labelled.columns.items()},
        **known,
    )


def _encoded(texts: Sequence[str], *, several: bool) -> tuple[Labels, tuple[str, ...]]:
    """The classes, or the labels, that the texts of pictures say; and all of them, in order."""
    given = [divided(text) if several else [text] for text in texts]
    found = {name for names in given for name in names}
    classes = tuple(sorted(found, key=lambda name: (natural(name), name)))
    table = {name: place for place, name in enumerate(classes)}
    if not several:
        return np.array([table[text] for text in texts], np.int64), classes
    y = np.zeros((len(texts), len(classes)), np.uint8)
    for row, names in zip(y, given, strict=True):
        row[[table[name] for name in names]] = 1
    return y, classes
