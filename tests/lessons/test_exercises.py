"""Exercises: their answers against torch and `svertka.net`, and each mistake as its name says."""

from __future__ import annotations

import re

import pytest
import torch
from torch.nn import functional as F

import svertka
from svertka.errors import ShapeError, UnknownName
from svertka.lessons.exercises.exercise import Exercise
from svertka.lessons.exercises.kinds import KINDS, exercise
from svertka.lessons.words import fill

SOME = range(40)


def answers(one: Exercise) -> dict:
    return {stage.name: stage.answer for stage in one.stages}


def mistakes(one: Exercise, stage: str) -> dict:
    (found,) = [each for each in one.stages if each.name == stage]
    return {each.kind: each.value for each in found.mistakes}


def numbers(one: Exercise) -> list[int]:
    return [int(n.replace("−", "-")) for n in re.findall(r"−?\d+", fill(one.task.en, {}, "en"))]


def picture(rows):
    return torch.tensor(rows, dtype=torch.float64)[None, None]


def test_the_lectures_homework_gives_3():
    found = answers(exercise("convolution"))
    assert found == {"size": 2, "map": [[1, -2], [3, 1]], "relu": [[1, 0], [3, 1]], "pool": 3}


@pytest.mark.parametrize("variant", SOME)
def test_convolution_is_torchs(variant):
    one = exercise("convolution", variant, 7)
    stride, padding, *bias = numbers(one)[:-2]
    (_, rows), (_, kernel) = one.given
    bias = bias[0] if bias else 0
    x, w = picture(rows), picture(kernel)
    out = F.conv2d(x, w, stride=stride, padding=padding) + bias
    found = answers(one)
    assert found["map"] == out[0, 0].tolist()
    assert found["size"] == out.shape[-1]
    assert found["relu"] == F.relu(out)[0, 0].tolist()
    assert found["pool"] == F.max_pool2d(F.relu(out), 2).item()
    wrong = mistakes(one, "map")
    if variant:  # the lecture's filter is the same turned round
        flipped = F.conv2d(x, w.flip(2, 3), stride=stride, padding=padding) + bias
        assert wrong["flipped-kernel"] == flipped[0, 0].tolist()
    if stride > 1:
        unstridden = F.conv2d(x, w, padding=padding) + bias
        assert wrong["forgotten-stride"] == unstridden[0, 0].tolist()
    if bias:
        assert wrong["forgotten-bias"] == (out - bias)[0, 0].tolist()


@pytest.mark.parametrize("variant", SOME)
def test_sizes_and_weights_are_those_of_the_network(variant):
    one = exercise("sizes", variant, 7)
    channels, side, _, filters, kernel, _, stride, padding = numbers(one)[:8]
    text = f"conv{filters}k{kernel}s{stride}p{padding}-maxpool2"
    plan = svertka.net(text, input=(channels, side, side))
    found = answers(one)
    assert tuple(found["shape"]) == plan.layers[0].output
    assert found["side"] == plan.layers[0].output[1]
    assert tuple(found["pool"]) == plan.output
    one = exercise("parameters", variant, 7)
    filters, kernel, _, channels, neurons, _, side, _ = numbers(one)
    conv = svertka.net(f"conv{filters}k{kernel}", input=(channels, 9, 9)).parameters
    dense = svertka.net(f"fc{neurons}", input=(filters, side, side)).parameters
    found = answers(one)
    assert (found["layer"], found["filter"] * filters, found["dense"]) == (conv, conv, dense)
    assert mistakes(one, "layer")["forgotten-bias"] == conv - filters


@pytest.mark.parametrize("variant", SOME)
def test_receptive_fields_are_those_of_the_plan(variant):
    one = exercise("field", variant, 7)
    layers = re.findall(r"(convolution|pooling) (\d)×\d, stride (\d)", one.task.en)
    words = [
        f"conv1k{k}s{s}p0" if kind == "convolution" else f"maxpool{k}s{s}" for kind, k, s in layers
    ]
    plan = svertka.net("-".join(words), input=(1, 64, 64))
    seen = [layer.receptive_field[0] for layer in plan.layers]
    assert list(answers(one).values()) == seen


@pytest.mark.parametrize("variant", SOME)
def test_pooling_and_mixing_are_torchs(variant):
    one = exercise("pooling", variant, 7)
    x = picture(one.given[0][1])
    assert answers(one)["max"] == F.max_pool2d(x, 2)[0, 0].tolist()
    assert answers(one)["average"] == F.avg_pool2d(x, 2)[0, 0].tolist()
    one = exercise("one-by-one", variant, 7)
    *weights, bias = numbers(one)[2:]
    maps = torch.tensor([rows for _, rows in one.given], dtype=torch.float64)
    kernel = torch.tensor(weights, dtype=torch.float64)[None, :, None, None]
    out = F.conv2d(maps[None], kernel) + bias
    assert answers(one)["map"] == out[0, 0].tolist()
    assert mistakes(one, "map")["forgotten-bias"] == (out - bias)[0, 0].tolist()


@pytest.mark.parametrize("variant", SOME)
def test_gradients_are_autograds(variant):
    one = exercise("gradient", variant, 7)
    x, y, z, w = (torch.tensor(float(n), requires_grad=True) for n in numbers(one))
    f = (x * y + z) * w
    f.backward()
    assert answers(one) == {"value": f, "dw": w.grad, "dz": z.grad, "dx": x.grad}


@pytest.mark.parametrize("variant", SOME)
def test_the_broken_layer_is_the_one_that_the_language_refuses(variant):
    one = exercise("mistake", variant, 7)
    with pytest.raises(ShapeError):
        svertka.net(one.code)
    words = one.code.split("\n")[1].split(" - ")
    found = answers(one)
    head = one.code.split("\n")[0]
    good = svertka.net(f"{head}\n{'-'.join(words[: found['layer'] - 1])}")
    assert good.output[1] == found["side"]
    cured = words[found["layer"] - 1].replace("p0", f"p{found['padding']}")
    svertka.net(f"{head}\n{'-'.join([*words[: found['layer'] - 1], cured])}")
    less = cured.replace(f"p{found['padding']}", f"p{found['padding'] - 1}")
    if found["padding"] > 1:
        with pytest.raises(ShapeError):
            svertka.net(f"{head}\n{'-'.join([*words[: found['layer'] - 1], less])}")


@pytest.mark.parametrize("kind", KINDS)
def test_every_variant_can_be_told_from_the_others_and_comes_again(kind):
    every = [exercise(kind, variant, 7) for variant in range(1, 31)]
    assert every == [exercise(kind, variant, 7) for variant in range(1, 31)]
    assert len({repr(one) for one in every}) >= 25
    assert exercise(kind, 0, 7) == exercise(kind, 0, 8)
    for one in every:
        for stage in one.stages:
            assert stage.mistake(stage.answer) is None
            assert stage.mistakes
            for known in stage.mistakes:
                assert stage.mistake(known.value) is known


def test_an_unknown_kind_is_refused():
    with pytest.raises(UnknownName, match="convolution"):
        exercise("convolutions")
