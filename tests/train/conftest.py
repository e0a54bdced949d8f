"""Pictures that a tiny net learns in a second, and a folder to train in."""

from __future__ import annotations

from pathlib import Path

import pytest

from marks import dataset
from svertka.data import Dataset
from svertka.store import RunFolder


@pytest.fixture(scope="session")
def marks() -> Dataset:
    return dataset()


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder(tmp_path)
