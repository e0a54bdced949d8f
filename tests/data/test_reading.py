"""What is read to be answered for: all that can be trained on."""

from pathlib import Path

import numpy as np
import pytest

from svertka.data import open_data, read_pictures
from svertka.data.reading import find_pictures
from svertka.errors import DataError
from svertka.predict.sources import read_any
from written import pets_as_files, png, put_bytes, table, tarred, zipped


def names(path: str | Path) -> list[str]:
    files, problems = find_pictures(path)
    assert not [problem for problem in problems if problem.lost]
    return [file.id for file in files]


@pytest.mark.parametrize("given", ["shard-{000..001}.tar", "shard-*.tar", ""])
def test_shards_by_pattern_and_by_folder(tmp_path, given):
    for shard in range(2):
        files = {f"{n}{end}": data for n in (2 * shard, 2 * shard + 1)
                 for end, data in ((".png", png(n)), (".cls", b"1"))}  # fmt: skip
        tarred(tmp_path / f"shard-{shard:03}.tar", files)
    found = names(tmp_path / given)
    assert [name.rsplit("/", 1)[-1] for name in found] == ["0.png", "1.png", "2.png", "3.png"]


def test_a_shard_that_is_missing_is_named(tmp_path):
    tarred(tmp_path / "shard-0.tar", {"0.png": png(0), "0.cls": b"1"})
    for read in (open_data, find_pictures):
        with pytest.raises(DataError, match=r"2 of the 3 files of .*the first is .*shard-1\.tar"):
            read(str(tmp_path / "shard-{0..2}.tar"))


def test_a_folder_of_parquet_files(tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    for part in range(2):
        cells = [{"bytes": png(n), "path": f"{n}.png"} for n in (2 * part, 2 * part + 1)]
        rows = pa.table({"image": cells, "label": [0, 1]})
        parquet.write_table(rows, tmp_path / f"{part}.parquet")
    pictures, problems = read_pictures(tmp_path, open_data("digits").contract)
    assert len(pictures) == 4
    assert not [problem for problem in problems if problem.lost]


@pytest.mark.parametrize("ending", ["zip", "tar"])
@pytest.mark.parametrize("name", ["test", "contest/test"])
def test_a_folder_in_an_archive(tmp_path, ending, name):
    files = {f"{name}/{n}.png": png(n) for n in range(3)}
    files |= {f"{name}s/{n}.png": png(n) for n in range(5)}  # its name begins alike
    files |= {f"train/{key}": data for key, data in pets_as_files(6).items()}
    packed = (zipped if ending == "zip" else tarred)(tmp_path / f"all.{ending}", files)
    assert names(packed / name) == [f"{packed}/{name}/{n}.png" for n in range(3)]
    assert len(names(packed)) == 14
    assert find_pictures(packed / "nothing") == ([], [])


def test_a_table_of_ids_that_the_training_has_as_well(tmp_path):
    for part in ("train", "test"):
        for n in range(3):
            put_bytes(tmp_path, f"{part}/{n}.png", png(n))
    listed = table(tmp_path / "test.csv", [("id",), *((n,) for n in (2, 0, 1))])
    assert names(listed) == ["test/2.png", "test/0.png", "test/1.png"]


def test_idx_files(tmp_path):
    x = np.random.default_rng(0).integers(0, 256, (4, 28, 28), np.uint8)
    head = bytes((0, 0, 8, 3)) + np.array(x.shape, ">u4").tobytes()
    file = tmp_path / "t10k-images-idx3-ubyte"
    file.write_bytes(head + x.tobytes())
    for given in (file, tmp_path):
        found, ids, _ = read_any(given, open_data("digits").contract)
        assert np.array_equal(found[..., 0], x)
        assert len(set(ids)) == 4
