"""Changed pictures: exact where they can be, and on networks whose answers are known beforehand."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from scipy import ndimage
from torch import nn

from marks import dataset
from svertka.data import InputContract, Pictures
from svertka.data.views import views_of
from svertka.errors import UsageError
from svertka.grammar import resolve
from svertka.look.response import Changes, _moved, _noisy, _turned, respond, respond_each
from svertka.look.subject import Subject
from svertka.nets.build import build
from svertka.predict import Predictor

DATA = dataset(120)
NONE = Changes(shifts=(0,), angles=(), scales=(), noise=())


def subject(text: str, contract: InputContract = DATA.contract) -> Subject:
    shape = (contract.channels, *contract.size)
    module = build(resolve(text, input=shape, classes=len(contract.classes)), seed=1)
    return Subject(module, contract.classes, contract)


def framed(n: int = 12, empty: int = 5) -> Pictures:
    """Noise in the middle of empty pictures."""
    generator = np.random.default_rng(0)
    x = np.zeros((n, 20, 20, 1), np.uint8)
    middle = slice(empty, -empty)
    x[:, middle, middle] = generator.integers(0, 256, x[:, middle, middle].shape)
    return Pictures(x, np.arange(n) % 3, tuple(map(str, range(n))))


CONTRACT = InputContract(size=(20, 20), channels=1, mean=(0.2,), std=(0.3,), classes=tuple("abc"))


def test_a_shift_of_whole_pixels_copies_them() -> None:
    x = torch.randn(2, 3, 6, 5)
    moved = _moved(2, -1)(x)
    for i in range(6):
        for j in range(5):
            assert torch.equal(moved[..., i, j], x[..., max(0, i - 2), min(4, j + 1)])
    pixels = DATA.val.x  # one pixel is a step of the views that prediction averages
    _, up, down = views_of(pixels, "shifted")
    as_tensor = torch.from_numpy(pixels).permute(0, 3, 1, 2)
    assert np.array_equal(_moved(1, 1)(as_tensor).permute(0, 2, 3, 1).numpy(), up)
    assert np.array_equal(_moved(-1, -1)(as_tensor).permute(0, 2, 3, 1).numpy(), down)


@pytest.mark.parametrize(("angle", "turns"), [(90, 1), (180, 2), (-90, -1)])
def test_a_right_angle_is_numpys(angle: int, turns: int) -> None:
    x = torch.randn(2, 3, 7, 7)
    wanted = np.rot90(x.numpy(), turns, axes=(2, 3))
    np.testing.assert_allclose(_turned(angle, 1)(x).numpy(), wanted, atol=1e-5)


def test_turning_and_resizing_are_scipys() -> None:
    # smooth, and the same at its border: what lies outside then does not matter
    down, across = np.mgrid[:40, :30]
    picture = np.exp(-((down - 17) ** 2 + (across - 16) ** 2) / 20).astype(np.float32)
    x = torch.from_numpy(picture)[None, None]
    wanted = ndimage.rotate(picture, 25, reshape=False, order=1)
    np.testing.assert_allclose(_turned(25, 1)(x)[0, 0].numpy(), wanted, atol=1e-3)
    for scale in (0.5, 2):
        middle = (np.array(picture.shape) - 1) / 2
        wanted = ndimage.affine_transform(
            picture, np.eye(2) / scale, middle - middle / scale, order=1
        )
        np.testing.assert_allclose(_turned(0, scale)(x)[0, 0].numpy(), wanted, atol=1e-3)


def test_noise_has_its_deviation_and_keeps_the_range() -> None:
    contract = InputContract(
        size=(64, 64), channels=2, mean=(0.5, 0.2), std=(0.25, 0.1), classes=("a",)
    )
    grey = torch.full((4, 2, 64, 64), 0.5) - torch.tensor([0.5, 0.2])[:, None, None]
    x = grey / torch.tensor([0.25, 0.1])[:, None, None]
    noisy = _noisy(0.1, contract)(x)
    assert torch.equal(noisy, _noisy(0.1, contract)(x))
    for channel, std in enumerate((0.25, 0.1)):
        assert float(noisy[:, channel].std()) * std == pytest.approx(0.1, rel=0.03)
    wild = _noisy(3.0, contract)(x)
    assert float(wild[:, 0].min()) == pytest.approx(-2)
    assert float(wild[:, 1].max()) == pytest.approx(8)
    assert _noisy(0, contract)(x) is x


def test_a_global_average_ignores_shifts_of_pictures_with_empty_borders() -> None:
    pictures, changes = framed(), Changes(shifts=(-3, 0, 1, 2))
    found = respond(subject("conv4-relu-gap-fc3", CONTRACT), pictures, changes=changes)
    assert found.shift_change.max() < 1e-5
    assert (found.shift_accuracy == found.accuracy).all()
    dense = respond(subject("fc16-relu-fc3", CONTRACT), pictures, changes=changes)
    assert dense.shift_change[1, 1] == 0
    others = np.delete(dense.shift_change.ravel(), 5)
    assert others.min() > 1e-3


def test_the_numbers_are_those_of_changed_pixels() -> None:
    one = subject("conv4-relu-pool-fc3")
    pixels, y = DATA.val.x, DATA.val.y
    changes = Changes(shifts=(-1, 0, 1), angles=(0,), scales=(1,), noise=(0,))
    found = respond(one, DATA.val, changes=changes)
    before = Predictor(one.module, DATA.contract).probabilities(pixels)
    _, moved, _ = views_of(pixels, "shifted")  # read one pixel earlier: down and to the right
    after = Predictor(one.module, DATA.contract).probabilities(moved)
    assert found.n == len(pixels)
    assert found.accuracy == pytest.approx((before.argmax(1) == y).mean())
    assert found.shift_accuracy[2, 2] == pytest.approx((after.argmax(1) == y).mean())
    wanted = np.abs(after - before).sum(1).mean() / 2
    assert found.shift_change[2, 2] == pytest.approx(wanted, abs=1e-6)
    for line in (found.rotation, found.scale, found.noise):  # nothing is changed at these
        assert line.change.tolist() == [0.0]
        assert line.accuracy.tolist() == [found.accuracy]


def test_unknown_classes_have_no_accuracy() -> None:
    pictures = Pictures(DATA.val.x, np.full(len(DATA.val), -1), DATA.val.ids)
    found = respond(subject("fc3"), pictures, changes=NONE)
    assert np.isnan(found.accuracy)
    assert found.to_dict()["accuracy"] is None
    half = DATA.val.y.copy()
    half[::2] = -1
    half_known = respond(subject("fc3"), Pictures(DATA.val.x, half, DATA.val.ids), changes=NONE)
    alone = respond(subject("fc3"), DATA.val.select(np.arange(1, len(half), 2)), changes=NONE)
    assert half_known.accuracy == pytest.approx(alone.accuracy)


def test_several_networks_side_by_side() -> None:
    nets = {"conv": subject("conv4-relu-gap-fc3"), "dense": subject("fc3")}
    found = respond_each(nets, DATA.val, changes=NONE, most=9)
    assert [one.name for one in found.of] == ["conv", "dense"]
    assert {one.n for one in found.of} == {9}
    told = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert told["of"][1]["shift"]["change"] == [[0.0]]
    assert str(found).startswith("conv: ")


def test_the_usual_shifts_follow_the_size() -> None:
    assert respond(subject("fc3"), DATA.val, most=3).shifts.tolist() == [
        -4,
        -3,
        -2,
        -1,
        0,
        1,
        2,
        3,
        4,
    ]
    large = InputContract(size=(4, 56), channels=1, mean=(0.5,), std=(0.5,), classes=("a", "b"))
    x = np.zeros((1, 4, 56, 1), np.uint8)
    found = respond(subject("gap-fc2", large), Pictures(x, [0], ["x"]))
    assert found.shifts.tolist() == list(range(-16, 17, 4))


def test_what_cannot_be_changed_is_refused() -> None:
    with pytest.raises(UsageError, match="scales of more than 0"):
        respond(subject("fc3"), DATA.val, changes=Changes(scales=(0,)))
    with pytest.raises(UsageError, match="scales of more than 0"):
        respond(subject("fc3"), DATA.val.select([]))
    row = Subject(nn.Conv1d(1, 2, 3), prepare=lambda picture: torch.zeros(1, 1, 5))
    with pytest.raises(UsageError, match="height and width"):
        respond(row, DATA.val, changes=NONE)
