"""Pooling: the lecture's numbers, and torch as the other witness."""

import pytest
import torch
from torch.nn import functional as F

import svertka
from svertka.lessons.pooling import INPUT, pool


def test_the_lectures_example():
    lesson = svertka.lesson("pooling")
    assert lesson.numbers["output"] == [[6, 8], [3, 4]]
    assert lesson.numbers["weights"] == 0
    assert lesson.numbers["side"] == 112


@pytest.mark.parametrize("kernel", [2, 3, 4])
def test_it_is_what_torch_does(kernel):
    torch.manual_seed(1)
    for rows in (torch.tensor(INPUT, dtype=torch.float64), torch.randn(12, 12).double()):
        picture = rows[None, None]
        largest, average = F.max_pool2d(picture, kernel), F.avg_pool2d(picture, kernel)
        assert pool(rows.tolist(), "max", kernel) == largest[0, 0].tolist()
        found = torch.tensor(pool(rows.tolist(), "average", kernel)).double()
        torch.testing.assert_close(found, average[0, 0])
