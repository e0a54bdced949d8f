"""Fine-tuning: the kept result against the benchmark of the same two ways, and its own rows."""

import zipfile
from importlib.resources import files

import numpy as np
import pytest

from svertka.lessons.fine_tuning import PICTURES, SEEDS
from svertka.lessons.registry import find

STATE = find("fine-tuning").state({})
NUMBERS = STATE["numbers"]
# benchmarks/results/finetune-1m.md: three seeds, a minute each, 95% intervals.
MEASURED = {"tuned": (0.739, 0.805), "scratch": (0.357, 0.438)}


def test_the_pictures_are_those_of_the_set():
    """They lie in the package, so that an installed svertka can compute the lesson again."""
    assert files("svertka").joinpath("lessons", "emoji.zip").is_file()
    with zipfile.ZipFile(PICTURES) as archive:
        names = [name for name in archive.namelist() if name.endswith(".png")]
    for part, count in (("train", NUMBERS["count"]), ("test", NUMBERS["unseen"])):
        assert sum(name.startswith(f"emoji/{part}/") for name in names) == count


@pytest.mark.parametrize("way", MEASURED)
def test_it_agrees_with_the_benchmark(way):
    low, high = MEASURED[way]
    assert low < NUMBERS[way] < high


def test_what_the_text_says():
    assert NUMBERS["wins"] is True
    assert NUMBERS["scratch"] + 0.2 < NUMBERS["frozen"]
    assert NUMBERS["gain"] == pytest.approx(NUMBERS["tuned"] - NUMBERS["scratch"], abs=1e-6)


def test_the_rows_are_the_means():
    bars = STATE["views"]["accuracy"]
    assert bars["values"] == [NUMBERS[way] for way in ("frozen", "tuned", "scratch")]
    for row, value in zip(STATE["views"]["runs"]["rows"], bars["values"], strict=True):
        assert sum(row[1]) / len(row[1]) == pytest.approx(100 * value, abs=0.06)
    assert [len(row[1]) for row in STATE["views"]["runs"]["rows"]] == [1, SEEDS, SEEDS]


def test_the_intervals_hold_95_percent_of_other_pictures():
    """A simulation: as many pictures, each answered rightly with the accuracy found."""
    bars, draw = STATE["views"]["accuracy"], np.random.default_rng(0)
    for low, share, high in zip(bars["low"], bars["values"], bars["high"], strict=True):
        found = draw.binomial(NUMBERS["unseen"], share, 20_000) / NUMBERS["unseen"]
        assert np.quantile(found, [0.025, 0.975]) == pytest.approx([low, high], abs=0.004)
