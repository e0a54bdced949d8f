"""Parquet files with pictures inside, written by pyarrow as ``datasets`` does."""

import io
import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from made import picture, put
from svertka.data import open_data, read_pictures
from svertka.data.sources import source_of
from svertka.errors import DataError, MissingExtra
from written import png

IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
NAMES = ["cat", "dog"]


def noted(**features):
    """The note that ``datasets`` leaves in a schema."""
    return {"huggingface": json.dumps({"info": {"features": features}})}


def hugging_face(path, numbers, labels=None, **options):
    """A split as Hugging Face keeps it."""
    labels = [n % 2 for n in numbers] if labels is None else labels
    schema = pa.schema(
        [("image", IMAGE), ("label", pa.int64())],
        noted(image={"_type": "Image"}, label={"_type": "ClassLabel", "names": NAMES}),
    )
    images = [{"bytes": png(n), "path": f"{n}.png"} for n in numbers]
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({"image": images, "label": labels}, schema), path, **options)
    return path


def check(pictures, numbers):
    assert np.array_equal(pictures.x[..., 0], [picture(n) for n in numbers])


def test_a_repository_of_hugging_face(tmp_path):
    hugging_face(tmp_path / "data" / "train-00000-of-00002.parquet", range(20), row_group_size=7)
    hugging_face(tmp_path / "data" / "train-00001-of-00002.parquet", range(20, 40))
    hugging_face(tmp_path / "data" / "test-00000-of-00001.parquet", range(40, 50))
    (tmp_path / "README.md").write_text("about it")
    dataset = open_data(tmp_path)
    assert dataset.classes == ("cat", "dog")
    assert dataset.counts["test"] == 10
    check(dataset.test, range(40, 50))
    assert dataset.test.y.tolist() == [0, 1] * 5
    assert dataset.test.ids[3] == "test-00000-of-00001/03"
    rest = {tuple(x.ravel()) for part in (dataset.train, dataset.val) for x in part.x}
    assert rest == {tuple(picture(n).ravel()) for n in range(40)}
    assert open_data(tmp_path).key == dataset.key


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_row_groups_of_any_size(tmp_path, size):
    path = hugging_face(tmp_path / "a.parquet", range(60), row_group_size=size)
    files = source_of(path).find().files
    for places in (range(60), range(0, 60, 7), [5, 4, 59, 0, 30, 31]):
        assert [files[i].read() for i in places] == [png(i) for i in places]


def test_bytes_and_labels_in_plain_columns(tmp_path):
    labels = [("кот", "пёс")[n % 2] for n in range(24)]
    parts = [("train", "validation", "test")[n % 3] for n in range(24)]
    images = pa.array([png(n) for n in range(24)], pa.large_binary())
    table = pa.table({"img": images, "width": [7] * 24, "class": labels, "split": parts})
    pq.write_table(table, tmp_path / "pets.parquet")
    dataset = open_data(tmp_path / "pets.parquet")
    assert dataset.counts == {"train": 8, "val": 8, "test": 8}
    assert dataset.classes == ("кот", "пёс")
    check(dataset.val, range(1, 24, 3))


def test_a_test_split_without_labels_is_left_for_prediction(tmp_path):
    hugging_face(tmp_path / "train.parquet", range(20))
    test = hugging_face(tmp_path / "test.parquet", range(50, 60), [-1] * 10)
    dataset = open_data(tmp_path)
    assert sum(dataset.counts.values()) == 20
    why = {problem.path: problem.reason for problem in dataset.problems}
    assert why["test.parquet"] == "10 pictures without a label: left for svertka predict"
    pictures, lost = read_pictures(test, dataset.contract)
    check(pictures, range(50, 60))
    assert lost == ()


def test_cells_that_are_no_pictures_are_named(tmp_path):
    images = [png(n) for n in range(20)] + [None, b"", b"hello", png(0)[:40]]
    table = pa.table({"image": pa.array(images, pa.binary()), "label": [0, 1] * 12})
    pq.write_table(table, tmp_path / "a.parquet")
    why = {p.path: p.reason for p in open_data(tmp_path / "a.parquet").problems if p.lost}
    assert why["a/20"] == why["a/21"] == "empty cell: no bytes of a picture"
    assert why["a/22"] == "holds text, not a picture"
    assert why["a/23"].startswith("truncated")


def test_memory_stays_flat(tmp_path):
    """A row group of 60 MB is read a few pictures at a time."""
    noise = np.random.default_rng(0).integers(0, 256, (300, 300, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, "BMP")
    images = pa.array([buffer.getvalue()] * 240, pa.binary())
    table = pa.table({"image": images, "label": [0, 1] * 120})
    pages = {"use_dictionary": False, "write_batch_size": 4}  # or all would be in one page
    pq.write_table(table, tmp_path / "a.parquet", compression="none", **pages)
    del table, images
    before, most = pa.total_allocated_bytes(), 0
    for item in source_of(tmp_path / "a.parquet").find().files:
        assert len(item.read()) == len(buffer.getvalue())
        most = max(most, pa.total_allocated_bytes() - before)
    assert most < 25e6


def test_what_is_no_parquet(tmp_path):
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1 nothing more")
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        open_data(path)
    pq.write_table(pa.table({"x": [1, 2], "label": [0, 1]}), path)
    with pytest.raises(DataError, match="has the columns x, label"):
        open_data(path)
    pq.write_table(pa.table({"image": [png(0), png(1)], "height": [9, 9]}), path)
    with pytest.raises(DataError, match="has no labelled pictures"):
        open_data(path)


def test_without_pyarrow(tmp_path, monkeypatch):
    path = hugging_face(tmp_path / "a.parquet", range(4))
    monkeypatch.setitem(__import__("sys").modules, "pyarrow.parquet", None)
    with pytest.raises(MissingExtra, match=r"pip install 'svertka\[parquet\]'"):
        open_data(path)


def test_pictures_beside_parquet_go_first(tmp_path):
    for n in range(12):
        put(tmp_path / NAMES[n % 2] / f"{n}.png", picture(n))
    hugging_face(tmp_path / "cat" / "features.parquet", range(4))
    assert sum(open_data(tmp_path).counts.values()) == 12
