"""How the tests call the command line: in this process, or as a program of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from svertka.cli import main


@dataclass(frozen=True)
class Answer:
    """What one call left behind."""

    code: int
    out: str
    err: str

    @property
    def message(self) -> str:
        """The one error message; the test fails if there is none, or a traceback."""
        assert "Traceback" not in self.err + self.out
        assert self.err.count("error: ") == 1, self.err
        return self.err.split("error: ")[1].strip()


@pytest.fixture(autouse=True)
def no_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have set a width, as pytest's workers do."""
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Call the command line within this process: quick, torch stays loaded."""

    def run(*words: str | Path) -> Answer:
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return Answer(code, out, err)

    return run


@pytest.fixture
def program() -> Callable[..., Answer]:
    """Run ``python -m svertka`` as a program of its own, with variables of the environment."""

    def run(*words: str | Path, encoding: str = "utf-8", **variables: str) -> Answer:
        done = subprocess.run(
            [sys.executable, "-m", "svertka", *map(str, words)],
            env={**os.environ, "PYTHONIOENCODING": "", **variables},
            capture_output=True,
            timeout=120,
            check=False,
        )
        return Answer(done.returncode, done.stdout.decode(encoding), done.stderr.decode(encoding))

    return run
