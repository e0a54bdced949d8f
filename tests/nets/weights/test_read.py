"""Files of weights that are broken, hostile, or packed in other ways."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from svertka.errors import StoreError
from svertka.nets.weights.read import read_tensors

TENSORS = {"a": torch.arange(3.0), "count": torch.tensor(5)}


@pytest.mark.parametrize("wrapper", ["state_dict", "model", None])
def test_checkpoints_of_other_programs(wrapper: str | None, tmp_path: Path) -> None:
    stored = {wrapper: TENSORS, "epoch": 3} if wrapper else TENSORS
    torch.save(stored, tmp_path / "w.pth")
    found = read_tensors(tmp_path / "w.pth")
    assert found.keys() == TENSORS.keys()
    assert torch.equal(found["a"], TENSORS["a"])


def test_the_format_before_zip(tmp_path: Path) -> None:
    torch.save(TENSORS, tmp_path / "w.pth", _use_new_zipfile_serialization=False)
    assert torch.equal(read_tensors(tmp_path / "w.pth")["a"], TENSORS["a"])


def test_data_parallel_and_half_precision(tmp_path: Path) -> None:
    save_file({"module.a": torch.ones(2).half()}, tmp_path / "w.safetensors")
    found = read_tensors(tmp_path / "w.safetensors")
    assert found["a"].dtype == torch.float32


class Hostile:
    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, ("pwned",)


def test_nothing_is_ever_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"a": Hostile()}, tmp_path / "w.pth")
    (tmp_path / "plain.pth").write_bytes(pickle.dumps(Hostile()))
    for name in ("w.pth", "plain.pth"):
        with pytest.raises(StoreError, match=r"never unpickles|cannot be read as weights"):
            read_tensors(tmp_path / name)
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("name", ["w.pth", "w.safetensors"])
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"\x00" * 100, b"words"])
def test_broken_files_are_named(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(StoreError, match=name):
        read_tensors(tmp_path / name)


@pytest.mark.parametrize("stored", [{}, {"a": 1.0}, [torch.zeros(1)], torch.zeros(1)])
def test_what_is_no_state_dict(stored: object, tmp_path: Path) -> None:
    torch.save(stored, tmp_path / "w.pth")
    with pytest.raises(StoreError, match="holds no weights"):
        read_tensors(tmp_path / "w.pth")


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="There is no file of weights"):
        read_tensors(tmp_path / "w.pth")
