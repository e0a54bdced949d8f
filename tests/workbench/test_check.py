"""Every kind of thing that can be wrong is planted in a small folder, and found there alone."""

import json
import shutil

import numpy as np
import pytest
from PIL import Image

import svertka
from svertka.cli.program import run as cli
from svertka.data.finding import WORDS
from svertka.data.health_files import file_findings, moving, survey
from svertka.data.layout import find_labelled
from svertka.errors import DataError, UsageError

SIDE = 32


def photo(seed, size=(SIDE, SIDE)):
    """A smooth colour picture, unlike any of another seed."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (6, 6, 3)).astype(np.uint8)
    return Image.fromarray(coarse).resize((size[1], size[0]), Image.Resampling.BICUBIC)


@pytest.fixture
def clean(tmp_path):
    """Two classes with 40 pictures in train and 10 in test each."""
    seed = iter(range(1000))
    for part, count in (("train", 40), ("test", 10)):
        for label in ("cat", "dog"):
            folder = tmp_path / "pets" / part / label
            folder.mkdir(parents=True)
            for i in range(count):
                photo(next(seed)).save(folder / f"{i}.png")
    return tmp_path / "pets"


def found(folder, run=None):
    health = svertka.check(folder, run)
    assert json.loads(json.dumps(health.to_dict(), allow_nan=False))["kind"] == "health"
    return {one.kind: one for one in health.findings}


def pairs(finding):
    return {example.ids for example in finding.examples}


def test_a_clean_folder_gives_none(clean):
    health = svertka.check(clean)
    assert health.findings == ()
    assert "Nothing is wrong" in str(health)
    facts = health.to_dict()
    assert facts["counts"] == {"train": 68, "val": 12, "test": 20}
    assert facts["files"]["formats"] == [
        {"format": "PNG", "channels": "colour", "depth": 8, "count": 100}
    ]
    assert facts["files"]["sizes"] == [{"width": SIDE, "height": SIDE, "count": 100}]
    assert facts["files"]["sides"] == [{"to": 32, "count": 100}]


def test_a_file_that_cannot_be_read(clean):
    (clean / "train/cat/broken.png").write_bytes(b"")
    (clean / "train/cat/notes.txt").write_text("cats")
    findings = found(clean)
    finding = findings["unused"]
    assert finding.grave
    reasons = {example.ids[0]: example.reason for example in finding.examples}
    assert reasons["train/cat/broken.png"] == "empty file (0 bytes)"
    assert finding.count == 1
    assert findings["remarks"].count == 1  # text beside pictures is no loss
    commands = {example.ids[0]: example.command for example in finding.examples}
    assert commands["train/cat/broken.png"] == f"rm -- {clean}/train/cat/broken.png"


def test_the_same_picture_in_two_parts(clean):
    (clean / "test/dog/same.png").write_bytes((clean / "train/dog/3.png").read_bytes())
    Image.open(clean / "train/cat/7.png").save(clean / "test/cat/again.jpg", quality=80)
    kinds = found(clean)
    assert set(kinds) == {"leaks"}
    assert pairs(kinds["leaks"]) == {
        ("train/dog/3.png", "test/dog/same.png"),
        ("train/cat/7.png", "test/cat/again.jpg"),
    }
    exact, near = kinds["leaks"].examples
    assert (exact.reason, exact.values["likeness"]) == ("identical", 1.0)
    assert near.reason == "alike"
    assert 0.97 < near.values["likeness"] < 1
    assert near.parts[1] == "test"
    assert near.command == f"rm -- {clean}/train/cat/7.png"
    assert len(near.images) == 2
    assert kinds["leaks"].values == {"identical": 1, "alike": 1}


def test_copies_within_a_part_and_under_two_classes(clean):
    (clean / "test/dog/copy.png").write_bytes((clean / "test/dog/1.png").read_bytes())
    (clean / "test/dog/was a cat.png").write_bytes((clean / "test/cat/2.png").read_bytes())
    kinds = found(clean)
    assert set(kinds) == {"copies", "conflicts"}
    assert pairs(kinds["copies"]) == {("test/dog/1.png", "test/dog/copy.png")}
    (conflict,) = kinds["conflicts"].examples
    assert conflict.labels == ("cat", "dog")
    assert conflict.command.splitlines() == [
        f"rm -- {clean}/test/cat/2.png  # if it is not: cat",
        f"rm -- '{clean}/test/dog/was a cat.png'  # if it is not: dog",
    ]


def test_rows_of_a_table_that_give_a_picture_two_classes(clean):
    rows = [f"{part}/{kind}/1.png,{kind}" for part in ("train", "test") for kind in ("cat", "dog")]
    rows += [f"train/{kind}/{n}.png,{kind}" for kind in ("cat", "dog") for n in range(2, 9)]
    table = clean / "labels.csv"
    table.write_text("\n".join(["path,label", *rows, "train/cat/1.png,dog"]) + "\n")
    result = svertka.check(table)
    (torn,) = result.finding("rows").examples
    assert torn.ids == ("train/cat/1.png",)
    assert result.finding("rows").grave
    assert "leave only the right one in the table" in str(result)


def test_a_mirror_image_in_two_parts(clean):
    image = Image.open(clean / "train/dog/5.png")
    image.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(clean / "test/dog/turned.png")
    (finding,) = found(clean).values()
    assert finding.kind == "mirrored"
    assert pairs(finding) == {("train/dog/5.png", "test/dog/turned.png")}


def test_odd_channels_and_depths(clean):
    photo(2000).convert("L").save(clean / "train/cat/grey.png")
    photo(2001).convert("RGBA").save(clean / "train/cat/clear.png")
    photo(2002).convert("CMYK").save(clean / "train/cat/print.jpg")
    deep = np.asarray(photo(2003).convert("L")).astype(np.uint16) * 257
    Image.fromarray(deep).save(clean / "train/cat/deep.png")
    kinds = found(clean)
    assert {example.ids[0]: example.reason for example in kinds["colours"].examples} == {
        "train/cat/grey.png": "PNG, grey, 8 bits",
        "train/cat/deep.png": "PNG, grey, 16 bits",
        "train/cat/clear.png": "PNG, transparent, 8 bits",
        "train/cat/print.jpg": "JPEG, CMYK, 8 bits",
    }
    assert pairs(kinds["depths"]) == {("train/cat/deep.png",)}


def test_shapes_and_sizes_that_do_not_suit(clean):
    photo(3000, (24, 96)).save(clean / "train/cat/wide.png")
    photo(3001, (12, 12)).save(clean / "train/cat/small.png")
    kinds = found(clean)
    assert {"squashed", "small"} <= set(kinds)
    assert pairs(kinds["squashed"]) == {("train/cat/wide.png",)}
    assert kinds["squashed"].examples[0].values["factor"] == pytest.approx(4.0)
    assert pairs(kinds["small"]) == {("train/cat/small.png",)}


def test_pictures_in_an_archive(clean, tmp_path):
    (clean / "test/dog/same.png").write_bytes((clean / "train/dog/3.png").read_bytes())
    (clean / "train/cat/broken.png").write_bytes(b"no")
    for kind in ("zip", "gztar"):
        archive = shutil.make_archive(str(tmp_path / kind), kind, clean)
        health = svertka.check(archive)
        kinds = {one.kind: one for one in health.findings}
        assert set(kinds) == {"leaks", "unused"}
        assert len(kinds["leaks"].examples) == 1
        assert kinds["leaks"].examples[0].command == ""  # it is no file of its own
        assert health.to_dict()["files"]["formats"][0]["count"] == 101


def test_what_cutting_to_the_middle_loses(clean):
    """A run that cuts pictures to a square loses what lies at their ends."""
    ends, middle = np.full((2, 32, 96, 3), 200, np.uint8)
    ends[8:24, 4:20] = middle[8:24, 40:56] = 0
    Image.fromarray(ends).save(clean / "train/cat/ends.png")
    Image.fromarray(middle).save(clean / "train/cat/middle.png")
    contract = svertka.check(clean).dataset.contract.model_copy(update={"fit": "crop"})
    kinds = {one.kind: one for one in file_findings(survey(find_labelled(clean)), contract)}
    assert pairs(kinds["cut"]) == {("train/cat/ends.png",)}
    assert kinds["cut"].examples[0].values["lost"] == pytest.approx(1.0, abs=0.02)


def test_a_blank_picture(clean):
    Image.new("RGB", (SIDE, SIDE), (10, 200, 30)).save(clean / "train/dog/blank.png")
    (finding,) = found(clean).values()
    assert finding.kind == "blank"
    assert pairs(finding) == {("train/dog/blank.png",)}


def test_uneven_and_small_classes(clean):
    folder = clean / "train/fox"
    folder.mkdir()
    for i in range(5):
        photo(4000 + i).save(folder / f"{i}.png")
    kinds = found(clean)
    assert {"uneven", "few"} <= set(kinds) <= {"uneven", "few", "remarks"}
    (example,) = kinds["uneven"].examples
    assert (example.labels, example.values) == (("fox",), {"count": 4})
    assert kinds["uneven"].values["ratio"] == pytest.approx(34 / 4)
    assert kinds["uneven"].command == (
        f"svertka train {clean} --metric f1_macro --set balance=sampling"
    )
    assert kinds["few"].count == 1


def test_labels_that_a_run_doubts(tmp_path):
    """A tenth of the labels of an easy set are wrong: the run finds most, and few others."""
    rng = np.random.default_rng(0)
    truth = np.arange(400) % 2
    x = rng.integers(0, 90, (400, 12, 12, 1)).astype(np.uint8)
    x[truth == 1, 3:9, 3:9] += 120
    wrong = rng.permutation(400)[:40]
    y = truth.copy()
    y[wrong] = 1 - y[wrong]
    np.savez(tmp_path / "set.npz", x=x, y=y)
    run = svertka.train(
        tmp_path / "set.npz", "conv8-relu-pool-conv8-relu-gap-fc2", epochs=6, out=tmp_path / "run"
    )
    health = svertka.check(tmp_path / "set.npz", tmp_path / "run")
    unlearned = {name for part in ("val", "test") for name in health.dataset.parts[part].ids}
    planted = {str(i) for i in wrong} & unlearned
    doubted = {name for example in health.finding("doubts").examples for name in example.ids}
    assert doubted <= unlearned  # never a picture that it has learned
    assert len(planted & doubted) >= 0.9 * len(planted) > 5
    assert len(doubted - planted) <= 2
    assert health.judge.judged == {part: health.dataset.counts[part] for part in ("test", "val")}
    assert health.judge.trained_on == health.dataset.counts["train"]
    assert "not compared" in str(health)
    assert 0.8 < health.judge.accuracy < 0.95  # a tenth of the labels is wrong
    assert run.card.name in str(health)
    with pytest.raises(UsageError):
        svertka.check(health.dataset, run)


def test_folds_judge_every_picture_that_was_trained_on(tmp_path):
    rng = np.random.default_rng(2)
    y = np.arange(80) % 2
    x = rng.integers(0, 90, (80, 12, 12, 1)).astype(np.uint8)
    x[y == 1, 3:9, 3:9] += 120
    np.savez(tmp_path / "set.npz", x=x, y=y)
    where = tmp_path / "folds"
    svertka.train(tmp_path / "set.npz", "conv4-relu-gap-fc2", epochs=1, folds=2, out=where)
    health = svertka.check(tmp_path / "set.npz", where)
    assert health.judge.judged == health.dataset.counts
    assert health.judge.trained_on == 0
    y[0] = 1 - y[0]
    np.savez(tmp_path / "set.npz", x=x, y=y)
    with pytest.raises(DataError, match="as they are now"):
        svertka.check(tmp_path / "set.npz", where)


def test_pictures_of_another_source_are_all_compared(tmp_path):
    rng = np.random.default_rng(1)
    y = np.arange(120) % 2
    x = rng.integers(0, 90, (120, 12, 12, 1)).astype(np.uint8)
    x[y == 1, 3:9, 3:9] += 120
    svertka.train((x, y), "conv4-relu-gap-fc2", epochs=1, out=tmp_path / "run")
    health = svertka.check((x[:50, ::-1].copy(), y[:50]), tmp_path / "run")
    assert health.judge.judged == {"test": 50}
    assert health.judge.trained_on == 0
    assert health.command == ""


def test_the_page_and_the_command(clean, tmp_path, capsys):
    (clean / "test/dog/same.png").write_bytes((clean / "train/dog/3.png").read_bytes())
    page = tmp_path / "check.html"
    assert cli(["check", str(clean), "--out", str(page), "--json"]) == 0
    payload = json.loads(capsys.readouterr().out)
    assert [one["kind"] for one in payload["findings"]] == ["leaks"]
    assert payload["command"] == f"svertka check {clean}"
    assert "data:image/png;base64," in page.read_text()
    assert cli(["check", str(clean)]) == 0
    out = capsys.readouterr().out
    assert "train/dog/3.png = test/dog/same.png" in out
    assert f"rm -- {clean}/train/dog/3.png" in " ".join(out.split())  # however wide the terminal


def test_misuse(clean, tmp_path, capsys):
    assert cli(["check"]) == 2
    assert cli(["check", str(tmp_path / "nothing here")]) == 2
    assert cli(["check", str(clean), "--run", "no/such/run"]) == 1
    assert cli(["check", str(clean), "--out", str(tmp_path)]) == 2
    capsys.readouterr()


def test_a_wrong_label_is_mended_by_moving_the_file(clean):
    found = survey(find_labelled(clean))
    assert moving(found, "train/cat/0.png", "cat", "dog") == (
        f"mv -n -- {clean}/train/cat/0.png {clean}/train/dog/"
    )
    assert moving(found, "train/cat/0.png", "no folder", "dog") == ""
    assert moving(found, "nothing.png", "cat", "dog") == ""


def test_every_kind_has_its_words():
    assert all(len(words) == 2 and all(words) for words in WORDS.values())
