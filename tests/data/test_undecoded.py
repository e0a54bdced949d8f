"""Pictures that stay in their files: the same numbers as decoded ones, no copy on disk."""

from __future__ import annotations

import tarfile
import threading
import warnings
from pathlib import Path

import numpy as np
import pytest

from made import pets
from svertka.data import batch_rows, load, open_data
from svertka.data.cache import Cache
from svertka.data.decode import quiet
from svertka.data.undecoded import Undecoded
from svertka.errors import DataError, UsageError
from svertka.runtime import cache_room
from written import png


@pytest.fixture
def shards(tmp_path: Path) -> Path:
    """Two plain tar shards of 12 pictures with their classes."""
    (tmp_path / "shards").mkdir()
    for k in range(2):
        with tarfile.open(tmp_path / "shards" / f"pets-{k}.tar", "w") as archive:
            for n in range(12 * k, 12 * k + 12):
                for name, data in ((f"{n:03}.png", png(n)), (f"{n:03}.cls", b"%d" % (n % 3))):
                    path = tmp_path / name
                    path.write_bytes(data)
                    archive.add(path, name)
    return tmp_path / "shards"


@pytest.fixture
def no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SVERTKA_CACHE_GB", "0")


def packed_first(source: str | Path, monkeypatch: pytest.MonkeyPatch):
    """The set decoded into the cache, and as it is where there is no room."""
    packed = open_data(source)
    monkeypatch.setenv("SVERTKA_CACHE_GB", "0")
    for seen in (Cache().root / "seen").iterdir():
        seen.unlink()
    return packed, open_data(source)


@pytest.mark.parametrize("kind", ["shards", "folder", "zip"])
def test_all_numbers_are_those_of_decoded_pictures(tmp_path, shards, monkeypatch, kind):
    source = shards if kind == "shards" else pets(tmp_path / "pets")
    if kind == "zip":
        import shutil

        source = Path(shutil.make_archive(str(tmp_path / "pets"), "zip", source))
    packed, stays = packed_first(source, monkeypatch)
    assert packed.train.decoded
    assert isinstance(stays.train.packed, Undecoded)
    assert not stays.train.decoded
    assert stays.key == packed.key
    assert stays.contract == packed.contract
    for ours, theirs in zip(stays.parts.values(), packed.parts.values(), strict=True):
        assert ours.ids == theirs.ids
        assert np.array_equal(ours.y, theirs.y)
        assert np.array_equal(ours.x, theirs.x)
    for rows in batch_rows(len(packed.train), size=4, seed=3, epoch=2):
        a, b = (load(s.train, rows, s.contract, seed=3, epoch=2)[0] for s in (packed, stays))
        assert np.array_equal(a, b)
    assert str(stays.train) == str(packed.train)


def test_nothing_is_kept_but_an_index_and_that_is_used(shards, no_room, monkeypatch):
    first = open_data(shards)
    assert not list(Cache().root.rglob("pixels.npy"))
    reasons = [p.reason for p in first.problems]
    assert any("0.00 are free to them: they stay in their files" in why for why in reasons)
    kept = sum(file.stat().st_size for file in Cache().root.rglob("*") if file.is_file())
    assert kept < 24 * 1000
    monkeypatch.setattr("svertka.data.packing._decode", None)  # all is known: nothing is decoded
    again = open_data(shards)
    assert again.key == first.key
    assert np.array_equal(again.train.take([3, 0, 3]), first.train.take([3, 0, 3]))
    assert [p.reason for p in again.problems] == reasons


def test_with_room_again_they_are_decoded_once(shards, monkeypatch):
    monkeypatch.setenv("SVERTKA_CACHE_GB", "0")
    key = open_data(shards).key
    monkeypatch.delenv("SVERTKA_CACHE_GB")
    decoded = open_data(shards)
    assert decoded.train.decoded
    assert decoded.key == key


def test_a_full_disk_is_seen_before_decoding(shards, monkeypatch):
    usage = type("Usage", (), {"free": (1 << 30) + 100})
    monkeypatch.setattr("svertka.data.cache.shutil.disk_usage", lambda place: usage)
    assert Cache().room() == 100
    assert not open_data(shards).train.decoded


def test_a_stream_that_must_be_unpacked_in_order_is_decoded_all_the_same(tmp_path, no_room):
    with tarfile.open(tmp_path / "pets.tar.gz", "w:gz") as archive:
        archive.add(pets(tmp_path / "pets"), "pets")
    assert open_data(tmp_path / "pets.tar.gz").train.decoded


def test_reading_as_an_array(shards, no_room):
    train = open_data(shards).train
    x = train.packed
    whole = x[:]
    assert x.shape == whole.shape == (24, *whole.shape[1:])
    assert np.array_equal(x[np.array([5, 2, 5])], whole[[5, 2, 5]])
    assert np.array_equal(x[7], whole[7])
    assert np.array_equal(np.stack(list(x)), whole)
    assert train.take([]).shape == (0, *whole.shape[1:])
    assert len(x) == 24


def test_a_file_that_changes_is_named(tmp_path, no_room):
    folder = pets(tmp_path / "pets")
    dataset = open_data(folder)
    name = dataset.train.ids[0]
    others = [path for path in folder.rglob("*.png") if path != folder / name]
    (folder / name).write_bytes(others[0].read_bytes())
    with pytest.raises(DataError, match=r"has changed since .*another picture"):
        dataset.train.take([0])
    (folder / name).write_bytes(b"")
    with pytest.raises(DataError, match=r"has changed since .*empty file"):
        dataset.train.take([0])


def test_a_pattern_of_a_shell(shards, monkeypatch):
    monkeypatch.chdir(shards.parent)
    assert sum(open_data("shards/*.tar").counts.values()) == 24
    assert open_data(str(shards / "pets-*.tar")).key == open_data("shards/*.tar").key


@pytest.mark.parametrize("word", ["many", "-1", "1.2.3"])
def test_a_wrong_room_in_words(monkeypatch, word):
    monkeypatch.setenv("SVERTKA_CACHE_GB", word)
    with pytest.raises(UsageError, match="from 0 up"):
        cache_room()


def test_warnings_are_as_before_when_the_last_thread_leaves():
    before = list(warnings.filters)
    first, second = quiet(), quiet()
    first.__enter__()
    thread = threading.Thread(target=second.__enter__)
    thread.start()
    thread.join()
    first.__exit__(None, None, None)
    assert warnings.filters[-1:] != before[:1]
    warnings.warn("nobody hears this", stacklevel=1)
    second.__exit__(None, None, None)
    assert list(warnings.filters) == before
