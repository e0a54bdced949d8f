"""Archives of pictures: read without unpacking, and without obeying them."""

import io
import stat
import tarfile
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest

from made import pets
from svertka.data import open_data, read_pictures
from svertka.data.archives import open_archive
from svertka.errors import DataError
from written import pets_as_files, png, table, tarred, zipped


def reasons(path):
    return {problem.path: problem.reason for problem in open_archive(path).problems}


def names(path):
    return [member.id for member in open_archive(path).members]


MODES = {
    "a.tar": "w",
    "a.tar.gz": "w:gz",
    "a.tgz": "w:gz",
    "a.tar.bz2": "w:bz2",
    "a.tar.xz": "w:xz",
}


@pytest.fixture(params=["a.zip", *MODES])
def archive(request, tmp_path):
    """``made.pets`` in an archive."""
    path, files = tmp_path / request.param, pets_as_files()
    return zipped(path, files) if path.suffix == ".zip" else tarred(path, files, MODES[path.name])


def test_an_archive_is_the_folder_that_was_packed(archive, tmp_path):
    folder = open_data(pets(tmp_path / "pets"))
    packed = open_data(archive)
    assert packed.key == folder.key
    assert np.array_equal(packed.train.x, folder.train.x)
    assert packed.train.ids == folder.train.ids
    assert packed.name == "a"
    assert open_data(archive).key == packed.key  # from the cache
    assert {path.name for path in tmp_path.iterdir()} == {"pets", archive.name}


def test_its_pictures_are_predicted(archive):
    contract = open_data(archive).contract
    pictures, lost = read_pictures(archive, contract)
    assert len(pictures) == 24
    assert lost == ()
    assert pictures.ids[0] == f"{archive}/cat/0.png"


def test_a_changed_archive_is_decoded_again(archive):
    key = open_data(archive).key
    files = pets_as_files() | {"cat/0.png": png(1000)}
    if archive.suffix == ".zip":
        zipped(archive, files)
    else:
        tarred(archive, files, MODES[archive.name])
    assert open_data(archive).key != key


def test_tables_and_parts_inside(tmp_path):
    files = {f"set/images/{n}.png": png(n) for n in range(12)}
    rows = [("id", "label"), *((n, ("cat", "dog")[n % 2]) for n in range(12))]
    files["set/train.csv"] = table(tmp_path / "t.csv", rows).read_bytes()
    dataset = open_data(zipped(tmp_path / "a.zip", files))
    assert dataset.classes == ("cat", "dog")
    assert sum(dataset.counts.values()) == 12
    files = {f"train/{name}": data for name, data in pets_as_files().items()}
    files |= {f"test/{n}.png": png(n) for n in range(50, 53)}
    dataset = open_data(tarred(tmp_path / "b.tar", files))
    assert sum(dataset.counts.values()) == 24
    assert "3 pictures without a label: left for svertka predict" in [
        problem.reason for problem in dataset.problems
    ]


HOSTILE = ["../up.png", "a/../../up.png", "/etc/x.png", "C:\\x.png", "..\\up.png", "\\x.png"]


@pytest.mark.parametrize("ending", ["zip", "tar", "tar.gz"])
def test_names_that_lead_elsewhere_are_left_out(tmp_path, ending):
    files = pets_as_files() | {name: png(7) for name in HOSTILE}
    path = tmp_path / f"a.{ending}"
    pack = zipped(path, files) if ending == "zip" else tarred(path, files, MODES[path.name])
    assert set(names(pack)) == set(pets_as_files())
    assert len(open_archive(pack).problems) == len(HOSTILE)
    assert {p.reason for p in open_archive(pack).problems} == {
        "a name that leads out of the archive: left out"
    }
    assert sum(open_data(pack).counts.values()) == 24


def test_links_and_devices_are_left_out(tmp_path):
    path = tarred(tmp_path / "a.tar", pets_as_files())
    with tarfile.open(path, "a") as archive:
        for name, kind in (
            ("cat/soft.png", tarfile.SYMTYPE),
            ("cat/hard.png", tarfile.LNKTYPE),
            ("cat/pipe.png", tarfile.FIFOTYPE),
            ("cat/null.png", tarfile.CHRTYPE),
        ):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, "/etc/passwd"
            archive.addfile(entry)
    why = reasons(path)
    assert why["cat/soft.png"] == why["cat/hard.png"] == "a link in an archive: left out"
    assert why["cat/pipe.png"] == why["cat/null.png"] == "a device or the like, not a file"
    path = zipped(tmp_path / "a.zip", pets_as_files())
    with zipfile.ZipFile(path, "a") as archive:
        entry = zipfile.ZipInfo("cat/soft.png")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    assert reasons(path) == {"cat/soft.png": "a link in an archive: left out"}


def test_what_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("svertka.data.archives._ALWAYS", 1 << 20)
    files = pets_as_files() | {"cat/bomb.bmp": bytes(200 << 20)}
    for path in (
        zipped(tmp_path / "a.zip", files),
        tarred(tmp_path / "a.tar.gz", files, "w:gz"),
    ):
        with pytest.raises(DataError, match=r"unpacks to more than .* made to harm"):
            open_data(path)


def test_a_header_as_large_as_memory_is_refused(tmp_path):
    path = tmp_path / "a.tar.gz"
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 1 << 33
    deflate = zlib.compressobj(wbits=31)
    path.write_bytes(deflate.compress(header.tobuf() + bytes(1 << 16)) + deflate.flush())
    with pytest.raises(DataError, match="cannot be read as an archive"):
        open_archive(path)


def test_a_member_that_is_larger_than_it_says(tmp_path):
    path = zipped(tmp_path / "a.zip", pets_as_files() | {"cat/x.png": png(0) + bytes(99_999)})
    data = path.read_bytes()
    true, false = (n.to_bytes(4, "little") for n in (len(png(0)) + 99_999, len(png(0))))
    assert data.count(true) == 2
    path.write_bytes(data.replace(true, false))
    dataset = open_data(path)
    assert {p.path: p.reason for p in dataset.problems} == {
        "cat/x.png": "larger than the archive says: damaged or made to harm"
    }


def test_damage_is_named(tmp_path):
    whole = tarred(tmp_path / "a.tar", pets_as_files())
    data = whole.read_bytes()
    whole.write_bytes(data[: 10 * 1024 + 700])
    cut = open_data(whole)
    assert 0 < sum(cut.counts.values()) < 24
    assert any("the archive" in problem.reason for problem in cut.problems)
    path = zipped(tmp_path / "a.zip", pets_as_files())
    data = bytearray(path.read_bytes())
    data[data.index(b"cat/0.png") + 60] ^= 255
    path.write_bytes(data)
    (problem,) = open_data(path).problems
    assert problem.path == "cat/0.png"
    assert problem.reason.startswith("damaged")
    for name in ("b.zip", "b.tar", "b.tar.gz"):
        (tmp_path / name).write_bytes(b"no archive at all" * 100)
        with pytest.raises(DataError, match="cannot be read as an archive"):
            open_data(tmp_path / name)


def test_encrypted_members_are_named(tmp_path):
    path = zipped(tmp_path / "a.zip", pets_as_files())
    data = bytearray(path.read_bytes())
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(sign) + at] |= 1
    path.write_bytes(data)
    assert reasons(path) == {"cat/0.png": "encrypted: unpack the archive with its password first"}


class Dos(zipfile.ZipInfo):
    """A member whose name is in the letters of Russian DOS, without the flag for UTF-8."""

    def _encodeFilenameFlags(self):  # noqa: N802 - zipfile's own
        return self.filename.encode("cp866"), 0


def test_names_in_dos_cyrillic(tmp_path):
    kinds = {"cat": "кот", "dog": "пёс"}
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name, data in pets_as_files().items():
            kind, _, rest = name.partition("/")
            archive.writestr(Dos(f"{kinds[kind]}/{rest}"), data)
    assert open_data(tmp_path / "a.zip").classes == ("кот", "пёс")


def test_junk_inside_is_passed_over(tmp_path):
    files = pets_as_files() | {"__MACOSX/cat/._0.png": b"x", ".DS_Store": b"x"}
    dataset = open_data(zipped(tmp_path / "a.zip", files))
    assert sum(dataset.counts.values()) == 24
    assert dataset.problems == ()


def test_of_two_of_one_name_the_last_counts(tmp_path):
    path = tarred(tmp_path / "a.tar", pets_as_files())
    with tarfile.open(path, "a") as archive:
        entry = tarfile.TarInfo("cat/0.png")
        entry.size = len(png(77))
        archive.addfile(entry, io.BytesIO(png(77)))
    (member,) = [m for m in open_archive(path).members if m.id == "cat/0.png"]
    assert member.read() == png(77)


def test_no_file_stays_open(archive):
    def files():
        return len(list(Path("/proc/self/fd").iterdir()))

    before = files()
    open_data(archive)
    assert files() <= before + 1  # the memory-mapped pixels


def test_nothing_inside(tmp_path):
    with pytest.raises(DataError, match="holds no pictures that are in class folders"):
        open_data(zipped(tmp_path / "a.zip", {"readme.txt": b"hello"}))
