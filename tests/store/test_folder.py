"""The run folder: names that are never taken twice, pairs that are never mixed, clear faults."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from svertka.data.contract import InputContract
from svertka.errors import StoreError
from svertka.store import DataCard, ModelCard, RunFolder, RunStart, list_runs
from svertka.store import atomic as atomic_module

CARD = ModelCard(
    name="digits-1",
    created="2026-01-02T03:04:05+00:00",
    net="gap-fc2",
    input=InputContract(size=(4, 4), channels=1, mean=(0.1,), std=(0.3,), classes=("a", "б\udcff")),
    data=DataCard(
        name="digits",
        source="digits",
        key="0",
        counts={"train": 3, "val": 1},
        class_counts={"train": (2, 1), "val": (1, 0)},
    ),
    recipe={"epochs": 3, "flip": False, "lr": 0.1},
)
TENSORS = {"fc.weight": torch.arange(6.0).reshape(3, 2), "fc.count": torch.tensor(7)}


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder.create("digits", root=tmp_path / "runs")


def test_names_are_numbered_and_never_reused(tmp_path: Path) -> None:
    root = tmp_path / "runs"
    assert [RunFolder.create("digits", root=root).name for _ in range(2)] == [
        "digits-1",
        "digits-2",
    ]
    (root / "digits-9").mkdir()
    (root / "digits-1").rmdir()
    assert RunFolder.create("digits", root=root).name == "digits-10"
    assert RunFolder.create("../ev il/\n", root=root).name == "ev-il-1"
    assert RunFolder.create("///", root=root).name == "run-1"


def test_out_that_holds_anything_is_refused_and_unharmed(tmp_path: Path) -> None:
    out = tmp_path / "mine"
    assert RunFolder.create("x", out=out).path == out
    assert RunFolder.create("x", out=out).path == out, "an empty folder is free"
    (out / "notes.txt").write_text("dear")
    with pytest.raises(StoreError, match=r"not empty \(1 inside\), and nothing is replaced"):
        RunFolder.create("x", out=out)
    assert (out / "notes.txt").read_text() == "dear"
    with pytest.raises(StoreError, match="is a file"):
        RunFolder.create("x", out=out / "notes.txt")
    RunFolder(out).append_metrics({"event": "epoch", "epoch": 1})
    with pytest.raises(StoreError, match=r"holds a run.*svertka resume"):
        RunFolder.create("x", out=out)


def test_model_comes_back_bit_for_bit(folder: RunFolder) -> None:
    strided = torch.randn(4, 3, 5, 5).to(memory_format=torch.channels_last)
    odd = {"view": torch.arange(10)[3:5], "bf16": torch.tensor([1.1], dtype=torch.bfloat16)}
    shared = {"one": strided, "two": strided, "nan": torch.tensor([float("nan"), -0.0])}
    stamped = folder.save_model(TENSORS | odd | shared, CARD)
    tensors, card = folder.load_model()
    assert card == stamped
    assert card.model_copy(update={"weights": None}) == CARD
    for name, tensor in (TENSORS | odd | shared).items():
        assert tensors[name].dtype == tensor.dtype
        assert tensors[name].shape == tensor.shape
        same = tensors[name].contiguous().view(torch.uint8) if tensor.ndim else tensors[name]
        want = tensor.contiguous().view(torch.uint8) if tensor.ndim else tensor
        assert torch.equal(same, want), name
    assert {path.name for path in folder.path.iterdir()} == {"model.json", "model.safetensors"}
    assert (folder.path / "model.json").stat().st_mode & 0o044, "readable like any other file"


def test_a_pair_of_two_models_is_refused(folder: RunFolder) -> None:
    folder.save_model(TENSORS, CARD)
    card = (folder.path / "model.json").read_bytes()
    folder.save_model({"fc.weight": torch.zeros(3, 2), "fc.count": torch.tensor(7)}, CARD)
    (folder.path / "model.json").write_bytes(card)
    with pytest.raises(StoreError, match=r"model\.safetensors.*checksum differs"):
        folder.load_model()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "is damaged: it is not JSON"),
        ('{"kind": "model", "format": 1', "is damaged: it is not JSON"),
        ("[" * 100_000, "is damaged: it is not JSON"),
        ("\udcff", "is damaged: it is not JSON"),
        ('{"kind":"model","format":1,"seconds":NaN}', "NaN is not a JSON number"),
        ('{"class_name": "Functional"}', "is not a svertka model but some other JSON"),
        ("[1]", "is not a svertka model but some other JSON"),
        ('{"kind":"model","format":true}', "no valid format number"),
        ('{"kind":"model","format":"1"}', "no valid format number"),
        ('{"kind":"model","format":7,"svertka":"3.1"}', r"newer svertka \(3.1, format 7\)"),
        ('{"kind":"model","format":1}', "is damaged: name: Field required"),
    ],
)
def test_a_bad_card_is_named(folder: RunFolder, text: str, fault: str) -> None:
    (folder.path / "model.json").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(StoreError, match=fault) as caught:
        folder.load_model()
    assert str(folder.path / "model.json") in str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        {"extra": 1},
        {"seconds": -1},
        {"recipe": [1]},
        {"weights": {"file": "../../secret.safetensors", "bytes": 1, "sha256": "0" * 64}},
        {"weights": {"file": ".safetensors", "bytes": 1, "sha256": "0" * 64}},
        {"input": {"size": [0, 4]}},
    ],
)
def test_a_card_with_a_wrong_entry_is_refused(folder: RunFolder, change: dict) -> None:
    folder.save_model(TENSORS, CARD)
    path = folder.path / "model.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(StoreError, match=rf"damaged: {next(iter(change))}"):
        folder.load_card()


def _header(length: int, text: bytes = b"") -> bytes:
    return length.to_bytes(8, "little") + text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80\x04\x95",
        _header(2**62, b"{}"),
        _header(200_000_000, b"{}"),
        _header(2, b"[]"),
        _header(70, b'{"a":{"dtype":"F32","shape":[99999999999],"data_offsets":[0,4]}}      '),
        _header(70, b'{"a":{"dtype":"X99","shape":[1],"data_offsets":[0,4]}}                ')
        + b"0000",
    ],
)
def test_hostile_weights_are_refused(folder: RunFolder, data: bytes) -> None:
    from svertka.store.tensors import load_tensors

    path = folder.path / "model.safetensors"
    path.write_bytes(data)
    with pytest.raises(StoreError, match=r"model\.safetensors is not a whole.*mend it"):
        load_tensors(path, None, "mend it")


def test_cut_and_missing_weights(folder: RunFolder) -> None:
    folder.save_model(TENSORS, CARD)
    path = folder.path / "model.safetensors"
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    with pytest.raises(StoreError, match=f"damaged or of another run: {len(whole) - 1} bytes"):
        folder.load_model()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(StoreError, match="checksum differs"):
        folder.load_model()
    path.unlink()
    with pytest.raises(StoreError, match=r"is missing\. Take it from a copy"):
        folder.load_model()


def test_weights_that_do_not_fit_the_net_are_named() -> None:
    from svertka.store.tensors import load_into

    net = torch.nn.Linear(2, 3)
    good = {"weight": torch.ones(3, 2), "bias": torch.ones(3)}
    load_into(net, good, "f")
    assert torch.equal(net.weight, torch.ones(3, 2))
    for change, fault in [
        ({"weight": torch.ones(2, 3)}, "weight is 2x3 of float32 where the net has 3x2 of float32"),
        ({"bias": torch.ones(3).double()}, "bias is 3 of float64 where"),
        ({"other": torch.ones(1)}, "other is not in the net"),
    ]:
        with pytest.raises(StoreError, match=f"f does not fit .*{fault}"):
            load_into(net, good | change, "f")
    with pytest.raises(StoreError, match="bias is missing; weight is missing"):
        load_into(net, {}, "f")


def test_open_and_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError, match=r"runs/digits-1 does not exist.*no runs here yet"):
        RunFolder.open("runs/digits-1")
    folder = RunFolder.create("digits")
    assert list_runs() == []
    folder.save_model(TENSORS, CARD)
    assert RunFolder.open("runs/digits-1").finished
    assert [run.name for run in list_runs()] == ["digits-1"]
    with pytest.raises(StoreError, match=r"runs/digit-1 does not exist.*Runs here: runs/digits-1"):
        RunFolder.open("runs/digit-1")
    with pytest.raises(StoreError, match="runs is no run"):
        RunFolder.open("runs")


def test_the_start_comes_back_and_marks_a_run(folder: RunFolder) -> None:
    start = RunStart(
        name="digits-1",
        created="now",
        source="\udcffdigits",
        key="k",
        seed=3,
        net="gap-fc2",
        recipe={"epochs": 3},
    )
    folder.save_start(start)
    again = RunFolder.open(folder.path)
    assert again.load_start() == start
    assert not again.finished
    with pytest.raises(StoreError, match=r"model\.json is missing"):
        again.load_model()
    (folder.path / "run.json").write_text('{"kind":"run","format":1,"seed":-1}')
    with pytest.raises(StoreError, match=r"run\.json is damaged: name"):
        again.load_start()


def test_reading_a_card_imports_no_torch(folder: RunFolder) -> None:
    folder.save_model(TENSORS, CARD)
    code = (
        "import sys; from svertka.store import RunFolder; "
        f"RunFolder.open({str(folder.path)!r}).load_card(); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_full_disk_is_a_clear_message(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.save_model(TENSORS, CARD)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic_module.os, "fsync", full)
    with pytest.raises(StoreError, match=r"report\.html cannot be written: No space left"):
        folder.write("report.html", "x")
    with pytest.raises(StoreError, match="cannot be written: No space left"):
        folder.append_metrics({"event": "epoch", "epoch": 1})
    assert not list(folder.path.glob(".*.tmp"))
