"""Folders as people have them."""

import os
import socket

import numpy as np
import pytest
from PIL import Image

from svertka.data import find_pictures
from svertka.data.assemble import TEST, TRAIN, VAL
from svertka.data.layout import find_labelled, natural
from svertka.data.packed import UNSPLIT
from svertka.errors import DataError

NUMBER = iter(range(10**6))


def put(folder, *names):
    """Small pictures, each different, at these paths."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((4, 4), next(NUMBER) % 256, np.uint8)).save(path, "PNG")
    return folder


def found(folder):
    labelled = find_labelled(folder)
    rows = zip(labelled.files, labelled.classes, labelled.parts, strict=True)
    return {file.id: (label, part) for file, label, part in rows}


def reasons(folder):
    return {problem.path: problem.reason for problem in find_labelled(folder).problems}


def test_classes_at_the_top(tmp_path):
    put(tmp_path, "cat/a.png", "cat/deep/er/b.png", "dog/c.png")
    assert found(tmp_path) == {
        "cat/a.png": ("cat", UNSPLIT),
        "cat/deep/er/b.png": ("cat", UNSPLIT),
        "dog/c.png": ("dog", UNSPLIT),
    }


@pytest.mark.parametrize(
    ("train", "val", "test"), [("train", "val", "test"), ("Training", "VALID", "Testing")]
)
def test_parts_in_any_case(tmp_path, train, val, test):
    put(tmp_path, f"{train}/cat/a.png", f"{val}/cat/b.png", f"{test}/dog/c.png")
    assert set(found(tmp_path).values()) == {("cat", TRAIN), ("cat", VAL), ("dog", TEST)}
    assert reasons(tmp_path) == {}


def test_two_folders_for_one_part(tmp_path):
    put(tmp_path, "train/cat/a.png", "val/cat/b.png", "validation/cat/c.png")
    with pytest.raises(DataError, match=r"'val' and 'validation'"):
        find_labelled(tmp_path)


def test_what_stands_beside_the_parts_is_told(tmp_path):
    put(tmp_path, "train/cat/a.png", "test/cat/b.png", "extra/cat/c.png", "d.png")
    (tmp_path / "notes.txt").write_text("x")
    assert len(found(tmp_path)) == 2
    assert reasons(tmp_path)["extra"] == "beside train, val and test: left out"
    assert [p.reason for p in find_labelled(tmp_path).problems if p.path == "."] == [
        "1 picture lies outside the class folders and cannot be labelled",
        "1 file is not a picture by name and left out: 1 .txt",
    ]


def test_a_class_may_be_called_train(tmp_path):
    put(tmp_path, "train/a.png", "car/b.png", "plane/c.png")
    assert {label for label, _ in found(tmp_path).values()} == {"train", "car", "plane"}


def test_unlabelled_test_pictures_are_told(tmp_path):
    put(tmp_path, "train/cat/a.png", "train/dog/b.png", "test/1.png", "test/2.png")
    assert len(found(tmp_path)) == 2
    assert reasons(tmp_path)["test"] == "2 pictures without a label: left for svertka predict"


def test_a_folder_around_everything_is_looked_through(tmp_path):
    put(tmp_path, "set/inner/train/cat/a.png", "set/inner/test/cat/b.png")
    assert set(found(tmp_path).values()) == {("cat", TRAIN), ("cat", TEST)}
    put(tmp_path / "other", "set/cat/a.png", "set/dog/b.png")
    (tmp_path / "other" / "README").write_text("about these pictures")
    (tmp_path / "other" / "LICENSE.txt").write_text("free")
    assert {label for label, _ in found(tmp_path / "other").values()} == {"cat", "dog"}


def test_one_class_is_not_looked_through(tmp_path):
    put(tmp_path, "cat/a.png", "cat/b.png")
    assert {label for label, _ in found(tmp_path).values()} == {"cat"}


def test_a_single_train_folder_is_a_part(tmp_path):
    put(tmp_path, "train/cat/a.png", "train/dog/b.png")
    assert {part for _, part in found(tmp_path).values()} == {TRAIN}


def test_junk_is_passed_over(tmp_path):
    put(tmp_path, "cat/a.png", "cat/._a.png", ".hidden/b.png", "__MACOSX/cat/c.png", "dog/d.png")
    for name in ("Thumbs.db", ".DS_Store", "desktop.ini"):
        (tmp_path / "cat" / name).write_bytes(b"x")
    assert set(found(tmp_path)) == {"cat/a.png", "dog/d.png"}
    assert reasons(tmp_path) == {}


def test_files_without_an_ending_are_tried_and_others_counted(tmp_path):
    put(tmp_path, "cat/a", "dog/b.png")
    (tmp_path / "dog" / "b.txt").write_text("x")
    (tmp_path / "dog" / "c.HEIC").write_text("x")
    assert set(found(tmp_path)) == {"cat/a", "dog/b.png"}
    assert reasons(tmp_path)["dog"] == (
        "2 files are not a picture by name and left out: 1 .txt, 1 .heic"
    )


def test_an_empty_class_is_told(tmp_path):
    put(tmp_path, "cat/a.png", "dog/b.png")
    (tmp_path / "elk").mkdir()
    assert reasons(tmp_path) == {"elk": "a class without a picture"}


def test_hostile_names(tmp_path):
    names = ["new\nline", "-rf", "quote'\"", "\u202egnp.exe", "two  spaces ", "#;$(x)", "\x1b[31m"]
    put(tmp_path, *(f"cat/{name}.png" for name in names), "dog/a.png")
    raw = os.fsencode(tmp_path) + b"/cat/\xff\xfe.png"
    os.link(tmp_path / "dog" / "a.png", raw)
    ids = set(found(tmp_path))
    assert {f"cat/{name}.png" for name in names} < ids
    assert "cat/\\xff\\xfe.png" in ids
    for name in ids:
        name.encode("utf-8")  # writable anywhere


def test_class_names_are_composed_alike(tmp_path):
    put(tmp_path, "train/caf\u00e9/a.png", "train/dog/b.png", "test/cafe\u0301/c.png")
    assert {label for label, _ in found(tmp_path).values()} == {"caf\u00e9", "dog"}


def test_links(tmp_path):
    real = put(tmp_path / "elsewhere", "a.png", "b.png")
    folder = put(tmp_path / "set", "cat/c.png", "dog/d.png")
    (folder / "elk").symlink_to(real)
    (folder / "cat" / "file.png").symlink_to(real / "a.png")
    (folder / "cat" / "gone.png").symlink_to(tmp_path / "nowhere.png")
    (folder / "cat" / "loop.png").symlink_to("loop.png")
    (folder / "cat" / "up").symlink_to("..")
    (folder / "cat" / "self").symlink_to(".")
    (folder / "cat" / "root").symlink_to("/")
    (folder / "dog" / "cat").symlink_to("../cat")
    ids = found(folder)
    assert {"elk/a.png", "elk/b.png", "cat/file.png", "dog/cat/c.png"} < set(ids)
    why = reasons(folder)
    assert why["cat/gone.png"] == "a link that leads nowhere"
    assert why["cat/loop.png"] == "a link that leads nowhere"
    for name in ("cat/up", "cat/self", "cat/root", "dog/cat/up"):
        assert why[name] == "a link to a folder that holds it: not followed"


def test_two_links_that_lead_to_each_other(tmp_path):
    put(tmp_path, "a/x.png", "b/y.png")
    (tmp_path / "a" / "b").symlink_to("../b")
    (tmp_path / "b" / "a").symlink_to("../a")
    assert set(found(tmp_path)) == {"a/x.png", "a/b/y.png", "b/y.png", "b/a/x.png"}


def test_pipes_and_sockets_are_named(tmp_path, monkeypatch):
    put(tmp_path, "cat/a.png", "dog/b.png")
    os.mkfifo(tmp_path / "cat" / "pipe.png")
    monkeypatch.chdir(tmp_path / "dog")
    with socket.socket(socket.AF_UNIX) as plug:
        plug.bind("plug.png")
        assert reasons(tmp_path) == {
            "cat/pipe.png": "a pipe, not a file",
            "dog/plug.png": "a socket, not a file",
        }


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_closed_doors_are_named(tmp_path):
    put(tmp_path, "cat/a.png", "dog/b.png", "dog/closed/c.png")
    (tmp_path / "dog" / "closed").chmod(0)
    try:
        assert reasons(tmp_path) == {"dog/closed": "permission denied"}
    finally:
        (tmp_path / "dog" / "closed").chmod(0o700)


def test_nesting_without_end(tmp_path):
    deep = tmp_path / "cat"
    for _ in range(90):
        deep = deep / "d"
    deep.mkdir(parents=True)
    put(tmp_path, "cat/a.png", "dog/b.png")
    put(deep, "c.png")
    assert set(found(tmp_path)) == {"cat/a.png", "dog/b.png"}
    assert "folders nested too deeply" in reasons(tmp_path).values()


def test_nothing_to_find(tmp_path):
    with pytest.raises(DataError, match="holds no pictures that are in class folders"):
        find_labelled(tmp_path)
    put(tmp_path, "a.png", "b.png")
    with pytest.raises(DataError, match="holds 2 pictures but no class folders"):
        find_labelled(tmp_path)


def test_numbers_in_names_are_in_order():
    assert sorted(["10", "9", "x2", "x10", "x", "1"], key=natural) == [
        "1",
        "9",
        "10",
        "x",
        "x2",
        "x10",
    ]


def test_find_pictures_keeps_the_order_given(tmp_path):
    put(tmp_path, "b.png", "a.png", "f/2.png", "f/1.png", "f/.x.png")
    paths = [tmp_path / "b.png", tmp_path / "f", str(tmp_path / "a.png"), tmp_path / "none.png"]
    files, problems = find_pictures(paths)
    assert [file.id.removeprefix(f"{tmp_path}/") for file in files] == [
        "b.png",
        "f/1.png",
        "f/2.png",
        "a.png",
        "none.png",
    ]
    assert problems == []
