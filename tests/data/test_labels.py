"""Pictures with any number of labels: tables, arrays, parts, conflicts."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelled import LABELS, pictures, save_table, text
from svertka.data import InputContract, Pictures, open_data, open_in_form, open_like
from svertka.data.health_files import survey
from svertka.data.health_pixels import pixel_findings, whole_of
from svertka.data.labels import class_counts, divided, known, numbered, text_of, to_known, united
from svertka.data.split import split
from svertka.errors import DataError

X, Y = pictures(60)


def truth(dataset) -> dict[str, str]:
    """The labels of each picture, by its name."""
    return {
        Path(name).name: text_of(row, dataset.classes)
        for part in dataset.parts.values()
        for name, row in zip(part.ids, part.y, strict=True)
    }


def expected() -> dict[str, str]:
    return {f"{i:03}.png": text(row).removeprefix("|") for i, row in enumerate(Y)}


@pytest.mark.parametrize("columns", [False, True])
@pytest.mark.parametrize("direct", [False, True])
def test_a_table_gives_labels(tmp_path: Path, columns: bool, direct: bool) -> None:
    folder = save_table(tmp_path, columns=columns)
    dataset = open_data(folder / "labels.csv" if direct else folder)
    assert dataset.task == dataset.contract.task == "labels"
    assert dataset.classes == LABELS
    assert truth(dataset) == expected()
    assert dataset.train.y.dtype == np.uint8
    told = [p.reason for p in dataset.problems if p.path.endswith("labels.csv")]
    assert told == [
        f"labels are its {'3 columns of 0 and 1' if columns else 'column ' + repr('labels')}, "
        "pictures 'image'"
    ]
    assert "3 labels" in str(dataset)
    assert sum(dataset.class_counts[p][0] for p in dataset.parts) == Y[:, 0].sum()
    assert InputContract.model_validate_json(dataset.contract.model_dump_json()) == dataset.contract


def test_signs_of_people_do_not_matter(tmp_path: Path) -> None:
    folder = save_table(tmp_path, 6)
    rows = ["sea | boat", "boat|sea", "sea", "|", "boat|sea|boat", ""]
    lines = ["image,tags", *(f"{i:03}.png,{row}" for i, row in enumerate(rows))]
    (folder / "labels.csv").write_text("\n".join(lines), encoding="utf-8")
    dataset = open_data(folder)
    assert [truth(dataset).get(f"{i:03}.png") for i in range(6)] == [
        "boat|sea",
        "boat|sea",
        "sea",
        "",
        "boat|sea",
        None,
    ]
    assert any("1 picture without a label" in problem.reason for problem in dataset.problems)


def test_columns_with_one_1_in_every_row_are_a_class(tmp_path: Path) -> None:
    folder = save_table(tmp_path, 20)
    lines = ["image,cat,dog", *(f"{i:03}.png,{i % 2},{1 - i % 2}" for i in range(20))]
    (folder / "labels.csv").write_text("\n".join(lines), encoding="utf-8")
    dataset = open_data(folder)
    assert (dataset.task, dataset.classes) == ("classes", ("cat", "dog"))
    names = {Path(n).name: dataset.classes[y] for p in dataset.parts.values()
             for n, y in zip(p.ids, p.y, strict=True)}  # fmt: skip
    assert names == {f"{i:03}.png": "dog" if i % 2 == 0 else "cat" for i in range(20)}
    hot = open_data((X, np.eye(3, dtype=int)[np.arange(60) % 3]))
    assert (hot.task, hot.classes) == ("classes", ("0", "1", "2"))


def test_a_column_called_label_goes_before_columns_of_0_and_1(tmp_path: Path) -> None:
    folder = save_table(tmp_path, 20)
    lines = [
        "image,label,male,old",
        *(f"{i:03}.png,{'ab'[i % 2]},{i % 3 % 2},1" for i in range(20)),
    ]
    (folder / "labels.csv").write_text("\n".join(lines), encoding="utf-8")
    assert open_data(folder).task == "classes"


@pytest.mark.parametrize("kind", [np.uint8, bool, np.float32, np.int64])
def test_arrays_give_labels(kind: type) -> None:
    dataset = open_data((X, Y.astype(kind)))
    assert (dataset.task, dataset.classes) == ("labels", ("0", "1", "2"))
    for part in dataset.parts.values():
        rows = [int(name) for name in part.ids]
        assert np.array_equal(part.y, Y[rows])
        assert np.array_equal(part.x, X[rows])


def test_files_of_arrays_name_the_columns(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x_train=X[:40], y_train=Y[:40], x_test=X[40:], y_test=Y[40:],
             classes=LABELS)  # fmt: skip
    dataset = open_data(tmp_path / "a.npz")
    assert dataset.classes == LABELS
    assert np.array_equal(dataset.test.y, Y[40:])
    again = open_like(tmp_path / "a.npz", dataset.contract)
    assert np.array_equal(again.test.y, Y[40:])
    other = open_in_form(tmp_path / "a.npz", dataset.contract.model_copy(update={"size": (8, 8)}))
    assert other.task == "labels"
    assert np.array_equal(other.test.y, Y[40:])
    assert dataset.key != open_data((X, Y)).key


def test_a_table_again_for_a_network_that_knows_more(tmp_path: Path) -> None:
    """Columns in another order, one label absent, and folders of one class each."""
    folder = save_table(tmp_path / "table")
    contract = open_data(folder).contract
    wide = contract.model_copy(update={"classes": ("frame", "zebra", "bar", "dot")})
    dataset = open_like(folder, wide)
    assert dataset.test is not None
    order = [int(Path(name).stem) for name in dataset.test.ids]
    assert np.array_equal(dataset.test.y[:, [2, 3, 0]], Y[order])
    assert not dataset.test.y[:, 1].any()
    place = tmp_path / "folders" / "dot"
    place.mkdir(parents=True)
    (place / "a.png").write_bytes((folder / "images" / "000.png").read_bytes())
    (tmp_path / "folders" / "bar").mkdir()
    (tmp_path / "folders" / "bar" / "b.png").write_bytes((folder / "images/001.png").read_bytes())
    one = open_like(tmp_path / "folders", contract)
    assert sorted(truth(one).items()) == [("a.png", "dot"), ("b.png", "bar")]


def test_labels_and_classes_are_not_mixed_up(tmp_path: Path) -> None:
    folder = save_table(tmp_path)
    contract = open_data(folder).contract
    with pytest.raises(DataError, match="any number of labels, and the network answers with one"):
        open_like(folder, contract.model_copy(update={"task": "classes"}))
    with pytest.raises(DataError, match="does not know: frame"):
        open_like(folder, contract.model_copy(update={"classes": ("bar", "dot")}))


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (np.full((60, 3), 2), "a row of 0 and 1 with a column for each label"),
        (np.full((60, 3), 0.5), "a row of 0 and 1"),
        (np.zeros((60, 3), int), "no picture with a label"),
        (np.zeros((60, 3, 1), int), "labels have shape"),
        (np.zeros((59, 3), int), "one label for each picture"),
    ],
)
def test_wrong_labels_in_words(y: np.ndarray, message: str) -> None:
    with pytest.raises(DataError, match=message):
        open_data((X, y))


def test_wrong_files_in_words(tmp_path: Path) -> None:
    np.savez(tmp_path / "names.npz", x=X, y=Y, classes=("a", "b"))
    with pytest.raises(DataError, match="2 classes are named, and labels have 3 columns"):
        open_data(tmp_path / "names.npz")
    np.savez(tmp_path / "parts.npz", x_train=X, y_train=Y, x_test=X, y_test=Y[:, :2])
    with pytest.raises(DataError, match="labels of different shapes"):
        open_data(tmp_path / "parts.npz")


def test_folds_of_labels_ask_for_each_picture_once() -> None:
    folds = [open_data((X, Y), fold=(number, 3), group="identical") for number in (1, 2, 3)]
    asked = [name for fold in folds for name in (fold.test.ids if fold.test else ())]
    assert sorted(asked) == sorted([*folds[0].train.ids, *folds[0].val.ids, *folds[0].test.ids])
    for fold in folds:
        assert fold.task == "labels"
        assert not {*fold.test.ids} & {*fold.train.ids, *fold.val.ids}
        assert abs(fold.test.y.mean(axis=0) - Y.mean(axis=0)).max() < 0.05  # one of 20


def test_a_label_that_one_family_alone_has_is_in_no_fold() -> None:
    y = Y.copy()
    y[:, 2] = 0
    y[7, 2] = 1
    folds = [open_data((X, y), fold=(number, 3), group="identical") for number in (1, 2, 3)]
    for fold in folds:
        assert fold.train.y[:, 2].sum() == 1
        assert fold.test.y[:, 2].sum() == 0
        assert any("'2' are in no fold: a label must" in p.reason for p in fold.problems)


def test_a_label_that_only_the_test_part_has() -> None:
    y = Y.copy()
    y[:40, 2] = 0
    file = io.BytesIO()
    np.savez(file, x_train=X[:40])
    arrays = {"x_train": X[:40], "y_train": y[:40], "x_test": X[40:], "y_test": y[40:]}
    from svertka.data.arrays import pack_arrays
    from svertka.data.assemble import Label, assemble
    from svertka.data.grouping import Cut

    with pytest.raises(DataError, match="test has pictures of '2', but train has none"):
        assemble(pack_arrays(arrays, "a.npz"), Label("a", "a.npz"), Cut())


def test_identical_pictures_with_other_labels_are_conflicts() -> None:
    x = np.concatenate([X, X[:2]])
    y = np.concatenate([Y, Y[:2]])
    y[61] = 1 - y[61]
    dataset = open_data((x, y))
    (problem,) = [p for p in dataset.problems if "identical" in p.reason]
    names = ("0", "1", "2")
    assert problem.path == "61"
    assert problem.reason == (
        f"filed under {text_of(y[61], names)!r}, but 1 is identical and under "
        f"{text_of(y[1], names)!r}"
    )
    whole = whole_of(dataset)
    found = {f.kind: f for f in pixel_findings(whole, survey(None), flip=False)}
    exact = [e for e in found["conflicts"].examples if e.reason == "identical"]
    assert [set(e.ids) for e in exact] == [{"1", "61"}]
    assert {*exact[0].labels} == {text_of(y[61], names), text_of(y[1], names)}


def test_what_is_not_known_is_left_out() -> None:
    y = Y[:4].copy()
    y[2] = 255
    some = Pictures(X[:4], y, ("a", "b", "c", "d"))
    assert some.known.tolist() == [True, True, False, True]
    assert some.labelled().ids == ("a", "b", "d")
    assert class_counts(y, 3).tolist() == Y[[0, 1, 3]].sum(axis=0).tolist()
    assert known(np.array([0, -1])).tolist() == [True, False]
    contract = open_data((X, Y)).contract
    assert to_known(y, ("0", "1", "2"), contract, "y")[2].tolist() == [255] * 3


def test_texts_of_labels() -> None:
    assert divided("b| a|b|") == ["a", "b"]
    assert united([]) == "|"
    assert divided(united([])) == []
    assert numbered(np.array([[1, 0], [0, 1], [1, 0]], np.uint8)).tolist() == [1, 0, 1]


# -- parts: iterative stratification -----------------------------------------------------------


@given(
    st.integers(1, 120),
    st.integers(1, 5),
    st.lists(st.floats(0.01, 0.4), min_size=1, max_size=2),
    st.integers(0, 5),
    st.integers(1, 200),
)
def test_splits_of_labels_are_whole_and_keep_families(n, k, shares, seed, variety) -> None:
    random = np.random.default_rng(variety)
    y = (random.random((n, k)) < random.random(k)).astype(np.uint8)
    digests = random.integers(0, 256, (variety, 16), np.uint8)[random.integers(0, variety, n)]
    parts = split(y, digests, shares, seed)
    assert np.array_equal(np.sort(np.concatenate(parts)), np.arange(n))
    place = np.empty(n, int)
    for number, rows in enumerate(parts):
        place[rows] = number
    for family in np.unique(digests, axis=0):
        assert len(set(place[(digests == family).all(axis=1)])) == 1
    assert np.array_equal(y[parts[0]].any(axis=0), y.any(axis=0))
    again = split(y, digests, shares, seed)
    assert all(np.array_equal(a, b) for a, b in zip(parts, again, strict=True))


def test_every_label_follows_the_shares_better_than_by_chance() -> None:
    """Against random parts, as Sechidis et al. measure it: by how far shares of labels are off."""
    random = np.random.default_rng(0)
    rates = np.array([0.5, 0.2, 0.1, 0.05, 0.02, 0.01])
    y = (random.random((1000, 6)) < rates).astype(np.uint8)
    digests = random.integers(0, 256, (1000, 16), np.uint8)
    sizes, off, chance = [], [], []
    for seed in range(5):
        train, val, test = split(y, digests, [0.15, 0.15], seed)
        sizes += [len(val), len(test)]
        mixed = random.permutation(1000)
        for ours, theirs in ((val, mixed[:150]), (test, mixed[150:300])):
            off.append(np.abs(y[ours].sum(axis=0) / y.sum(axis=0) - 0.15))
            chance.append(np.abs(y[theirs].sum(axis=0) / y.sum(axis=0) - 0.15))
        assert len(train) + len(val) + len(test) == 1000
    assert np.abs(np.array(sizes) - 150).max() <= 15
    assert np.mean(off) < np.mean(chance) / 3
    assert np.max(off) < 0.08  # of a label with ten pictures one is a tenth
    assert not np.array_equal(split(y, digests, [0.2], 0)[1], split(y, digests, [0.2], 1)[1])


def test_identical_and_grouped_pictures_with_labels_stay_together() -> None:
    groups = np.arange(60) // 4
    dataset = open_data((X, Y), group="none")
    assert dataset.counts["train"] == 42
    parts = split(
        Y, np.random.default_rng(0).integers(0, 256, (60, 16), np.uint8), [0.2], 0, groups
    )
    assert not set(groups[parts[0]]) & set(groups[parts[1]])
