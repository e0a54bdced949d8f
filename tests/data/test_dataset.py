"""Records: pictures, data sets, problems."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from svertka.data import open_data
from svertka.data.dataset import Pictures, printable

RANDOM = np.random.default_rng(0)
X = RANDOM.integers(0, 256, (40, 6, 5), np.uint8)
Y = np.arange(40) % 2


def test_pictures_read_what_they_are_asked_for():
    packed = np.arange(10 * 4, dtype=np.uint8).reshape(10, 2, 2, 1)
    some = Pictures(packed, np.arange(10), tuple("abcdefghij")).select([9, 3, 5])
    assert (len(some), some.ids, some.y.tolist()) == (3, ("j", "d", "f"), [9, 3, 5])
    assert np.array_equal(some.x, packed[[9, 3, 5]])
    assert np.array_equal(some.take([2, 0]), packed[[5, 9]])
    assert np.array_equal(some.select([1]).take([0]), packed[[3]])
    with pytest.raises(TypeError, match="uint8"):
        Pictures(packed.astype(float), np.arange(10), tuple("abcdefghij"))
    with pytest.raises(ValueError, match="10 pictures, 9 labels"):
        Pictures(packed, np.arange(9), tuple("abcdefghij"))


def test_a_dataset_shows_itself(tmp_path):
    for i in range(12):
        (tmp_path / f"cl\x1bass{i % 2}").mkdir(exist_ok=True)
        Image.fromarray(X[i]).save(tmp_path / f"cl\x1bass{i % 2}" / f"{i}.png")
    (tmp_path / "cl\x1bass0" / "bad\u202e.png").write_bytes(b"")
    dataset = open_data(tmp_path)
    text = str(dataset)
    assert "2 classes, grey 5x6; train 4, val 4, test 4" not in text
    assert text.splitlines()[0].endswith("2 classes, grey 5x6; train 8, val 2, test 2")
    assert "cl\\x1bass0/bad\\u202e.png: empty file (0 bytes)" in text
    assert all(printable(line) == line for line in text.splitlines())
    record = dataset.to_dict()
    assert record["kind"] == "data"
    assert record["counts"] == {"train": 8, "val": 2, "test": 2}
    assert record["class_counts"]["train"] == [4, 4]
    assert record["problems"] == [
        {"path": "cl\x1bass0/bad\u202e.png", "reason": "empty file (0 bytes)"}
    ]


@given(st.text())
def test_printable_text_is_printable_and_unchanged_where_it_was(text):
    assert printable(text).isprintable()
    if text.isprintable():
        assert printable(text) == text
