"""Tables of pictures and labels, as people and Kaggle write them."""

import numpy as np
import pytest

from made import picture
from svertka.data import open_data, open_like, read_pictures
from svertka.data.assemble import TEST, TRAIN, VAL
from svertka.data.layout import find_labelled
from svertka.data.packed import UNSPLIT
from svertka.errors import DataError
from written import png, put_bytes, table

KIND = ("cat", "dog")


def rows_of(labelled):
    rows = zip(labelled.files, labelled.classes, labelled.parts, strict=True)
    return {file.id: (label, part) for file, label, part in rows}


def found(folder):
    return rows_of(find_labelled(folder))


def reasons(labelled):
    return {problem.path: problem.reason for problem in labelled.problems}


@pytest.fixture
def images(tmp_path):
    """24 pictures in images/, called by their number."""
    for n in range(24):
        put_bytes(tmp_path, f"images/{n}.png", png(n))
    return tmp_path


def check(dataset, count=24):
    """Every picture is the one that its number made, and has the label of its number."""
    seen = 0
    for part in dataset.parts.values():
        for name, x, y in zip(part.ids, part.x, part.y, strict=True):
            n = int(name.rsplit("/", 1)[-1].removesuffix(".png"))
            assert np.array_equal(x[..., 0], picture(n))
            assert dataset.classes[y] == KIND[n % 2]
            seen += 1
    assert seen == count


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    ("head", "name"),
    [
        (("image_id", "label"), "{}"),
        (("Filename", "Species"), "{}.png"),
        (("path", "class"), "images/{}.png"),
        (("path", "class"), "/kaggle/input/pets/images/{}.png"),
        (("file", "class"), "images\\{}.png"),
        (("whatever", "category"), "./images/{}.png"),
    ],
)
def test_columns_are_guessed(images, head, name, delimiter):
    rows = [head, *((name.format(n), KIND[n % 2]) for n in range(24))]
    table(images / "labels.csv", rows, delimiter)
    if name.startswith("/kaggle"):  # the end of the path is that of a picture below the folder
        (images / "kaggle").mkdir()
    check(open_data(images))
    check(open_data(images / "labels.csv"))


def test_a_table_without_a_head(images):
    table(images / "labels.csv", [(f"{n}.png", KIND[n % 2]) for n in range(24)])
    check(open_data(images / "labels.csv"))


def test_other_columns_are_kept_and_the_label_is_told(images):
    head = ("id", "width", "label", "patient")
    rows = [head, *((n, 7, KIND[n % 2], f"p{n // 4}") for n in range(24))]
    path = table(images / "train.csv", rows)
    labelled = find_labelled(images)
    assert labelled.columns["patient"] == [f"p{n // 4}" for n in range(24)]
    assert set(labelled.columns) == {"width", "patient"}
    assert reasons(labelled)["train.csv"] == "labels are its column 'label', pictures 'id'"
    for _ in range(2):  # decoded, and from the cache
        dataset = open_data(path, group="patient")
        places = [{int(i[7:-4]) // 4 for i in part.ids} for part in dataset.parts.values()]
        assert sum(map(len, places)) == 6  # no patient is in two parts


def test_labels_that_are_numbers(images):
    rows = [("id", "target"), *((n, float(n % 3)) for n in range(24))]
    table(images / "labels.csv", rows)
    assert open_data(images).classes == ("0", "1", "2")


@pytest.mark.parametrize(
    ("column", "values", "parts"),
    [
        ("split", ("train", "valid", "test"), (TRAIN, VAL, TEST)),
        ("data set", ("Training", "VAL", "testing"), (TRAIN, VAL, TEST)),
        ("fold", ("1", "0", "2"), (TRAIN, VAL, TRAIN)),
        ("is_valid", ("False", "True", "False"), (TRAIN, VAL, TRAIN)),
        ("is_train", ("1", "0", "1"), (TRAIN, TEST, TRAIN)),
    ],
)
def test_a_column_of_parts(images, column, values, parts):
    rows = [("image", "label", column)]
    rows += [(n, KIND[n % 2], values[n % 3]) for n in range(24)]
    table(images / "data.csv", rows)
    rows = found(images)
    assert [rows[f"images/{n}.png"][1] for n in range(24)] == [parts[n % 3] for n in range(24)]


def test_an_unknown_part_is_told(images):
    rows = [("image", "label", "split")]
    rows += [(n, KIND[n % 2], "extra" if n == 5 else "train") for n in range(24)]
    table(images / "data.csv", rows)
    labelled = find_labelled(images)
    assert len(labelled.files) == 23
    assert reasons(labelled)["5"] == "its part in the table is unknown"


def test_kaggle_train_and_test_with_the_same_ids(tmp_path):
    for n in range(20):
        put_bytes(tmp_path, f"set/train_images/{n}.jpg", png(n))
        put_bytes(tmp_path, f"set/test_images/{n}.jpg", png(100 + n))
    root = tmp_path / "set"
    table(root / "train.csv", [("image_id", "label"), *((n, n % 4) for n in range(20))])
    table(root / "test.csv", [("image_id",), *((n,) for n in range(20))])
    table(root / "sample_submission.csv", [("image_id", "label"), *((n, 0) for n in range(20))])
    rows = found(tmp_path)
    assert set(rows) == {f"train_images/{n}.jpg" for n in range(20)}
    assert {part for _, part in rows.values()} == {TRAIN}
    why = reasons(find_labelled(tmp_path))
    assert why["test.csv"] == why["test"] == "20 pictures without a label: left for svertka predict"
    contract = open_data(tmp_path).contract
    pictures, lost = read_pictures(root / "test_images", contract)
    assert len(pictures) == 20
    assert lost == ()


def test_kaggle_class_folders_and_flat_test(tmp_path):
    for n in range(12):
        put_bytes(tmp_path, f"train/{KIND[n % 2]}/{n}.png", png(n))
        put_bytes(tmp_path, f"test/{n}.png", png(100 + n))
    table(
        tmp_path / "sample_submission.csv", [("Id", "Expected"), *((n, "cat") for n in range(12))]
    )
    check(open_data(tmp_path), 12)
    assert reasons(find_labelled(tmp_path))["test"].startswith("12 pictures without a label")


@pytest.mark.parametrize("root", ["", "journey-springfield"])
def test_springfield(tmp_path, root):
    here = tmp_path / root
    for n in range(12):
        who = ("bart_simpson", "homer_simpson")[n % 2]
        put_bytes(here, f"train/simpsons_dataset/{who}/pic_{n:04}.jpg", png(n))
        put_bytes(here, f"testset/testset/img{n}.jpg", png(100 + n))
    put_bytes(here, "characters_illustration.png", png(500))
    rows = [("Id", "Expected"), *((f"img{n}.jpg", "bart_simpson") for n in range(12))]
    table(here / "sample_submission.csv", rows)
    dataset = open_data(tmp_path)
    assert dataset.classes == ("bart_simpson", "homer_simpson")
    assert sum(dataset.counts.values()) == 12
    why = {problem.path: problem.reason for problem in dataset.problems}
    assert why["testset/testset"] == "12 pictures without a label: left for svertka predict"


def test_test_labels_in_a_second_table(tmp_path):
    for n in range(24):
        put_bytes(tmp_path, f"images/{n}.png", png(n))
    for part, numbers in (("train", range(16)), ("test", range(16, 24))):
        table(tmp_path / f"{part}.csv", [("id", "label"), *((n, KIND[n % 2]) for n in numbers)])
    dataset = open_data(tmp_path)
    assert dataset.counts["test"] == 8
    assert set(dataset.test.ids) == {f"images/{n}.png" for n in range(16, 24)}
    check(dataset)
    run = open_like(tmp_path / "test.csv", dataset.contract)
    assert set(run.test.ids) == set(dataset.test.ids)


def test_what_does_not_fit_is_told(images):
    rows = [("id", "label"), *((n, KIND[n % 2]) for n in range(20)), (20, ""), (21, "")]
    rows += [("nowhere", "cat"), ("0", "dog"), ("", "cat")]
    table(images / "labels.csv", rows)
    labelled = find_labelled(images)
    assert len(labelled.files) == 20
    why = reasons(labelled)
    assert why["nowhere"] == "in the table, but there is no such picture"
    assert why["images/0.png"] == "labelled 'cat' and 'dog' in tables: the first is used"
    assert why[""] == "a row that names no picture"
    assert why["labels.csv"] == "2 pictures without a label: left for svertka predict"
    assert why["."] == "4 pictures without a label: left for svertka predict"


def test_a_name_that_several_pictures_have(tmp_path):
    for n in range(12):
        put_bytes(tmp_path, f"a/{n}.png", png(n))
    put_bytes(tmp_path, "b/3.png", png(99))
    table(tmp_path / "labels.csv", [("id", "label"), *((n, KIND[n % 2]) for n in range(12))])
    labelled = find_labelled(tmp_path)
    assert len(labelled.files) == 11
    assert reasons(labelled)["3"] == (
        "in the table, but 2 pictures are called so: write their paths"
    )


def test_a_table_that_speaks_of_something_else_is_passed_over(tmp_path):
    for n in range(12):
        put_bytes(tmp_path, f"{KIND[n % 2]}/{n}.png", png(n))
    table(tmp_path / "about.csv", [("class", "price"), ("cat", 3), ("dog", 4)])
    assert set(found(tmp_path).values()) == {("cat", UNSPLIT), ("dog", UNSPLIT)}


def test_an_edited_label_is_noticed(images):
    rows = [["id", "label"], *([n, KIND[n % 2]] for n in range(24))]
    table(images / "labels.csv", rows)
    key = open_data(images).key
    assert open_data(images).key == key
    rows[1][1] = "dog"
    table(images / "labels.csv", rows)
    assert open_data(images).key != key


def test_a_table_that_cannot_be_used(images):
    path = images / "t.csv"
    for text, message in (
        (b"", "empty file"),
        (b"\n\n", "empty table"),
        (b"id,label\n\xff\xff,3\n", "not text in UTF-8: byte 9"),
        (b"a,b,c\n1,2,3\n" * 9, "no column that is surely the label.*'a', 'b'"),
        (b"id,label\nx,cat\ny,dog\n", "no column names pictures that are there"),
        (b'id,label\n"' + b"x" * 200_000 + b'",cat\n', "not a table: field larger"),
    ):
        path.write_bytes(text)
        with pytest.raises(DataError, match=message):
            open_data(path)


def test_a_byte_order_mark_and_utf_16(images):
    text = "id,label\r\n" + "".join(f"{n},{('кот', 'пёс')[n % 2]}\r\n" for n in range(24))
    for encoding in ("utf-8-sig", "utf-16"):
        (images / "labels.csv").write_bytes(text.encode(encoding))
        assert open_data(images).classes == ("кот", "пёс")


def test_pictures_of_a_table_in_its_order_for_prediction(images):
    numbers = [3, 1, 2]
    path = table(images / "test.csv", [("id",), *((n,) for n in numbers), ("gone",)])
    contract = open_data((np.stack([picture(n) for n in range(9)]), [0, 1, 2] * 3)).contract
    pictures, lost = read_pictures(path, contract)
    assert np.array_equal(pictures.x[..., 0], [picture(n) for n in numbers])
    assert [problem.path for problem in lost] == ["gone"]
