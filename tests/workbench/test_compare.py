from __future__ import annotations

import json
import signal
import sys
import threading
import time

import numpy as np
import pytest

import svertka
from shapes import NET
from svertka.cli import main
from svertka.errors import StoreError, UnknownName, UsageError
from svertka.workbench import asked
from svertka.workbench.apart import run_apart
from svertka.workbench.compare import compare_with, go_on
from svertka.workbench.several import RunEnded

NETS = (NET, "fc8-relu-fc{classes}")


class Here:
    """Trains within this process, as the child would; ``before`` may interrupt or fail a run."""

    def __init__(self, before=lambda words: None):
        self.before, self.words = before, []

    def __call__(self, words, on_line):
        self.words.append(list(words))
        on_line("epoch 1: as if")
        reason = self.before(words)
        return reason if reason or main([*words]) == 0 else "It failed."


@pytest.fixture
def there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def comparison(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("compared") / "both"
    return compare_with(folder, NETS, epochs=2, seeds=2, out=out, train=Here())


def test_the_numbers_are_those_of_single_runs(comparison, folder, tmp_path):
    alone = svertka.train(folder, NET, epochs=2, seed=1, out=tmp_path / "alone")
    net, run = comparison.nets[0], comparison.nets[0]["runs"][1]
    assert run["accuracy"] == alone.scores.accuracy
    assert run["f1_macro"] == alone.scores.f1_macro
    together = svertka.Run.open(comparison.path / run["folder"])
    for name in ("model.safetensors", "predictions.csv"):
        assert (together.path / name).read_bytes() == (alone.path / name).read_bytes()
    mean = np.mean([r["accuracy"] for r in net["runs"]])
    assert net["figures"]["accuracy"]["value"] == pytest.approx(mean)
    assert net["parameters"] == alone.net.parameters
    assert net["multiply_adds"] == alone.net.multiply_adds
    assert [e["val_accuracy"] for e in run["history"]] == [e["val_accuracy"] for e in alone.history]


def test_the_result_is_a_record(comparison):
    value = comparison.to_dict()
    assert value["kind"] == "comparison"
    assert json.loads(json.dumps(value, allow_nan=False)) == value
    assert svertka.Comparison.open(comparison.path).to_dict() == value
    assert "comparison" in comparison._repr_html_()
    assert (comparison.path / "report.html").read_text().count('"kind":"comparison"') == 1
    assert [(pair["a"], pair["b"]) for pair in comparison.pairs] == [(0, 1)]
    for net in comparison.nets:
        assert set(net["answering_images_per_second"]) == {"1", str(value["batch"])}
        assert net["training_images_per_second"] > 0
        assert net["peak_bytes"] > 1e7


def test_the_tables_fit_a_terminal(comparison):
    text = str(comparison)
    assert max(map(len, text.splitlines()[:-1])) <= 80  # the last names the report
    assert "fc8-relu-fc{classes}" in text
    assert "difference in accuracy" in text


def test_a_stopped_comparison_goes_on(folder, there):
    def stop(words):
        if "--seed=1" in words:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match="svertka resume runs/compare-"):
        compare_with(folder, NETS, epochs=1, seeds=2, train=Here(stop))
    (path,) = (there / "runs").iterdir()
    assert not (path / "comparison.json").exists()
    ended, rest = [], Here()
    compare_with(folder, NETS, epochs=1, seeds=2, train=rest, on_event=ended.append)
    assert [words[2] for words in rest.words] == [f"--net={net}" for net in NETS]
    seconds = [event.seconds for event in ended if isinstance(event, RunEnded)]
    assert [s == 0 for s in seconds] == [True, True, False, False]
    assert list((there / "runs").iterdir()) == [path]  # the same folder; asked again, a new one
    compare_with(folder, NETS[:1], epochs=1, seeds=1, train=Here())
    assert len(list((there / "runs").iterdir())) == 2


def test_a_run_that_was_stopped_in_the_middle_is_resumed(folder, tmp_path):
    first = Here(lambda words: "Killed." if "--seed=0" in words else None)
    out = tmp_path / "out"
    found = compare_with(folder, NETS[:1], epochs=1, seeds=2, out=out, train=first)
    run = svertka.Run.open(found.path / found.nets[0]["runs"][1]["folder"])
    for name in ("model.json", "model.safetensors", "metrics.jsonl"):
        (run.path / name).unlink()
    again = Here()
    go_on(out, train=again)
    assert [words[0] for words in again.words] == ["train", "resume"]


def test_a_net_that_fails_is_a_line_with_its_reason(folder, tmp_path):
    fails = Here(lambda words: "The loss is no number." if f"--net={NETS[1]}" in words else None)
    found = compare_with(folder, NETS, epochs=1, seeds=1, out=tmp_path / "out", train=fails)
    good, bad = found.nets
    assert good["figures"]["accuracy"]["value"] > 0
    assert bad["figures"] == {}
    assert [run["reason"] for run in bad["runs"]] == ["The loss is no number."]
    assert found.pairs == []
    assert "seed 0: The loss is no number." in str(found)


def test_a_net_that_does_not_fit_the_pictures_does_not_stop_the_rest(folder, tmp_path):
    nets, out = [NET, "conv9k99p0-fc{classes}"], tmp_path / "out"
    found = compare_with(folder, nets, epochs=1, seeds=1, out=out, train=Here())
    good, bad = found.nets
    assert good["figures"]["accuracy"]["value"] > 0
    assert bad["runs"][0]["reason"]


def test_one_seed_that_fails_leaves_the_others(folder, tmp_path):
    fails = Here(lambda words: "Killed." if {f"--net={NETS[1]}", "--seed=1"} <= {*words} else None)
    found = compare_with(folder, NETS, epochs=1, seeds=2, out=tmp_path / "out", train=fails)
    assert [len(net["figures"]["accuracy"]["seeds"]) for net in found.nets] == [2, 1]
    assert len(found.pairs) == 1


@pytest.mark.parametrize(
    ("nets", "seeds", "error", "words"),
    [
        (("lennet5",), 3, UnknownName, "lenet5"),
        (("conv9k99p0-fc{classes}",), 3, UsageError, "99x99"),
        (("conv8-relu",), 3, UsageError, "numbers"),
        ((NET, NET), 3, UsageError, "more than once"),
        ((), 3, UsageError, "No net"),
        ((NET,), 0, UsageError, "seeds"),
    ],
)
def test_misuse_is_found_before_the_first_training(folder, there, nets, seeds, error, words):
    trained = Here()
    with pytest.raises(error, match=words):
        compare_with(folder, nets, epochs=1, seeds=seeds, train=trained)
    assert trained.words == []
    assert not (there / "runs").exists()


def test_a_folder_of_another_comparison_is_refused(comparison, folder):
    with pytest.raises(StoreError, match="another comparison"):
        compare_with(folder, NETS, epochs=3, seeds=2, out=comparison.path, train=Here())


def test_arrays_are_kept_so_that_the_runs_find_them(tmp_path):
    rng = np.random.default_rng(0)
    y = np.array(["low", "high"] * 30)
    x = rng.integers(0, 100, (60, 8, 8), np.uint8) + np.where(y == "high", 90, 0)[:, None, None]
    data = (x.astype(np.uint8), y)
    found = compare_with(data, NETS[1:], epochs=1, seeds=2, out=tmp_path / "out", train=Here())
    assert found.to_dict()["command"] == ""
    assert found.to_dict()["data"]["classes"] == ["high", "low"]
    assert go_on(tmp_path / "out", train=Here()).nets[0]["figures"]


def test_nets_of_any_text_get_folders_of_their_own():
    texts = ("fc{classes}", "FC(classes)", "a" * 99, "a" * 98, "конв8")
    names = asked.folder_names(texts)
    assert len(set(names)) == len(texts)
    assert all(len(name) < 50 for name in names)


# In processes of their own


def test_a_failure_in_another_process_tells_its_reason(tmp_path):
    told = []
    reason = run_apart(["train", "no-such-data", f"--out={tmp_path / 'x'}"], told.append)
    assert reason.startswith("There is no data set 'no-such-data'.")
    assert told


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_stop_reaches_the_run_and_it_goes_on(folder, tmp_path):
    """Ctrl-C here: the run saves, and what it was is finished by the same command."""
    out = tmp_path / "out"
    lines = []

    def stop_at_an_epoch(event):
        lines.append(str(event))
        if str(event).startswith("epoch 2:"):
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt, match="svertka resume"):
        compare_with(folder, NETS[:1], epochs=150, seeds=1, out=out, on_event=stop_at_an_epoch)
    (run,) = [path for path in out.iterdir() if path.is_dir()]
    assert (run / "checkpoint" / "state.json").is_file()
    assert not (run / "model.json").exists()
    found = go_on(out)
    history = found.nets[0]["runs"][0]["history"]
    assert [line["epoch"] for line in history] == list(range(1, 151))


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_killed_process_is_named(monkeypatch):
    monkeypatch.setattr("svertka.workbench.apart.PYTHON", ("-c", "import time; time.sleep(60)"))
    from svertka.workbench import apart

    found = []

    class Child(apart.subprocess.Popen):
        def __init__(self, *args, **how):
            super().__init__(*args, **how)
            found.append(self)

    monkeypatch.setattr(apart.subprocess, "Popen", Child)
    threading.Thread(target=lambda: (_wait(found), found[0].kill())).start()
    assert "signal 9" in run_apart([], lambda line: None)


def _wait(found):
    while not found:
        time.sleep(0.01)
