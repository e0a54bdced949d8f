"""``conv...t``: TensorFlow's same padding, against its definition and against plain loops."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from svertka.errors import UsageError
from svertka.grammar import parse, resolve
from svertka.nets.build import build


def expected(x: np.ndarray, kernel: np.ndarray, stride: int, dilation: int) -> np.ndarray:
    """One axis by the definition: ceil(n / stride) outputs, the odd zero at the end."""
    n, k = len(x), len(kernel)
    out = math.ceil(n / stride)
    zeros = max(0, (out - 1) * stride + dilation * (k - 1) + 1 - n)
    padded = np.pad(x, (zeros // 2, zeros - zeros // 2))
    return np.array(
        [sum(kernel[t] * padded[i * stride + t * dilation] for t in range(k)) for i in range(out)]
    )


@pytest.mark.parametrize("n", [7, 8, 9, 12])
@pytest.mark.parametrize(("k", "s", "d"), [(3, 2, 1), (5, 2, 1), (2, 1, 1), (3, 3, 2), (1, 2, 1)])
def test_one_axis_is_the_definition(n: int, k: int, s: int, d: int) -> None:
    plan = resolve(f"conv1k{k}s{s}d{d}t-flatten", input=(1, n), classes=2)
    net = build(plan, seed=3).eval()
    x = np.random.default_rng(n).normal(size=n).astype(np.float32)
    kernel = net.conv.weight.detach().numpy().ravel()
    with torch.no_grad():
        found = net(torch.from_numpy(x).view(1, 1, n)).numpy().ravel()
    np.testing.assert_allclose(found, expected(x, kernel, s, d), atol=1e-6)
    assert plan.layers[0].output == (1, len(found)) == (1, math.ceil(n / s))


def test_each_axis_has_its_own() -> None:
    plan = resolve("conv4k3x5s2t-gap-fc2", input=(3, 8, 9), classes=2)
    assert plan.layers[0].settings["padding"] == (0, 2)
    assert plan.layers[0].settings["tail"] == (1, 0)
    assert plan.layers[0].output == (4, 4, 5)
    assert build(plan)(torch.zeros(1, 3, 8, 9)).shape == (1, 2)


def test_three_axes() -> None:
    plan = resolve("conv2s2t-gap-fc2", input=(1, 4, 6, 8), classes=2)
    assert build(plan)(torch.zeros(1, 1, 4, 6, 8)).shape == (1, 2)


def test_the_field_starts_at_the_first_pixel() -> None:
    """Of an even size nothing is padded before the first pixel, unlike with ``p1``."""
    even, odd = (resolve("conv4s2t-gap-fc2", input=(3, n, n), classes=2) for n in (8, 9))
    assert [axis.offset for axis in even.layers[0].field or ()] == [0, 0]
    assert [axis.offset for axis in odd.layers[0].field or ()] == [-1, -1]


def test_names_and_text_stay() -> None:
    text = "conv4s2t-gap-fc{classes}"
    assert parse(str(parse(text))) == parse(text)
    net = build(resolve(text, input=(3, 8, 8), classes=2))
    assert list(net.state_dict()) == ["conv.weight", "conv.bias", "fc.weight", "fc.bias"]


def test_padding_cannot_be_given_twice() -> None:
    with pytest.raises(UsageError, match="leave either p or t out"):
        resolve("conv4p1t-gap-fc2", input=(3, 8, 8), classes=2)
