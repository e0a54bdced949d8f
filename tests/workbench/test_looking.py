"""A look as JSON: what the page computes of it is what the network computed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

import looked
import svertka
from svertka import look
from svertka.look.plain import unpacked
from svertka.workbench.carried import Carried, carried
from svertka.workbench.computable import computable
from svertka.workbench.looking import _many, look_at, write_numbers
from svertka.workbench.run import Run


def computed(cells: dict[str, Any], channel: int, at: Sequence[int]) -> float:
    """A cell's number by the record alone, without torch: what the page's script does."""
    own = cells["channels"].index(channel)
    lines = [
        axis[i - first] for axis, i, first in zip(cells["lines"], at, cells["at"], strict=True)
    ]
    source = unpacked(cells["source"]).astype(float)
    inputs = range(len(source)) if cells["inputs"] is None else cells["inputs"][own]
    window = np.zeros((len(inputs), *map(len, lines)))
    inside = []
    for tap in np.ndindex(window.shape[1:]):
        there = [line[i] for line, i in zip(lines, tap, strict=True)]
        if all(0 <= i < n for i, n in zip(there, cells["size"], strict=True)):
            inside.append(tap)
            place = tuple(i - first for i, first in zip(there, cells["origin"], strict=True))
            window[(slice(None), *tap)] = source[(list(inputs), *place)]
    by = {name: values[own] for name, values in cells["numbers"].items()}
    match cells["kind"]:
        case "conv" | "fc":
            return float((window * unpacked(cells["weights"])[own]).sum()) + by.get("bias", 0.0)
        case "maxpool":
            return max(float(window[(0, *tap)]) for tap in inside)
        case "avgpool" | "gap":
            count = window.size if cells["padding_counts"] else len(inside)
            return float(window.sum()) / count
        case "add":
            return float(window.sum())
        case "relu":
            return max(0.0, float(window.sum()))
        case "bn":
            scale = (by["variance"] + by["epsilon"]) ** 0.5
            return (float(window.sum()) - by["mean"]) / scale * by["weight"] + by["bias"]
    raise AssertionError(cells["kind"])


def agrees(found: Carried, output: np.ndarray) -> None:
    """Every carried cell, recomputed, is the network's."""
    cells = found.to_dict()
    own = unpacked(cells["output"])
    assert own.shape == (len(found.channels), *map(len, found.lines))
    for n, *steps in np.ndindex(own.shape):
        at = [first + step for first, step in zip(found.at, steps, strict=True)]
        number = own[(n, *steps)]
        assert number == output[(found.channels[n], *at)]
        assert computed(cells, found.channels[n], at) == pytest.approx(float(number), abs=1e-4)


@pytest.fixture(scope="module")
def payload(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    run = looked.a_run(tmp_path_factory.mktemp("runs"))
    return look_at(run, looked.pixels(1)[0]).to_dict()


@pytest.mark.parametrize(
    "layer",
    [
        nn.Conv2d(4, 6, 3, stride=2, padding=1, bias=True),
        nn.Conv2d(4, 6, (3, 2), padding=(2, 1), dilation=(2, 1), groups=2, bias=False),
        nn.Conv2d(4, 8, 3, padding="same", groups=4),
        nn.Conv2d(4, 5, 3),
        nn.MaxPool2d(3, 2, padding=1, ceil_mode=True),
        nn.AvgPool2d(3, 2, padding=1),
        nn.AvgPool2d(3, 2, padding=1, count_include_pad=False),
        nn.AdaptiveAvgPool2d((3, 2)),
        nn.AdaptiveMaxPool2d(4),
        looked.restless(nn.Sequential(nn.BatchNorm2d(4)))[0],
        nn.ReLU(),
        nn.Conv1d(4, 6, 3, stride=2, padding=2, dilation=2, groups=2),
        nn.MaxPool1d(3, 2, padding=1),
        nn.AvgPool1d(4, 3, padding=2, count_include_pad=False),
        nn.AdaptiveAvgPool1d(5),
        nn.Conv3d(4, 6, (2, 3, 3), stride=(1, 2, 1), padding=1, dilation=(2, 1, 2), groups=2),
        nn.MaxPool3d((2, 3, 2), 2, padding=1, ceil_mode=True),
        nn.AvgPool3d(3, 2, padding=1),
        nn.AdaptiveMaxPool3d((2, 3, 2)),
        looked.restless(nn.Sequential(nn.BatchNorm3d(4)))[0],
    ],
    ids=lambda layer: str(layer)[:30],
)
@pytest.mark.parametrize("limit", [100_000, 300])
def test_the_carried_numbers_give_the_layers(layer: nn.Module, limit: int) -> None:
    axes = next((n for n in (1, 3) if f"{n}d" in str(layer)), 2)
    places = {1: (20,), 2: (9, 8), 3: (4, 6, 5)}[axes]
    x = torch.randn(1, 4, *places, generator=torch.Generator().manual_seed(1))
    subject = look.as_subject(layer.eval())
    call = subject.calls(x, [""], inputs=True)[""]
    found = carried(call, limit)
    assert found is not None
    assert found.count <= limit
    assert limit < 1000 or len(found.channels) == call.output.shape[1]
    agrees(found, call.output[0].numpy())


def test_a_cell_too_large_is_not_carried() -> None:
    call = look.as_subject(nn.Conv2d(4, 6, 3)).calls(torch.zeros(1, 4, 9, 8), [""], inputs=True)[""]
    assert carried(call, 20) is None


class Standardised(nn.Conv2d):
    """A convolution of somebody's own: it scales its filters before it uses them."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self._conv_forward(x, 2 * self.weight, self.bias)


class Same(nn.Conv2d):
    """A convolution that pads by itself, as those of networks that came from TensorFlow do."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(nn.functional.pad(x, [1, 1, 1, 1]))


class Renamed(nn.Conv2d):
    """A convolution of somebody's own that computes what every convolution does."""


def test_a_layer_of_ones_own_is_carried_only_if_it_computes_what_its_kind_does() -> None:
    x = torch.randn(1, 4, 9, 8, generator=torch.Generator().manual_seed(1))

    def cells(layer: nn.Module) -> Carried | None:
        call = look.as_subject(layer).calls(x, [""], inputs=True)[""]
        return carried(call, 100_000)

    assert cells(Standardised(4, 6, 3)) is None
    assert cells(Same(4, 6, 3)) is None
    layer = Renamed(4, 6, 3)
    found = cells(layer)
    assert found is not None
    agrees(found, layer(x)[0].detach().numpy())


@pytest.mark.parametrize(
    "layer", [nn.Conv2d(4, 6, 3, padding=1, padding_mode="reflect"), nn.PixelShuffle(2)]
)
def test_what_the_page_cannot_compute_is_not_carried(layer: nn.Module) -> None:
    call = look.as_subject(layer).calls(torch.zeros(1, 4, 9, 8), [""], inputs=True)[""]
    assert computable(call) is None


@pytest.mark.parametrize("layer", [nn.Conv2d(1, 6, 3), nn.MaxPool2d(2), nn.AdaptiveAvgPool2d(2)])
def test_a_picture_without_a_batch_is_not_carried(layer: nn.Module) -> None:
    call = look.as_subject(layer).calls(torch.zeros(1, 9, 8), [""], inputs=True)[""]
    assert computable(call) is None


def test_a_small_net_is_shown_whole(payload: dict[str, Any], tmp_path: Path) -> None:
    run = looked.a_run(tmp_path)
    names = [layer["name"] for layer in payload["layers"]]
    whole = look.activations(run, looked.pixels(1)[0], keep=names)
    for layer in payload["layers"]:
        assert layer["channels"] == list(range(layer["shape"][0]))
        np.testing.assert_array_equal(unpacked(layer["maps"]), whole.maps[layer["name"]])
        assert (layer["cells"] is None) == (layer["kind"] == "concat")
    assert [one["class"] for one in payload["answer"]] == sorted(
        "abc", key=lambda name: -whole.answer["abc".index(name)]
    )
    assert sum(one["probability"] for one in payload["answer"]) == pytest.approx(1)


def test_every_cell_of_a_small_net_can_be_computed(payload: dict[str, Any]) -> None:
    for layer in payload["layers"]:
        if layer["cells"]:
            cells = layer["cells"]
            lengths = zip(cells["at"], cells["lines"], strict=True)
            last = [first + len(axis) - 1 for first, axis in lengths]
            expected = unpacked(cells["output"]).flat[-1]
            assert computed(cells, cells["channels"][-1], last) == pytest.approx(expected, abs=1e-4)


def test_the_fields_are_those_of_the_room(payload: dict[str, Any], tmp_path: Path) -> None:
    run = looked.a_run(tmp_path)
    layer = next(one for one in payload["layers"] if one["name"] == "conv3")
    spans = look.window(run, "conv3", (2, 3)).spans
    for axis, at, span in zip(layer["field"], (2, 3), spans, strict=True):
        q, r = divmod(at, axis["period"])
        moved = q * axis["advance"]
        assert (axis["lows"][r] + moved, axis["highs"][r] + moved) == span


def test_a_large_net_leaves_out_the_weaker_maps() -> None:
    net = nn.Sequential(*(nn.Conv2d(c, 64, 3, padding=1) for c in (3, 64, 64)), nn.ReLU()).eval()
    seen = look_at(net, torch.randn(3, 160, 160, generator=torch.Generator().manual_seed(0)))
    assert len(seen._repr_html_()) < 12_000_000  # in a frame's attribute: quotes are longer there
    for layer in seen.layers:
        assert layer.maps.dtype == np.float16
        assert 4 <= len(layer.channels) < 64
        strength = np.maximum(np.abs(layer.layer.low), np.abs(layer.layer.high))
        left = np.setdiff1d(np.arange(64), layer.channels)
        assert strength[list(layer.channels)].min() >= strength[left].max()


def test_the_command_writes_page_and_numbers(tmp_path: Path, capsys: Any) -> None:
    folder = looked.a_run(tmp_path)
    picture = tmp_path / "x.png"
    Image.fromarray(looked.pixels(1)[0]).save(picture)
    page, arrays = tmp_path / "look.html", tmp_path / "look.npz"
    words = ["look", str(folder.path), str(picture), "--out", str(page), "--npz", str(arrays)]
    from svertka.cli import main

    assert main(words) == 0
    assert "near-empty" in capsys.readouterr().out
    assert '"kind":"look"' in page.read_text(encoding="utf-8")
    with np.load(arrays, allow_pickle=False) as found:
        whole = look.activations(folder, picture, keep=["conv2"])
        np.testing.assert_array_equal(found["maps/conv2"], whole.maps["conv2"])
        np.testing.assert_array_equal(found["answer"], whole.answer)
    again = Run(folder).look(picture)
    assert again.command == svertka.look_at(folder, picture).command
    assert f"svertka look {folder.path}" in again.command


def test_without_places_or_classes_it_still_shows(tmp_path: Path) -> None:
    seen = look_at(looked.foreign(), torch.randn(3, 24, 24))
    assert seen.to_dict()["layers"][0]["field"] is None
    assert seen.best()[0][0] in "0123"
    file = tmp_path / "n.npz"
    write_numbers(looked.foreign(), torch.randn(3, 24, 24), file)
    with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as found:
        assert "maps/stem" in found


def test_a_page_has_room_for_the_largest_nets() -> None:
    vgg = [(64, 224 * 224)] * 4 + [(128, 112 * 112)] * 4 + [(512, 14 * 14)] * 8 + [(4096, 1)] * 4
    counts = _many(vgg, 1_000_000)
    assert sum(n * places for n, (_, places) in zip(counts, vgg, strict=True)) <= 1_000_000
    assert min(counts) >= 1
    assert counts[-1] == 4096  # what is small is whole
    assert _many([(16, 784), (10, 1)], 10**6) == [16, 10]
