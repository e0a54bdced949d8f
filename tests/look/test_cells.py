"""Every cell of every kind of layer against what torch gives."""

from __future__ import annotations

import json
from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from looked import a_run, foreign, pixels, restless
from svertka.errors import UnknownName, UsageError
from svertka.look.cells import arithmetic, cell
from svertka.look.plain import unpacked
from svertka.look.subject import Subject, as_subject
from svertka.nets.fixed import Filters, Hog
from svertka.nets.modules import Add, Concat, GlobalAverage

CONVS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
DECONVS = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
FEW = 12  # cells tried of each layer: the corners, and some between


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def seen(module, x):
    """The call of a module on its own input (channels, places...)."""
    return Subject(module).calls(x[None], [""], inputs=True)[""]


def places(shape, all_of_them=False):
    found = list(product(*(range(n) for n in shape)))
    if all_of_them or len(found) <= FEW:
        return found
    corners = list(product(*({0, n - 1} for n in shape)))
    rows = np.random.default_rng(0).integers(len(found), size=FEW)
    return corners + [found[row] for row in rows]


def check(call, all_of_them=False):
    cells = []
    for at in places(call.output.shape[1:], all_of_them):
        found = arithmetic(call, at)
        output = float(call.output[(0, *at)])
        assert found.output == output
        assert found.result == pytest.approx(output, abs=1e-5, rel=1e-5), at
        cells.append(found)
    return cells


SIZES = {1: (9,), 2: (7, 8), 3: (5, 4, 6)}
WINDOWS = [
    *(lambda a, m=m: m[a - 1](4, 6, 3) for m in (CONVS, DECONVS)),
    *(lambda a, m=m: m[a - 1](4, 6, 3, stride=2, padding=1, dilation=2) for m in (CONVS, DECONVS)),
    *(lambda a, m=m: m[a - 1](4, 6, 3, groups=2, bias=False, padding=2) for m in (CONVS, DECONVS)),
    lambda a: CONVS[a - 1](4, 8, 2, groups=4, padding="same"),
    lambda a: CONVS[a - 1](4, 2, 3, padding="valid"),
    lambda a: DECONVS[a - 1](4, 6, 3, stride=3, padding=1, output_padding=2),
    *(
        lambda a, mode=mode: CONVS[a - 1](4, 2, 3, padding=2, padding_mode=mode)
        for mode in ("reflect", "replicate", "circular")
    ),
    lambda a: CONVS[a - 1](4, 2, 4, padding="same", padding_mode="circular"),
    lambda a: (nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d)[a - 1](3, 2, padding=1, ceil_mode=True),
    lambda a: (nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d)[a - 1](2, 1, dilation=2),
    lambda a: (nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d)[a - 1](3, 2, padding=1, ceil_mode=True),
    lambda a: (nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d)[a - 1](
        2, padding=1, count_include_pad=False
    ),
    lambda a: (nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d, nn.AdaptiveAvgPool3d)[a - 1](3),
    lambda a: (nn.AdaptiveMaxPool1d, nn.AdaptiveMaxPool2d, nn.AdaptiveMaxPool3d)[a - 1](3),
    lambda a: (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)[a - 1](4),
    lambda a: (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)[a - 1](4, affine=False),
    lambda a: (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)[a - 1](4, track_running_stats=False),
    lambda a: (nn.InstanceNorm1d, nn.InstanceNorm2d, nn.InstanceNorm3d)[a - 1](4, affine=True),
    lambda a: (nn.ZeroPad1d, nn.ZeroPad2d, nn.ZeroPad3d)[a - 1](1),
    lambda a: nn.Upsample(scale_factor=2),
    lambda a: nn.Flatten(),
    lambda a: GlobalAverage(),
]


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("number", range(len(WINDOWS)))
def test_every_kind_of_layer_in_every_number_of_axes(number, axes):
    module = restless(WINDOWS[number](axes))
    check(seen(module, noise(4, *SIZES[axes])))


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_any_convolution(data):
    def draw(low, high):
        return data.draw(st.integers(low, high))

    axes, groups = draw(1, 3), draw(1, 3)
    each = [(draw(1, 4), draw(1, 3), draw(0, 3), draw(1, 3)) for _ in range(axes)]
    kernel, stride, padding, dilation = zip(*each, strict=True)
    turned = data.draw(st.booleans())
    size = [draw(1, 7 if axes < 3 else 5) for _ in range(axes)]
    if not turned:
        steps = zip(size, kernel, padding, dilation, strict=True)
        assume(all(n + 2 * p >= d * (k - 1) + 1 for n, k, p, d in steps))
    else:
        steps = zip(size, kernel, stride, padding, dilation, strict=True)
        assume(all((n - 1) * s - 2 * p + d * (k - 1) + 1 >= 1 for n, k, s, p, d in steps))
    sizes = (groups * draw(1, 2), groups * draw(1, 2), kernel)
    module = restless(
        (DECONVS if turned else CONVS)[axes - 1](
            *sizes,
            stride=stride,
            padding=padding,
            dilation=dilation,
            groups=groups,
            bias=data.draw(st.booleans()),
        )
    )
    check(seen(module, noise(sizes[0], *size)))


@pytest.mark.parametrize(
    "module",
    [
        *(nn.ReLU(), nn.ReLU6(), nn.LeakyReLU(0.2), nn.PReLU(), nn.PReLU(4), nn.ELU(0.7)),
        *(nn.GELU(), nn.GELU("tanh"), nn.SiLU(), nn.Mish(), nn.Sigmoid(), nn.Tanh()),
        *(nn.Hardtanh(-2, 2), nn.Hardsigmoid(), nn.Hardswish(), nn.Softplus(2), nn.Identity()),
        *(nn.Dropout(0.5), nn.Dropout2d(0.5)),
    ],
    ids=repr,
)
def test_every_activation(module):
    check(seen(module, 3 * noise(4, 3, 5)), all_of_them=True)


def test_layers_of_several_inputs():
    class Joined(nn.Module):
        def __init__(self, join):
            super().__init__()
            self.join = join

        def forward(self, x):
            return self.join(x, x[:, :2] if isinstance(self.join, Concat) else x + 1, x * 2)

    for join in (Add(), Concat()):
        call = Subject(Joined(join)).calls(noise(1, 3, 4, 5), ["join"], inputs=True)["join"]
        cells = check(call, all_of_them=True)
        if isinstance(join, Concat):
            assert [c.numbers["input"] for c in cells[:: 4 * 5]] == [1, 1, 1, 2, 2, 3, 3, 3]
            assert [c.channels[0] for c in cells[:: 4 * 5]] == [0, 1, 2, 0, 1, 0, 1, 2]
        else:
            assert cells[0].window.shape == (3, 1, 1)


def test_dense_layers_fixed_filters_and_moved_numbers():
    check(seen(nn.Linear(7, 5), noise(7)), all_of_them=True)
    check(seen(nn.Linear(7, 5, bias=False), noise(3, 7)), all_of_them=True)
    check(seen(Filters(("vertical", "horizontal"), 2), noise(2, 5, 6)), all_of_them=True)
    check(seen(nn.PixelShuffle(2), noise(4, 3, 2)), all_of_them=True)
    check(seen(nn.ReflectionPad2d(1), noise(1, 3, 4)), all_of_them=True)


def test_a_window_worked_by_hand():
    """Lecture 002: stride 2 and padding 1, a corner whose first row and column are padding."""
    module = nn.Conv2d(1, 1, 3, stride=2, padding=1)
    with torch.no_grad():
        module.weight.copy_(torch.arange(1.0, 10).view(1, 1, 3, 3))
        module.bias.fill_(-3)
    x = torch.arange(1.0, 17).view(1, 4, 4)
    corner, next_one = (cell(module, x, "", at) for at in ((0, 0, 0), (0, 1, 1)))
    assert corner.positions == ((-1, 0, 1), (-1, 0, 1))
    assert corner.inside.tolist() == [[False] * 3, [False, True, True], [False, True, True]]
    assert corner.window[0].tolist() == [[0, 0, 0], [0, 1, 2], [0, 5, 6]]
    assert corner.products[0].tolist() == [[0, 0, 0], [0, 5, 12], [0, 40, 54]]
    assert (corner.sum, corner.numbers, corner.result) == (111, {"bias": -3}, 108)
    assert next_one.positions == ((1, 2, 3), (1, 2, 3))
    assert next_one.inside.all()
    assert next_one.window[0].tolist() == [[6, 7, 8], [10, 11, 12], [14, 15, 16]]


def test_groups_see_their_own_channels():
    module = nn.Conv2d(6, 4, 1, groups=2)
    found = [cell(module, noise(6, 2, 2), "", (c, 0, 0)).channels for c in range(4)]
    assert found == [(0, 1, 2)] * 2 + [(3, 4, 5)] * 2


def test_a_run_is_worked_through_to_its_answer(tmp_path):
    folder = a_run(tmp_path / "run")
    subject = as_subject(folder)
    calls = subject.calls(subject.view(pixels(1)[0]).x, inputs=True)
    assert set(calls) == set(subject.layers)
    for call in calls.values():
        check(call)
    one = cell(folder, pixels(1)[0], "conv2", (3, 2, 4))
    value = json.loads(json.dumps(one.to_dict()))
    assert value["layer"] == "conv2"
    assert unpacked(value["products"]).sum() == pytest.approx(value["output"], abs=1e-5)
    assert "conv2[3, 2, 4], conv: Σ window · filter" in str(one)
    assert "padding" in str(cell(folder, pixels(1)[0], "conv2", (0, 0, 0)))


def test_a_foreign_module_is_worked_through():
    call = Subject(foreign()).calls(noise(1, 3, 20, 16), inputs=True)
    for one in call.values():
        check(one)


def test_what_has_no_arithmetic_is_told():
    class Padded(nn.Conv2d):
        """As timm's convolutions that pad as TensorFlow does: another layer under this name."""

        def forward(self, x):
            return super().forward(nn.functional.pad(x, (1, 0, 1, 0)))

    with pytest.raises(UsageError, match="its arithmetic is its own"):
        cell(Padded(3, 4, 3, stride=2), noise(3, 8, 8), "", (0, 1, 1))
    with pytest.raises(UsageError, match="The arithmetic of Hog is not known"):
        cell(Hog(4, 2, 4), noise(1, 12, 12), "", (0, 0, 0))
    with pytest.raises(UsageError, match=r"its output is 4x6x6"):
        cell(nn.Conv2d(3, 4, 3), noise(3, 8, 8), "", (0, 6, 0))
    with pytest.raises(UsageError, match=r"There is no cell"):
        cell(nn.Conv2d(3, 4, 3), noise(3, 8, 8), "", (0, 6))
    with pytest.raises(UsageError, match="did not run"):
        cell(foreign(), noise(3, 20, 16), "block.relu:3", (0, 0, 0))
    with pytest.raises(UnknownName):
        cell(foreign(), noise(3, 20, 16), "relu", (0, 0, 0))
