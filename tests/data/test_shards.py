"""WebDataset shards, written by webdataset itself."""

import numpy as np
import pytest
import webdataset

from made import picture
from svertka.data import open_data
from svertka.data.shards import expand
from svertka.errors import DataError, UnknownName
from written import png, tarred


def shard(path, numbers, **fields):
    """A shard by webdataset's own writer; the fields are functions of the number."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fields = fields or {"cls": lambda n: n % 2}
    with webdataset.TarWriter(str(path)) as writer:
        for n in numbers:
            sample = {"__key__": f"{n:06}", "png": png(n)}
            writer.write(sample | {name: make(n) for name, make in fields.items()})
    return path


def check(part, numbers):
    assert np.array_equal(part.x[..., 0], [picture(n) for n in numbers])


@pytest.mark.parametrize(
    "fields",
    [
        {"cls": lambda n: n % 2},
        {"txt": lambda n: str(n % 2)},
        {"json": lambda n: {"width": 7, "label": n % 2}},
        {"json": lambda n: n % 2},
    ],
)
def test_one_shard(tmp_path, fields):
    dataset = open_data(shard(tmp_path / "pets.tar", range(24), **fields))
    assert dataset.classes == ("0", "1")
    for part in dataset.parts.values():
        numbers = [int(name.split("/")[1].removesuffix(".png")) for name in part.ids]
        check(part, numbers)
        assert part.y.tolist() == [n % 2 for n in numbers]


def test_a_pattern_and_a_folder_are_the_same(tmp_path, monkeypatch):
    for k in range(3):
        shard(tmp_path / "set" / f"train-{k:03}.tar", range(10 * k, 10 * k + 10))
    shard(tmp_path / "set" / "val-000.tar", range(30, 40))
    folder = open_data(tmp_path / "set")
    assert folder.counts == {"train": 30, "val": 10}
    check(folder.train, range(30))
    check(folder.val, range(30, 40))
    monkeypatch.chdir(tmp_path)
    only = open_data("set/train-{000..002}.tar")
    assert sum(only.counts.values()) == 30
    assert only.name == "train"
    both = open_data("set/{train-001,val-000}.tar")
    assert both.counts == {"train": 10, "val": 10}
    with pytest.raises(DataError, match=r"1 of the 4 files .* set/train-003\.tar"):
        open_data("set/train-{000..003}.tar")
    with pytest.raises(UnknownName, match="does not exist"):
        open_data("set/other-{000..003}.tar")


def test_compressed_shards(tmp_path):
    dataset = open_data(shard(tmp_path / "a.tar.gz", range(24)))
    assert sum(dataset.counts.values()) == 24


def test_words_as_labels(tmp_path):
    path = shard(tmp_path / "a.tar", range(24), txt=lambda n: ("кот", "пёс")[n % 2])
    assert open_data(path).classes == ("кот", "пёс")


def test_what_cannot_be_a_label_is_told(tmp_path):
    labels = {3: "", 4: "[1", 5: '{"width": 3}', 6: "[1, 2]"}
    files = {}
    for n in range(24):
        files[f"{n}.png"] = png(n)
        files[f"{n}.json"] = labels.get(n, str(n % 2)).encode()
    files["99.png"] = png(99)
    dataset = open_data(tarred(tmp_path / "a.tar", files))
    assert sum(dataset.counts.values()) == 20
    why = {problem.path: problem.reason for problem in dataset.problems}
    assert why["a.tar"] == "1 picture without a label: left for svertka predict"
    assert why["a.tar/3"] == "empty file (0 bytes)"
    assert why["a.tar/4"] == "a label that cannot be read"
    assert why["a.tar/5"] == why["a.tar/6"] == "a label of no line or several"


def test_no_pairs(tmp_path):
    files = {f"{n}.{end}": b"[]" for n in range(9) for end in ("png", "json")}
    with pytest.raises(DataError, match="no pairs of a picture and a label"):
        open_data(tarred(tmp_path / "a.tar", files))


def test_patterns_are_those_of_braceexpand():
    braceexpand = pytest.importorskip("braceexpand").braceexpand
    for pattern in ("a.tar", "{a,b}-{8..11}.tar", "x{000..012}", "{a}", "{a,}b", "p{0..0}q"):
        assert expand(pattern) == list(braceexpand(pattern)) or pattern == "{a}"
