"""The whole way: data in, run folder out; every way back to it gives the same numbers."""

from __future__ import annotations

import csv
import json
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import svertka
from shapes import CLASSES, NET, pictures, save_folder
from svertka.data import open_data
from svertka.errors import DataError, StoreError, UnknownName, UsageError
from svertka.evaluate import score
from svertka.predict import Predictor
from svertka.train import EpochDone, StepDone
from svertka.workbench import finishing, training
from svertka.workbench.run import Run


def _files(path: Path) -> dict[str, bytes]:
    return {p.relative_to(path).as_posix(): p.read_bytes() for p in path.rglob("*") if p.is_file()}


def test_a_run_leaves_what_the_house_promises(run: Run) -> None:
    assert set(_files(run.path)) - {".lock"} >= {
        "run.json",
        "model.json",
        "model.safetensors",
        "metrics.jsonl",
        "predictions.csv",
        "report.json",
        "report.html",
        "checkpoint/state.json",
    }
    card = run.card
    assert card.classes == CLASSES
    assert (card.net, card.net_name, card.name) == (NET, None, "shapes-1")
    assert card.recipe["epochs"] == 3
    assert card.data.counts["train"] == sum(card.data.class_counts["train"])
    assert 1 <= card.best_epoch <= 3
    assert [line["epoch"] for line in run.history] == [1, 2, 3]
    assert run.net.parameters == sum(
        tensor.numel()
        for name, tensor in run.folder.load_model()[0].items()
        if name.endswith(("weight", "bias"))
    )


def test_test_pictures_are_scored_once_and_the_table_says_the_same(run: Run, folder: Path) -> None:
    scored = [line for line in run.folder.read_metrics() if line["event"] == "scores"]
    assert len(scored) == 1
    test = open_data(folder, seed=1).test
    assert test is not None
    scores = run.scores
    assert scores is not None
    assert (scores.part, scores.n) == ("test", len(test))
    with (run.path / "predictions.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == list(test.ids)
    right = [row["label"] == CLASSES[y] for row, y in zip(rows, test.y, strict=True)]
    assert scores.accuracy == pytest.approx(np.mean(right))


def test_python_and_a_reloaded_run_agree_bit_for_bit(run: Run, folder: Path) -> None:
    assert run.scores is not None
    again = Run.open(str(run.path))
    assert again.evaluate(folder).to_dict() == run.scores.to_dict()
    x = pictures(40, seed=5)[0]
    before = run.predict(x)
    assert np.array_equal(again.predict(x).probabilities, before.probabilities)
    tensors, card = run.folder.load_model()
    lone = Predictor.of(card.net, card.input, tensors)
    assert np.array_equal(lone.probabilities(x), before.probabilities)


def test_what_was_trained_is_what_was_saved(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The module in memory at the end of training, against the run read back from disk."""
    kept = []
    real = training.fit

    def keeping(*arguments: Any, **options: Any) -> Any:
        kept.append(real(*arguments, **options))
        return kept[-1]

    monkeypatch.setattr(training, "fit", keeping)
    run = svertka.train(folder, NET, epochs=1, out=tmp_path / "r")
    x = pictures(40, seed=6)[0]
    in_memory = Predictor(kept[0].module, run.card.input).probabilities(x)
    assert np.array_equal(run.predict(x).probabilities, in_memory)
    line = run.history[run.card.best_epoch - 1]
    val = open_data(folder).val
    again = Run.open(run.path).predictor.probabilities(val)
    assert line["val_accuracy"] == np.mean(again.argmax(axis=1) == val.y)


def test_views_of_a_picture_belong_to_the_run(folder: Path, tmp_path: Path) -> None:
    """Validation, the score, a reloaded run and prediction answer to the same views."""
    settings = {"views": "mirrored", "augment.flip": True}
    run = svertka.train(folder, NET, epochs=1, out=tmp_path / "r", settings=settings)
    assert (run.card.recipe["views"], run.card.recipe["augment"]["flip"]) == ("mirrored", True)
    assert run.card.views == "mirrored"
    val = open_data(folder).val
    p = Run.open(run.path).predictor.probabilities(val)
    line = run.history[run.card.best_epoch - 1]
    assert line["val_loss"] == score(p, val.y, CLASSES).metrics["log_loss"].value
    assert run.scores is not None
    assert run.evaluate(folder).to_dict() == run.scores.to_dict()
    x = pictures(40, seed=6)[0]
    mirrored = np.ascontiguousarray(x[:, :, ::-1])
    assert np.array_equal(run.predict(x).probabilities, run.predict(mirrored).probabilities)


def test_the_same_seed_gives_the_same_run(run: Run, folder: Path, tmp_path: Path) -> None:
    again = svertka.train(folder, NET, epochs=3, seed=1, out=tmp_path / "again")
    assert (again.path / "model.safetensors").read_bytes() == (
        run.path / "model.safetensors"
    ).read_bytes()
    assert (again.path / "predictions.csv").read_text() == (
        run.path / "predictions.csv"
    ).read_text()


def _stop_at(step: int) -> Any:
    def on_event(event: Any) -> None:
        if isinstance(event, StepDone | EpochDone) and event.step >= step:
            raise KeyboardInterrupt

    return on_event


@pytest.mark.parametrize("step", [1, 10])
def test_a_stopped_run_ends_like_one_that_was_not(
    run: Run, folder: Path, tmp_path: Path, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "stopped run"
    with pytest.raises(KeyboardInterrupt, match=r"Go on: svertka resume '.*stopped run'"):
        svertka.train(folder, NET, epochs=3, seed=1, out=out, on_event=_stop_at(step))
    stopped = Run.open(out)
    assert not stopped.folder.finished
    assert stopped.scores is None
    with pytest.raises(StoreError, match=r"model\.json is missing.*svertka resume"):
        stopped.predict(pictures(2)[0])
    monkeypatch.chdir(tmp_path)
    finished = Run.resume(out)
    assert (out / "model.safetensors").read_bytes() == (run.path / "model.safetensors").read_bytes()
    assert finished.scores is not None
    assert run.scores is not None
    assert finished.scores.to_dict() == run.scores.to_dict()
    before = _files(out)
    Run.resume(out)
    assert _files(out) == before, "a run that has ended is left as it is"


def test_a_run_stopped_before_its_first_checkpoint_starts_again(
    run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(training, "fit", never)
        with pytest.raises(KeyboardInterrupt):
            svertka.train(folder, NET, epochs=3, seed=1, out=tmp_path / "r")
    assert sorted(_files(tmp_path / "r")) == [".lock", "progress.json", "run.json"]
    Run.resume(tmp_path / "r")
    assert (tmp_path / "r" / "model.safetensors").read_bytes() == (
        run.path / "model.safetensors"
    ).read_bytes()


def test_a_run_that_lost_its_scores_gets_them_back(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the model and the report: resuming finishes the job."""

    def dies(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(finishing, "report_pictures", dies)
        with pytest.raises(KeyboardInterrupt):
            svertka.train(folder, NET, epochs=1, out=tmp_path / "r")
    assert Run.open(tmp_path / "r").scores is None
    finished = Run.resume(tmp_path / "r")
    assert finished.scores is not None
    assert (tmp_path / "r" / "report.html").is_file()
    assert len(finished.history) == 1


def test_other_data_is_not_resumed_on(tmp_path: Path) -> None:
    data = save_folder(tmp_path / "data", n=60)
    with pytest.raises(KeyboardInterrupt):
        svertka.train(data, NET, epochs=2, out=tmp_path / "r", on_event=_stop_at(1))
    (data / "dot" / "000.png").unlink()
    with pytest.raises(DataError, match="are not those that the run r was started with"):
        Run.resume(tmp_path / "r")
    with pytest.raises(DataError, match="are not those"):
        Run.resume(tmp_path / "r", data=pictures(60, seed=3))


def test_arrays_in_memory(tmp_path: Path) -> None:
    data = pictures(60)
    with pytest.raises(KeyboardInterrupt):
        svertka.train(data, NET, epochs=1, out=tmp_path / "r", on_event=_stop_at(1))
    with pytest.raises(UsageError, match="give them again"):
        Run.resume(tmp_path / "r")
    run = Run.resume(tmp_path / "r", data=data)
    assert run.card.command == ""
    assert run.scores is not None
    assert run.evaluate(data).to_dict() == run.scores.to_dict()


def test_an_opened_data_set(tmp_path: Path) -> None:
    dataset = open_data(pictures(60), seed=4)
    run = svertka.train(dataset, NET, epochs=1, seed=4, out=tmp_path / "r")
    assert run.card.data.key == dataset.key
    assert dataset.test is not None
    assert run.scores is not None
    assert run.scores.n == len(dataset.test)


def test_evaluate_takes_the_unseen_part(run: Run, tmp_path: Path) -> None:
    foreign = save_folder(tmp_path / "foreign", n=30, seed=9)
    scores = run.evaluate(foreign)
    assert (scores.part, scores.n) == ("test", 30)
    parted = tmp_path / "parted"
    save_folder(parted / "train", n=30, seed=9)
    save_folder(parted / "val", n=12, seed=10)
    assert (run.evaluate(parted).part, run.evaluate(parted).n) == ("val", 12)
    save_folder(parted / "test", n=9, seed=11)
    assert (run.evaluate(parted).part, run.evaluate(parted).n) == ("test", 9)
    (foreign / "flat").rename(foreign / "stranger")
    with pytest.raises(DataError, match="stranger"):
        run.evaluate(foreign)


def test_training_pictures_are_never_scored_as_unseen(tmp_path: Path) -> None:
    """A folder that gained pictures is cut another way: nobody knows which ones were kept."""
    data = save_folder(tmp_path / "data", n=60, seed=3)
    run = svertka.train(data, NET, epochs=1, out=tmp_path / "r")
    assert run.scores is not None
    assert run.evaluate(data).n == run.scores.n
    new = save_folder(tmp_path / "new", n=9, seed=4)
    for path in sorted(new.rglob("*.png")):
        path.rename(data / path.parent.name / f"new-{path.name}")
    with pytest.raises(DataError, match="have changed since"):
        run.evaluate(data)
    (tmp_path / "r" / "run.json").unlink()  # the model alone knows nothing of its pictures
    assert run.evaluate(save_folder(tmp_path / "other", n=9, seed=5)).n == 9


def test_a_wrong_call_leaves_nothing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    calls: list[tuple[type[Exception], str, dict[str, Any]]] = [
        (UnknownName, "There is no net 'resnet19'", {"net": "resnet19"}),
        (UsageError, "conv8k99p0", {"net": "conv8k99p0-fc3"}),
        (UsageError, "ends in 4 numbers, but the data has 3 classes", {"net": "gap-fc4"}),
        (UsageError, "one of the two", {"epochs": 1, "budget": "10s"}),
        (UsageError, "no length of time", {"budget": "soon"}),
    ]
    for kind, fault, options in calls:
        with pytest.raises(kind, match=fault):
            svertka.train(folder, **options)
    with pytest.raises(UnknownName, match="There is no data set 'digit'"):
        svertka.train("digit")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("dear")
    with pytest.raises(StoreError, match="nothing is replaced"):
        svertka.train(folder, NET, epochs=1, out="mine")
    assert _files(tmp_path) == {"mine/thesis.txt": b"dear"}


def test_the_default_place_is_numbered(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert svertka.train(folder, NET, epochs=1).path == Path("runs/shapes-1")
    assert svertka.train(folder, NET, epochs=1).path == Path("runs/shapes-2")
    assert Run.open("runs/shapes-1").card.name == "shapes-1"


def test_the_command_repeats_the_run(run: Run, folder: Path, tmp_path: Path) -> None:
    assert run.card.command == f"svertka train {folder} --net {NET} --epochs 3 --seed 1"
    data = save_folder(tmp_path / "my data", n=30)
    again = svertka.train(data, NET, epochs=1, out=tmp_path / "r")
    words = ["svertka", "train", str(data), "--net", NET, "--epochs", "1", "--seed", "0"]
    assert shlex.split(again.card.command) == words


def test_training_leaves_torch_as_it_was(folder: Path, tmp_path: Path) -> None:
    torch.manual_seed(5)
    before = torch.get_rng_state()
    svertka.train(folder, NET, epochs=1, out=tmp_path / "r")
    assert torch.equal(torch.get_rng_state(), before)
    assert not torch.is_autocast_enabled("cpu")


def test_text(run: Run) -> None:
    text = str(run)
    assert "trained on" in text
    assert str(run.scores) in text
    assert str(run.path / "report.html") in text
    assert json.dumps(run.to_dict(), allow_nan=False)
