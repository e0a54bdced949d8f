"""The views of a picture: against numpy's own flips, and moves by slices."""

from __future__ import annotations

import numpy as np
import pytest

from svertka.data.views import views_of

X = np.random.default_rng(0).integers(256, size=(3, 28, 56, 3), dtype=np.uint8)


def test_each_setting_has_its_views() -> None:
    plain = list(views_of(X, "one"))
    assert len(plain) == 1
    assert plain[0] is X
    same, mirror = views_of(X, "mirrored")
    assert np.array_equal(same, X)
    assert np.array_equal(mirror, X[:, :, ::-1])
    shifted, both = list(views_of(X, "shifted")), list(views_of(X, "both"))
    assert len(both) == 6
    for view, twin in zip(both, [*shifted, *(view[:, :, ::-1] for view in shifted)], strict=True):
        assert np.array_equal(view, twin)


def test_shifts_are_a_pixel_in_28_and_repeat_the_border() -> None:
    _, down, up = views_of(X, "shifted")
    padded = np.pad(X, ((0, 0), (1, 1), (2, 2), (0, 0)), mode="edge")
    assert np.array_equal(down, padded[:, :28, :56])
    assert np.array_equal(up, padded[:, 2:, 4:])


@pytest.mark.parametrize("shape", [(0, 5, 5, 1), (2, 1, 1, 1)])
def test_nothing_is_too_small(shape: tuple[int, ...]) -> None:
    assert [view.shape for view in views_of(np.zeros(shape, np.uint8), "both")] == [shape] * 6
