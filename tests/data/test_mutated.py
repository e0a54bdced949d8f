"""Damaged files of every kind that is read: a picture or a reason, soon, and never the end.

``benchmarks/mutated.py`` does the same with 10,000 files.
"""

import io
import re
import tarfile
import time
import zipfile
import zlib

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from mutated import mutant, pictures
from svertka.data import decode as module
from svertka.data import open_data
from svertka.data.decode import Form, decode, quiet
from svertka.data.raw import FORMATS, BadPicture
from svertka.errors import SvertkaError
from written import pets_as_files, put_bytes, table, tarred, zipped

FORM = Form((32, 32), 3)
EACH = 20
SLOWEST = 0.1  # seconds of processor


def read(path):
    """The picture in a file, or the reason why there is none."""
    try:
        with quiet():
            found = decode(str(path), FORM)
    except BadPicture as bad:
        return str(bad)
    assert found.x.shape == (32, 32, 3)
    assert found.x.dtype == np.uint8
    return None


def test_every_format_that_is_accepted_is_mutated():
    kinds = {Image.open(io.BytesIO(data)).format for data in pictures().values()}
    assert kinds == set(FORMATS)


@pytest.mark.parametrize("kind", pictures())
def test_a_damaged_picture_is_a_picture_or_a_reason(tmp_path, kind):
    whole, path = pictures()[kind], tmp_path / "a"
    path.write_bytes(whole)
    assert read(path) is None
    reasons = []
    for seed in range(EACH):
        path.write_bytes(mutant(seed, whole))
        start = time.thread_time()
        reasons.append(read(path))
        assert time.thread_time() - start < SLOWEST, seed
    told = [reason for reason in reasons if reason is not None]
    assert told  # damage of these kinds is not always harmless
    for reason in told:
        assert reason.strip()
        assert not re.search(r"0x[0-9a-f]{6}|/tmp/|<.* object", reason), reason


def test_a_run_names_every_file_that_it_leaves_out(tmp_path):
    count = 0
    for n, (kind, whole) in enumerate(pictures().items()):
        put_bytes(tmp_path, f"{('cat', 'dog')[n % 2]}/{kind}-whole", whole)
        for seed in range(1000, 1006):
            put_bytes(tmp_path, f"{('cat', 'dog')[n % 2]}/{kind}-{seed}", mutant(seed, whole))
        count += 7
    dataset = open_data(tmp_path, size=32)
    lost = {problem.path: problem.reason for problem in dataset.problems if problem.lost}
    used = {name for part in dataset.parts.values() for name in part.ids}
    assert len(used) + len(lost) == count
    assert not used & set(lost)
    assert all(lost.values())
    assert sum(name.endswith("-whole") for name in used) == len(pictures())


@pytest.mark.parametrize(
    "error",
    [OSError, ValueError, SyntaxError, RuntimeError, MemoryError, EOFError, zlib.error],
)
def test_whatever_is_thrown_ends_with_that_picture(tmp_path, monkeypatch, error):
    for name, data in pets_as_files().items():
        put_bytes(tmp_path, name, data)
    real, calls = module._plain, iter(range(10**6))

    def sometimes(image):
        if next(calls) % 40 == 39:
            raise error("trouble")
        return real(image)

    monkeypatch.setattr(module, "_plain", sometimes)
    dataset = open_data(tmp_path)
    lost = [problem for problem in dataset.problems if problem.lost]
    assert lost
    assert sum(dataset.counts.values()) + len(lost) == 24


def containers(tmp_path):
    """A set of pictures in every kind of file that holds many."""
    files = pets_as_files(12)
    rows = [("path", "label"), *((name, name.split("/")[0]) for name in files)]
    for name, data in files.items():
        put_bytes(tmp_path / "t", name, data)
    columns = {"image": list(files.values()), "label": [name[:3] for name in files]}
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    x = np.random.default_rng(0).integers(0, 256, (12, 8, 8), np.uint8)
    np.savez_compressed(tmp_path / "a.npz", x=x, y=np.arange(12) % 2)
    return [
        zipped(tmp_path / "a.zip", files),
        tarred(tmp_path / "a.tar", files),
        tarred(tmp_path / "b.tar.gz", files, "w:gz"),
        tarred(tmp_path / "c.tar.xz", files, "w:xz"),
        table(tmp_path / "t" / "t.csv", rows),
        tmp_path / "a.parquet",
        tmp_path / "a.npz",
    ]


def test_damaged_containers_are_sets_or_errors(tmp_path):
    for path in containers(tmp_path):
        whole = path.read_bytes()
        assert sum(open_data(path).counts.values()) == 12
        for seed in range(8):
            path.write_bytes(mutant(seed, whole))
            try:
                assert 0 < sum(open_data(path).counts.values()) <= 12
            except SvertkaError as error:
                told = str(error)
                assert told


def test_the_archives_here_are_what_they_seem(tmp_path):
    paths = containers(tmp_path)
    assert zipfile.is_zipfile(paths[0])
    assert all(map(tarfile.is_tarfile, paths[1:4]))
