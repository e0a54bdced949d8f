"""Lengths of time as people write them."""

from __future__ import annotations

import pytest

from svertka.errors import UsageError
from svertka.workbench.duration import seconds


@pytest.mark.parametrize("time", ["", "soon", "0", "-5", "5 x", float("nan"), float("inf"), 0])
def test_a_length_of_time_is_checked(time: float | str) -> None:
    with pytest.raises(UsageError, match="no length of time"):
        seconds(time)


def test_lengths_of_time() -> None:
    texts = {"1.5m": 90, "2 min": 120, "1h": 3600, " 10S ": 10, "1h 1m 1s": 3661, 7: 7}
    assert {text: seconds(text) for text in texts} == texts
