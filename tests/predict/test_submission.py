"""Answers in the form of a sample submission."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from svertka.data import Problem
from svertka.errors import DataError, UsageError
from svertka.predict import Predictions
from svertka.predict.submission import read_sample, submission

CLASSES = ("bart", "homer", "lisa")


def answers(ids, classes=CLASSES, problems=()):
    """Picture i is of class i modulo the number of classes."""
    p = np.full((len(ids), len(classes)), 0.1, np.float32)
    p[np.arange(len(ids)), np.arange(len(ids)) % len(classes)] = 0.8
    return Predictions.of(p, classes, tuple(ids), problems)


@pytest.fixture
def sample(tmp_path):
    def written(text, encoding="utf-8"):
        path = tmp_path / "sample.csv"
        path.write_bytes(text.encode(encoding))
        return read_sample(path)

    return written


@pytest.mark.parametrize(
    "ids",
    [
        ("test/a/1.jpg", "test/a/2.jpg"),
        ("a/1.jpg", "a/2.jpg"),
        ("1.jpg", "2.jpg"),
        ("1", "2"),
        ("a/1", "a/2"),
        ("elsewhere/1.png", "elsewhere/2.png"),
    ],
)
def test_ids_are_paths_or_names_with_or_without_extension(sample, ids):
    form = sample(f"Id;Expected\n{ids[1]};bart\n{ids[0]};bart\n")
    done = submission(form, answers(["test/a/1.jpg", "test/a/2.jpg"]), ["test"])
    assert done.text == f"Id;Expected\n{ids[1]};homer\n{ids[0]};bart\n"


names = st.lists(
    st.text("abcXYZ019 _-.,;\"'жё", min_size=1, max_size=8).filter(lambda s: s.strip(". ")),
    min_size=1,
    max_size=20,
    unique_by=lambda s: s,
)


@given(names, st.randoms(), st.sampled_from(["", "t/", "data/test/"]))
def test_header_ids_and_order_are_the_samples(tmp_path_factory, ids, random, folder):
    shuffled = random.sample(ids, len(ids))
    path = tmp_path_factory.mktemp("s") / "sample.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id,x", "label"), *((name, "lisa") for name in shuffled)])
    said = answers([f"{folder}{name}.png" for name in ids])
    rows = list(csv.reader(io.StringIO(submission(read_sample(path), said, [folder]).text)))
    truth = dict(zip(ids, said.labels, strict=True))
    assert rows == [["id,x", "label"], *([name, truth[name]] for name in shuffled)]


@pytest.mark.parametrize(
    ("classes", "labels", "written"),
    [
        (CLASSES, ("homer", "homer", "homer"), ["bart", "homer", "lisa"]),
        (CLASSES, ("", "", ""), ["bart", "homer", "lisa"]),
        (CLASSES, ("0", "0", "0"), ["0", "1", "2"]),
        (CLASSES, ("1", "3", "2"), ["1", "2", "3"]),
        (("0", "1", "2"), ("0", "0", "0"), ["0", "1", "2"]),
        (("001", "002", "010"), ("1", "1", "10"), ["1", "2", "10"]),
    ],
)
def test_labels_are_written_as_the_sample_does(sample, classes, labels, written):
    rows = "".join(f"{i},{label}\n" for i, label in enumerate(labels))
    done = submission(sample(f"id,label\n{rows}"), answers(["0.png", "1.png", "2.png"], classes))
    assert [row[1] for row in list(csv.reader(io.StringIO(done.text)))[1:]] == written
    by_place = not {*classes} & {*written} and "001" not in classes
    assert ("is bart" in done.note) == by_place


def test_a_column_for_each_class_gets_the_probabilities(sample):
    form = sample("id,lisa,bart,homer\na,0,0,1\n")
    found = submission(form, answers(["a.png"]))
    assert found.text == "id,lisa,bart,homer\na,0.1,0.8,0.1\n"
    assert found.note == "Each column has the class's probability."
    plain = sample("id,lisa,bart,homer\na,0.3,0.3,0.4\n")  # that leaves nothing to wonder at
    assert submission(plain, answers(["a.png"])).note == ""


@pytest.mark.parametrize(
    ("text", "ids", "words"),
    [
        ("id,y\na,bart\nb,bart\n", ["a.png"], "no picture was given for 1 id: b"),
        ("id,y\na,bart\n", ["a.png", "b.png"], r"no id for 1 picture: b\.png"),
        ("id,y\na,bart\nx,bart\n", ["a.png"], r"1 picture: x\.png \(empty file\) cannot be read"),
        ("id,y\na,bart\n", ["a.png", "a.jpg"], r"the same id as 1 picture: a\.jpg"),
        ("id,y\na,bart\n", ["1/a.png", "2/a.png"], "the same id as"),
        ("id,y\n1/a,bart\n2/a,bart\n", ["a.png"], "several ids mean the same"),
        ("id,y\na,marge\n", ["a.png"], "labels as marge: neither classes"),
        ("id,y\na,9\n", ["a.png"], "labels as 9"),
        ("id,y\na,0.5\n", ["a.png"], r"labels as 0\.5"),
        ("id,u,v\na,1,2\n", ["a.png"], "has after the id 2 columns: u, v"),
    ],
)
def test_a_mismatch_is_refused_in_words(sample, text, ids, words):
    lost = (Problem("x.png", "empty file", lost=True),)
    with pytest.raises(DataError, match=words):
        submission(sample(text), answers(ids, problems=lost))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,y\na,bart\na,lisa\n", "1 id: a more than once"),
        ("id,y\n", "no sample submission"),
        ("", "no sample submission"),
        ("id,y\na\n", "no sample submission"),
        ("id\na\n", "no sample submission"),
    ],
)
def test_a_sample_that_is_none_is_refused(sample, text, words):
    with pytest.raises(DataError, match=words):
        sample(text)


def test_a_sample_of_excel_is_read_and_other_bytes_are_refused(sample, tmp_path):
    assert sample("\ufeffId,y\r\na,bart\r\n").header == ("Id", "y")
    with pytest.raises(DataError, match="UTF-8"):
        sample("Id,y\nж,bart\n", "cp1251")
    with pytest.raises(DataError, match="cannot be read"):
        read_sample(tmp_path / "none.csv")


def test_nothing_is_overwritten(sample, tmp_path):
    done = submission(sample("id,y\na,bart\n"), answers(["a.png"]))
    done.save(tmp_path / "out.csv")
    with pytest.raises(UsageError, match="--force"):
        done.save(tmp_path / "out.csv")
    done.save(tmp_path / "out.csv", force=True)
    with pytest.raises(UsageError, match="no folder"):
        done.save(tmp_path / "no" / "out.csv")
