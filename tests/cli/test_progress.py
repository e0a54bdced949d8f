"""Progress: live on a terminal, plain lines elsewhere, nothing when quiet; never on stdout."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest

from svertka.cli import progress
from svertka.train.events import EpochDone, Finished, Planned, Started, StepDone

EVENTS = [
    Started("house_s", 288_170, 5951, {"name": "\x1b[31mred", "threads": 2, "precision": "bf16"}),
    Planned(846, 18.0, 8120.0, 50.0),
    StepDone(40, 846, 1, 18, 0.5, 8120.0, 38.2),
    EpochDone(1, 47, 0.81, 0.41, 0.9321, 0.9280, 0.01, 8120.0, 2.9, best=True),
    Finished(1, 0.9321, 846, 50.2),
]


def follow(quiet: bool = False) -> None:
    with progress.follow(quiet=quiet) as on_event:
        for event in EVENTS:
            on_event(event)


def test_a_pipe_gets_a_line_for_each_event_but_steps(capsys):
    follow()
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 4
    assert "288,170 parameters" in err
    assert "93.21%" in err
    assert "\x1b" not in err


@pytest.mark.parametrize(
    ("metric", "told"),
    [("accuracy", ["92.80%"]), ("auc", ["AUC, macro", "0.9987"]), ("f1_macro", ["F1, macro"])],
)
def test_the_figure_that_keeps_epochs_is_told(monkeypatch, metric, told):
    """Beside accuracy; F1 where accuracy itself is that figure."""
    epoch = replace(EVENTS[3], val_auc=0.9987, val_balanced_accuracy=0.9, metric=metric)
    assert (told[-1] in str(epoch)) == (metric != "accuracy")
    screen = io.StringIO()
    screen.isatty = lambda: True
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with progress.follow(quiet=False) as on_event:
        on_event(epoch)
    assert all(text in screen.getvalue() for text in told)
    end = str(Finished(1, 0.9321, 846, 50.2, metric, 0.75))
    assert ("75" in end) == (metric != "accuracy")


def test_quiet_is_quiet(capsys):
    follow(quiet=True)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_a_terminal_gets_a_moving_line(monkeypatch, columns):
    screen = io.StringIO()
    screen.isatty = lambda: True
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm")
    follow()
    shown = screen.getvalue()
    for text in ("epoch 1/18", "8,120 images/s", "0:38 left", "93.21%", "92.80% *"):
        assert text in shown
    assert ("40/846" in shown) == (columns > progress.NARROW)
    assert "\x1b[31mred" not in shown


def test_the_bar_leaves_room_for_what_a_terminal_echoes(monkeypatch):
    """Ctrl-C shows as ^C: at the very end of a line it would begin another, and the bar stay."""
    screen = io.StringIO()
    screen.isatty = lambda: True
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    follow()
    bars = [line for line in re.split(r"[\r\n]", screen.getvalue()) if "images/s" in line]
    widths = [len(re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line)) for line in bars]
    assert widths
    assert max(widths) <= 80 - len("^C")


def test_a_plan_made_anew_tells_what_is_left():
    first = str(EVENTS[1])
    assert first == "18.0 epochs, 846 steps: what 50 s hold at 8,120 images/s"
    later = str(Planned(423, 9.0, 2030.0, 20.0, done=106))
    assert later == "now 9.0 epochs, 423 steps: the rest takes 20 s at 2,030 images/s"
