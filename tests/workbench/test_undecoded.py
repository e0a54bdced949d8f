"""Training on pictures that stay in their files."""

from __future__ import annotations

from pathlib import Path

import pytest

import svertka
from shapes import NET
from svertka.train.events import EpochDone, Event


def weights(run: svertka.Run) -> bytes:
    return (run.path / "model.safetensors").read_bytes()


def test_the_run_is_bit_for_bit_the_same_and_goes_on_either_way(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded = svertka.train(folder, NET, epochs=2, seed=4, out=tmp_path / "decoded")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("SVERTKA_CACHE_GB", "0")
    told: list[str] = []
    stays = svertka.train(
        folder, NET, epochs=2, seed=4, out=tmp_path / "a", on_event=lambda e: told.append(str(e))
    )
    assert "they stay in their files" in told[0]
    assert weights(stays) == weights(decoded)
    assert stays.scores.to_dict() == decoded.scores.to_dict()
    assert not list(tmp_path.rglob("pixels.npy"))

    def stop(event: Event) -> None:
        if isinstance(event, EpochDone):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        svertka.train(folder, NET, epochs=2, seed=4, out=tmp_path / "b", on_event=stop)
    monkeypatch.delenv("SVERTKA_CACHE_GB")  # room again: decoded from here on
    assert weights(svertka.Run.resume(tmp_path / "b")) == weights(decoded)


def test_a_check_reads_them_too(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded = svertka.check(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("SVERTKA_CACHE_GB", "0")
    stays = svertka.check(folder)
    kinds = [(found.kind, found.count) for found in stays.findings if found.kind != "remarks"]
    assert kinds == [(found.kind, found.count) for found in decoded.findings]
