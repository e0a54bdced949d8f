"""Ctrl-C is never lost, and never a traceback."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import time

import pytest

from svertka.cli.interrupt import catching
from svertka.train.stop import stop_between_steps

PRESS = "import signal; signal.raise_signal(signal.SIGINT)\n"


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Import a module with the given text; its name is its own."""
    monkeypatch.syspath_prepend(tmp_path)

    def load(text, name):
        (tmp_path / f"{name}.py").write_text(text)
        importlib.invalidate_caches()
        return importlib.import_module(name)

    return load


def wait(seconds=5.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(0.001)


def test_within_an_import_it_waits_for_the_end_of_it(module):
    """The module swallows whatever comes, as some do; it is loaded whole all the same."""
    text = f"try:\n    {PRESS}    whole = True\nexcept BaseException:\n    whole = False\n"
    with catching():
        assert module(text, "swallowing_one").whole
        with pytest.raises(KeyboardInterrupt):
            wait()


def test_within_a_destructor_it_is_raised_again(capsys):
    class Swallowing:
        def __del__(self):
            signal.raise_signal(signal.SIGINT)

    with catching():
        held = [Swallowing()]
        held.clear()
        with pytest.raises(KeyboardInterrupt):
            wait()
    assert capsys.readouterr().err == ""


def test_other_unraisable_errors_are_told_as_ever(capsys):
    class Failing:
        def __del__(self):
            raise RuntimeError("odd")

    with catching():
        held = [Failing()]
        held.clear()
    assert "RuntimeError: odd" in capsys.readouterr().err


def test_elsewhere_it_comes_at_once_and_the_handler_goes_with_the_block():
    with pytest.raises(KeyboardInterrupt), catching():
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_ignored_one_stays_ignored():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with catching():
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


def test_training_still_stops_between_two_steps():
    with catching():
        ours = signal.getsignal(signal.SIGINT)
        with stop_between_steps() as stopped:
            signal.raise_signal(signal.SIGINT)
            assert stopped()
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is ours


# The same moments whatever the machine: who asks for a module of this name presses Ctrl-C.
MOMENTS = ("click", "svertka.cli.program", "svertka.cli.train", "torch", "svertka.train.settings")
PRESSING = """
import builtins, importlib, signal, sys
from svertka.cli import main

moment = sys.argv.pop(1)
plain, whole = builtins.__import__, importlib.import_module

def press(name):
    if name == moment and name not in sys.modules:
        signal.raise_signal(signal.SIGINT)

def load(name, *rest, **more):
    press(name)
    return plain(name, *rest, **more)

def load_module(name, *rest, **more):
    press(name)
    return whole(name, *rest, **more)

builtins.__import__, importlib.import_module = load, load_module
sys.exit(main())
"""


@pytest.mark.parametrize("moment", MOMENTS)
def test_at_the_start_it_is_130_without_a_traceback(moment, tmp_path):
    words = ["train", "digits", "--epochs", "1000", "--net", "fc{classes}"]
    done = subprocess.run(
        [sys.executable, "-c", PRESSING, moment, *words, "--out", str(tmp_path / "run")],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 130
    assert done.stderr.strip() == "Stopped."
    assert not (tmp_path / "run").exists()


def test_from_outside_it_is_130_too(tmp_path):
    """Sent as soon as the program has entered its own code, and while it loads torch."""
    words = ["train", "digits", "--epochs", "1000", "--out", str(tmp_path / "run"), "--quiet"]
    for delay in (0.0, 0.3):
        with subprocess.Popen(
            [sys.executable, "-X", "importtime", "-m", "svertka", *words],
            stderr=subprocess.PIPE,
            text=True,
        ) as running:
            for line in running.stderr:
                if "svertka.cli.interrupt" in line:
                    break
            time.sleep(delay + 0.01)
            os.kill(running.pid, signal.SIGINT)
            _, err = running.communicate(timeout=60)
        assert running.returncode == 130, err[-2000:]
        assert "Traceback" not in err
        assert "Exception ignored" not in err
