"""The cache that keeps what was decoded."""

import json
import os
import shutil
import subprocess
import sys
import time

import numpy as np
import pytest

from made import pets, picture, put
from svertka.data import cache as cache_module
from svertka.data import open_data, packing
from svertka.data.items import Source
from svertka.data.layout import find_labelled
from svertka.data.packing import pack_folder
from svertka.data.spool import Spool


@pytest.fixture
def folder(tmp_path):
    return pets(tmp_path / "pets")


@pytest.fixture
def decoded(monkeypatch):
    """How many files are decoded from now on."""
    count = []
    real = packing.decode_all

    def counted(pool, paths, form):
        count.extend(paths)
        return real(pool, paths, form)

    monkeypatch.setattr(packing, "decode_all", counted)
    return count


def assert_same(a, b):
    assert a.key() == b.key()
    assert np.array_equal(a.x, b.x)
    assert (a.ids, a.classes, a.problems, a.fit) == (b.ids, b.classes, b.problems, b.fit)
    for name in ("y", "part", "digests", "sums", "squares"):
        assert np.array_equal(getattr(a, name), getattr(b, name))


def test_the_second_opening_decodes_nothing(folder, decoded):
    first = pack_folder(folder)
    assert len(decoded) == 24
    second = pack_folder(folder)
    assert len(decoded) == 24
    assert_same(first, second)
    assert isinstance(second.x, np.memmap)
    assert not second.x.flags.writeable


def test_a_copied_or_renamed_folder_has_the_same_key(folder, tmp_path, decoded):
    key = pack_folder(folder).key()
    shutil.copytree(folder, tmp_path / "copy")
    assert pack_folder(tmp_path / "copy").key() == key
    assert len(decoded) == 48
    folder.rename(tmp_path / "renamed")
    assert pack_folder(tmp_path / "renamed").key() == key
    assert len(decoded) == 48


def edits(folder):
    one, two = folder / "cat" / "0.png", folder / "dog" / "1.png"
    size, times = one.stat().st_size, one.stat()

    def in_place():
        data = one.read_bytes()
        put(one, picture(1000))
        one.write_bytes(one.read_bytes().ljust(len(data), b"\0")[: len(data)])

    def with_its_old_date():
        data = bytearray(one.read_bytes())
        data[:] = two.read_bytes().ljust(size, b"\0")[:size]
        one.write_bytes(data)
        os.utime(one, ns=(times.st_atime_ns, times.st_mtime_ns))

    return {
        "in place": in_place,
        "with its old date and size": with_its_old_date,
        "replaced": lambda: two.replace(one),
        "added": lambda: put(folder / "cat" / "new.png", picture(7)),
        "removed": one.unlink,
        "moved to the other class": lambda: one.rename(folder / "dog" / "0.png"),
        "class renamed": lambda: (folder / "cat").rename(folder / "elk"),
    }


EDITS = (
    "in place",
    "with its old date and size",
    "replaced",
    "added",
    "removed",
    "moved to the other class",
    "class renamed",
)


@pytest.mark.parametrize("name", EDITS)
def test_every_edit_is_noticed(folder, name):
    key = pack_folder(folder).key()
    edits(folder)[name]()
    changed = pack_folder(folder)
    assert changed.key() != key
    assert changed.key() == pack_folder(folder).key()


def test_files_of_this_very_moment_are_waited_for(folder, monkeypatch):
    waits = []
    monkeypatch.setattr(packing.time, "sleep", waits.append)
    newest = max(path.stat().st_ctime for path in folder.rglob("*.png"))
    for seconds, expected in ((0.03, [pytest.approx(0.07, abs=0.01)]), (0.2, []), (-5, [])):
        waits.clear()
        monkeypatch.setattr(packing.time, "time", lambda now=newest + seconds: now)
        packing._settled(Source(lambda: find_labelled(folder)))
        assert waits == expected


def test_settings_do_not_mix(folder):
    assert pack_folder(folder).x.shape[1:3] == (9, 7)
    assert pack_folder(folder, size=(5, 5)).x.shape[1:3] == (5, 5)
    assert pack_folder(folder).x.shape[1:3] == (9, 7)


def damages():
    def flip(path):
        data = bytearray(path.read_bytes())
        data[-3] ^= 255
        path.write_bytes(data)

    def pickled(path):
        np.savez(path, y=np.array([{}], object), allow_pickle=True)

    return {
        "pixels cut": lambda pack: os.truncate(pack / "pixels.npy", 300),
        "pixels flipped": lambda pack: flip(pack / "pixels.npy"),
        "pixels gone": lambda pack: (pack / "pixels.npy").unlink(),
        "table flipped": lambda pack: flip(pack / "table.npz"),
        "table pickled": lambda pack: pickled(pack / "table.npz"),
        "index nonsense": lambda pack: (pack / "index.json").write_text("{]"),
        "index of another kind": lambda pack: (pack / "index.json").write_text("[1]"),
        "all gone": lambda pack: [file.unlink() for file in pack.iterdir()],
    }


@pytest.mark.parametrize("damage", damages())
@pytest.mark.parametrize("large", [False, True])
def test_a_damaged_pack_is_made_again(folder, cache, decoded, damage, large, monkeypatch):
    if large:  # as a pack that is checked here and there only
        monkeypatch.setattr(cache_module, "_CHECKED", 24 * 9 * 7 - 1)
        monkeypatch.setattr(cache_module, "_SAMPLED", 24 * 9 * 7)
    first = pack_folder(folder)
    first = packing.replace(first, x=first.x.copy())
    (pack,) = (cache / "packs").iterdir()
    damages()[damage](pack)
    assert_same(pack_folder(folder), first)
    assert len(decoded) == 48
    assert_same(pack_folder(folder), first)
    assert len(decoded) == 48
    assert not list(cache.glob(".tmp*"))


def test_nonsense_in_seen_is_passed_over(folder, cache, decoded):
    first = pack_folder(folder)
    (seen,) = (cache / "seen").iterdir()
    for text in ("", "[]", '{"pack": "../../etc", "problems": []}', json.dumps({"pack": 3})):
        seen.write_text(text)
        assert_same(pack_folder(folder), first)
    assert len(decoded) == 5 * 24


def test_without_a_cache_folder(folder, tmp_path, monkeypatch):
    expected = pack_folder(folder)
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    packed = pack_folder(folder)
    assert packed.key() == expected.key()
    (problem,) = packed.problems
    assert problem.reason.endswith("(Not a directory): in memory only")


def test_a_full_disk(folder, cache, monkeypatch):
    monkeypatch.setattr(packing, "_BLOCK", 5)
    expected = pack_folder(folder)
    shutil.rmtree(cache)
    real = Spool.add

    def full(self, rows):
        if self._count >= 10 and self.folder is not None:
            self._file.close()
            self._file = open("/dev/full", "wb", buffering=0)  # noqa: PTH123, SIM115
        real(self, rows)

    monkeypatch.setattr(Spool, "add", full)
    packed = pack_folder(folder)
    assert np.array_equal(packed.x, expected.x)
    assert packed.key() == expected.key()
    assert [p.reason for p in packed.problems if "No space left" in p.reason]
    assert not list(cache.glob(".tmp*"))


def test_an_interruption_leaves_nothing(folder, cache, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(packing, "describe", interrupted)
    with pytest.raises(KeyboardInterrupt):
        pack_folder(folder)
    assert not list(cache.rglob("*.npy"))
    assert not list(cache.glob(".tmp*"))


def test_files_that_change_meanwhile_are_not_kept(folder, cache, decoded):
    def edit(done, total):
        put(folder / "cat" / "0.png", picture(4321))

    pack_folder(folder, on_progress=edit)
    assert not list(cache.rglob("seen/*"))
    assert not list(cache.glob(".tmp*"))


def test_old_packs_make_way(folder, cache, monkeypatch):
    monkeypatch.setattr(cache_module, "ROOM", 30_000)
    for side in range(8, 20):
        pack_folder(folder, size=(side, side))
        time.sleep(0.01)
    sizes = {np.load(p / "pixels.npy", mmap_mode="r").shape[1] for p in cache.glob("packs/*")}
    assert 19 in sizes
    assert 8 not in sizes
    assert sum(f.stat().st_size for f in cache.rglob("packs/*/*")) <= 30_000


RACE = """
import sys
from svertka.data import open_data
print(open_data(sys.argv[1]).key)
"""


def test_many_processes_at_once(folder, cache):
    start = [sys.executable, "-c", RACE, str(folder)]
    running = [subprocess.Popen(start, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    answers = [process.communicate(timeout=120)[0] for process in running]
    assert {process.returncode for process in running} == {0}
    assert set(answers) == {open_data(folder).key + "\n"}
    assert len(list((cache / "packs").iterdir())) == 1
    assert not list(cache.glob(".tmp*"))
