from __future__ import annotations

import time

import numpy as np
import pytest
import torch
from scipy import ndimage
from skimage import data
from skimage.feature import hog

from svertka.grammar import resolve
from svertka.nets.build import build
from svertka.nets.fixed import Hog


def digits():
    from sklearn.datasets import load_digits

    small = load_digits().images[:50] / 16
    return np.repeat(np.repeat(small, 4, 1), 4, 2)[:, 2:30, 2:30]


def as_vector(output):
    """Our map of blocks in scikit-image's order: row, column, place in the block, orientation."""
    return output.permute(0, 2, 3, 1).flatten(1).numpy()


@pytest.mark.parametrize(
    ("cell", "block", "orientations"), [(8, 2, 9), (4, 2, 9), (7, 3, 4), (5, 1, 6)]
)
def test_hog_equals_scikit_images(cell, block, orientations):
    pictures = digits()
    layer = Hog(cell, block, orientations)
    ours = as_vector(layer(torch.tensor(pictures, dtype=torch.float32)[:, None]))
    theirs = [
        hog(picture, orientations, (cell, cell), (block, block), block_norm="L2-Hys")
        for picture in pictures
    ]
    np.testing.assert_allclose(ours, np.array(theirs), atol=1e-5)


def test_hog_of_a_photograph_in_colour():
    picture = data.astronaut()[100:228, 100:260]
    theirs = hog(picture, 9, (8, 8), (2, 2), block_norm="L2-Hys", channel_axis=2)
    x = torch.tensor(picture, dtype=torch.float32).permute(2, 0, 1)[None]
    np.testing.assert_allclose(as_vector(Hog()(x))[0], theirs, atol=1e-5)


def test_hog_as_a_layer_of_a_net():
    plan = resolve("hogc4-fc10", input=(1, 28, 28))
    assert [layer.output for layer in plan.layers] == [(36, 6, 6), (1296,), (10,)]
    assert plan.parameters == 12_970
    net = build(plan)
    assert list(net.state_dict()) == ["fc.weight", "fc.bias"]
    assert net(torch.rand(2, 1, 28, 28)).shape == (2, 10)


def test_the_field_of_hog():
    plan = resolve("hogc4", input=(1, 40, 40))
    (axis, _) = plan.layers[0].field
    assert (axis.size, axis.step, axis.offset) == (10, 4, -1)
    x = torch.rand(1, 1, 40, 40, requires_grad=True)
    Hog(4)(x)[0, :, 3, 3].sum().backward()
    rows = x.grad[0, 0].abs().sum(1).nonzero()
    assert (int(rows[0]), int(rows[-1])) == axis.at(3)


def test_hog_is_much_faster_than_scikit_image(one_thread):
    """Some 30 times on one thread; the bar is lower, as the machine may be busy."""
    x = torch.tensor(np.concatenate([digits()] * 20), dtype=torch.float32)[:, None]
    ours = min(seconds(lambda: Hog(4)(x)) for _ in range(5)) / len(x)
    pictures = x[:50, 0].numpy()
    theirs = seconds(lambda: [hog(p, 9, (4, 4), (2, 2)) for p in pictures]) / len(pictures)
    assert ours * 8 < theirs


def seconds(job):
    start = time.process_time()
    job()
    return time.process_time() - start


@pytest.fixture
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def test_filters_equal_scipys():
    x = torch.rand(2, 3, 12, 15)
    net = build(resolve("filters(vertical, horizontal, laplace, blur)", input=(3, 12, 15)))
    y = net(x).reshape(2, 3, 4, 12, 15)[..., 1:-1, 1:-1]
    for picture, maps in zip(
        x.numpy().reshape(6, 12, 15), y.numpy().reshape(6, 4, 10, 13), strict=True
    ):
        inner = (slice(1, -1), slice(1, -1))
        np.testing.assert_allclose(maps[0], ndimage.sobel(picture, 1)[inner], atol=1e-5)
        np.testing.assert_allclose(maps[1], ndimage.sobel(picture, 0)[inner], atol=1e-5)
        np.testing.assert_allclose(maps[2], ndimage.laplace(picture)[inner], atol=1e-5)
        soft = ndimage.correlate1d(
            ndimage.correlate1d(picture, [0.25, 0.5, 0.25], 0), [0.25, 0.5, 0.25], 1
        )
        np.testing.assert_allclose(maps[3], soft[inner], atol=1e-5)


def test_each_filter_answers_to_its_line():
    names = ["vertical", "horizontal", "diagonal", "antidiagonal"]
    lines = torch.zeros(4, 1, 9, 9)
    lines[0, 0, :, 4:] = lines[1, 0, 4:] = 1
    lines[2, 0] = torch.ones(9, 9).triu().flip(1)
    lines[3, 0] = torch.ones(9, 9).triu()
    net = build(resolve(f"filters({','.join(names)})", input=(1, 9, 9)))
    answers = net(lines)[:, :, 4, 4].abs()
    assert answers.argmax(1).tolist() == [0, 1, 2, 3]
