"""By which range values are read: arrays and files of one picture must become the same pixels."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made import picture, put
from svertka.data import InputContract, open_data, open_like, read_pictures
from svertka.data.arrays import fit_pictures
from svertka.data.pixels import FULL, UNIT
from svertka.data.ranges import range_like
from svertka.errors import DataError

DEEP = (0.0, 65535.0)


def folder_of(root, tops, dtype=np.uint16):
    """Two classes of pictures; ``tops`` is 256 for 8 bits, or what 16-bit values stay below."""
    for number, top in enumerate(tops):
        kind = np.uint8 if top == 256 else dtype
        put(root / ("cat", "dog")[number % 2] / f"{number}.png", picture(number, (9, 7), kind, top))
    return root


def everything(dataset):
    return {i: x for p in dataset.parts.values() for i, x in zip(p.ids, p.x, strict=True)}


@pytest.mark.parametrize(
    ("top", "white"), [(32768, 65535), (65536, 65535), (4000, 4095), (1000, 1023), (200, 255)]
)
def test_a_stray_file_of_16_bits_changes_nothing_for_the_others(tmp_path, top, white):
    before = open_data(folder_of(tmp_path, [256] * 24))
    values = picture(99, (9, 7), np.uint16, top)
    values[0, 0] = top - 1
    put(tmp_path / "dog" / "deep.png", values)
    dataset = open_data(tmp_path)
    contract = dataset.contract
    assert (contract.dtype, contract.value_range) == ("uint8", (0, 255))
    (note,) = dataset.problems
    assert note.path == "dog/deep.png"
    assert not note.lost
    assert f"-bit values up to {top - 1:,}: 0..{white:,} was brought to 8 bits" in note.reason
    pixels = everything(dataset)
    assert np.array_equal(pixels["dog/deep.png"][..., 0], np.rint(values * (255 / white)))
    old = everything(before)
    assert all(np.array_equal(pixels[name], old[name]) for name in old)
    x, notes = read_pictures(tmp_path / "dog" / "deep.png", contract)
    assert np.array_equal(x.x[0], pixels["dog/deep.png"])
    assert [p.reason for p in notes] == [note.reason]


@pytest.mark.parametrize(("top", "white"), [(65536, 65535), (32000, 65535), (4096, 4095)])
def test_a_folder_of_16_bits_reads_arrays_and_files_alike(tmp_path, top, white):
    dataset = open_data(folder_of(tmp_path, [top] * 24))
    contract = dataset.contract
    assert (contract.dtype, contract.value_range) == ("uint16", (0, white))
    assert [str(p) for p in dataset.problems] == [
        f".: 16-bit files: values 0..{white:,} were brought to 8 bits, 0..255"
    ]
    values = picture(3, (9, 7), np.uint16, top)[None, ..., None]
    expected = everything(dataset)["dog/3.png"]
    for same in (
        values,
        values.astype(np.int64),
        values.astype(np.float64),
        values.astype(np.float32),
        (values / white).astype(np.float32),
        np.rint(values * (255 / white)).astype(np.uint8),
    ):
        assert np.array_equal(fit_pictures(same, contract)[0][0], expected), same.dtype
    x, notes = read_pictures(tmp_path / "dog" / "3.png", contract)
    assert np.array_equal(x.x[0], expected)
    assert notes == ()
    assert open_like(tmp_path, contract).key == dataset.key
    assert InputContract.model_validate_json(contract.model_dump_json()) == contract


def test_what_is_odd_in_a_folder_of_16_bits_is_told(tmp_path):
    folder_of(tmp_path, [4096] * 24)
    put(tmp_path / "cat" / "hot.png", np.full((9, 7), 50000, np.uint16))
    put(tmp_path / "cat" / "plain.png", picture(77))
    put(tmp_path / "test" / "a.png", picture(5, (9, 7), np.uint16, 5000))
    dataset = open_data(tmp_path)
    told = {p.path: p.reason for p in dataset.problems}
    assert dataset.contract.value_range == (0, 65535)
    assert told["cat/hot.png"].startswith("values up to 50,000, where most stay below 16,383")
    assert told["cat/plain.png"].startswith("8 bits among pictures with more: read as 0..255")
    assert np.array_equal(everything(dataset)["cat/plain.png"][..., 0], picture(77))


def test_files_beyond_the_white_of_training_are_told(tmp_path):
    contract = open_data(folder_of(tmp_path, [4096] * 24)).contract
    for top, expected, words in (
        (6000, 255, "values up to 6,000 were cut at 4,095"),
        (50000, round(50000 / 257), "16-bit values up to 50,000: 0..65,535 was brought"),
    ):
        values = np.full((1, 9, 7), top, np.uint16)
        put(tmp_path / "new.png", values[0])
        x, (note,) = read_pictures(tmp_path / "new.png", contract)
        y, (again,) = fit_pictures(values, contract)
        assert x.x.max() == y.max() == expected
        assert note.reason == again.reason
        assert words in note.reason


@pytest.mark.parametrize(
    ("x", "span", "like", "note"),
    [
        (np.array([0, 200], np.uint8), FULL, FULL, ""),
        (np.array([0, 200], np.int64), FULL, FULL, ""),
        (np.array([0.0, 1.0]), FULL, UNIT, ""),
        (np.array([0.0, 90.0]), FULL, FULL, ""),
        (np.array([False, True]), FULL, UNIT, ""),
        (np.array([0, 4000], np.uint16), FULL, (0, 4095), "12-bit values up to 4,000"),
        (np.array([0, 200], np.uint8), UNIT, FULL, ""),
        (np.array([0, 1], np.uint8), UNIT, UNIT, ""),
        (np.array([0.0, 90.0]), UNIT, FULL, "values were read as 0..255"),
        (np.array([0, 200], np.uint8), DEEP, FULL, "8-bit values were read as 0..255"),
        (
            np.array([0, 200]),
            DEEP,
            DEEP,
            "never pass 200 .* for 8-bit pictures, give them",
        ),
        (np.array([0.0, 0.5]), DEEP, UNIT, ""),
        (np.array([0.0, 0.5]), (0, 16), (0, 16), "never pass 0.5 .* for pictures of 0..1, scale"),
        (np.array([0, 16], np.uint8), (0, 16), (0, 16), ""),
        (np.array([0, 200], np.uint8), (0, 16), FULL, "training had 0..16"),
        (np.array([-2.0, 3.5]), (-2, 3), (-2, 3), "values from -2 to 3.5 were cut to -2..3"),
    ],
)
def test_every_type_is_read_rightly_or_told(x, span, like, note):
    found, told = range_like(x.reshape(1, -1), span)
    assert found == like
    assert bool(told) == bool(note)
    assert re.search(note, told)


@pytest.mark.parametrize(
    ("x", "span", "words"),
    [
        (
            np.array([0.0, 60000.0]),
            FULL,
            "float64 values from 0 to 60000, and training had",
        ),
        (np.array([-2.1, 2.6]), FULL, "values from -2.1 to 2.6"),
        (np.array([0.0, 1.05]), FULL, r"a little above 1\. Expected 0..1 or 0..255: cut them"),
        (np.array([0.0, 1.3]), UNIT, "a little above 1"),
        (np.array([-5, 9]), FULL, "int64 values from -5 to 9"),
        (
            np.array([0, 200], np.uint8),
            (-2, 3),
            "uint8 values from 0 to 200, and training had",
        ),
        (np.array([0.0, 9e5]), DEEP, "Give pictures with values of that range or as uint8"),
    ],
)
def test_what_fits_no_range_is_refused(x, span, words):
    with pytest.raises(DataError, match=words):
        range_like(x.reshape(1, -1), span)


@given(st.sampled_from(["uint8", "uint16", "int32", "float32"]), st.integers(60, 65535))
def test_what_training_read_is_read_so_again(kind, top):
    top = min(top, 255) if kind == "uint8" else top
    x = np.linspace(0, top, 24 * 12).reshape(24, 3, 4).astype(kind)
    dataset = open_data((x, np.arange(24) % 2), group="none")  # they all look alike
    pixels = everything(dataset)
    again, _ = fit_pictures(x, dataset.contract)
    assert all(np.array_equal(again[int(name)], pixels[name]) for name in pixels)


def test_contracts_that_are_impossible():
    form = {"size": (2, 2), "channels": 1, "mean": (0.5,), "std": (0.5,), "classes": ("a", "b")}
    for dtype, span in ("uint8", (0, 65535)), ("uint16", (0, 1e6)), ("uint8", (-1, 1)):
        with pytest.raises(ValueError, match=f"{dtype} holds no values from"):
            InputContract(**form, dtype=dtype, value_range=span)
