"""Files that are no pictures, or damaged ones: each refused with a reason, none fatal."""

import io
import os
import socket
import struct
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from by_hand import GREY, RAMP, RGB, chunk, png
from svertka.data import decode as module
from svertka.data.decode import decode, quiet
from svertka.data.raw import BadPicture


def refused(opened, *arguments, **options):
    with pytest.raises(BadPicture) as error:
        opened(*arguments, **options)
    return str(error.value)


def test_empty(opened):
    assert refused(opened, b"") == "empty file (0 bytes)"


def test_text_called_jpg(opened):
    assert refused(opened, b"hello, this is no picture\n", name="a.jpg") == (
        "holds text, not a picture"
    )


def test_zero_bytes(opened):
    assert refused(opened, bytes(500)) == "holds nothing but zero bytes"


def test_other_formats_by_name(opened):
    assert "HEIC" in refused(opened, b"\0\0\0\x18ftypheic" + bytes(50))
    assert "PDF" in refused(opened, b"%PDF-1.7 ...")
    icon = io.BytesIO()
    Image.fromarray(RGB).save(icon, "ICO", sizes=[(8, 8)])
    assert "ICO" in refused(opened, icon.getvalue())


def test_truncated(opened, tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    for ending in ("png", "jpg", "gif", "bmp", "webp", "ppm", "tif"):
        whole = tmp_path / f"whole.{ending}"
        Image.fromarray(noise).save(whole)
        data = whole.read_bytes()
        reason = refused(opened, data[: len(data) // 2], name=f"a.{ending}")
        assert reason
        assert "0x" not in reason


def test_wrong_checksum(opened):
    data = bytearray(png(8, 8, 8, 0, [bytes(row) for row in RAMP]))
    data[-14] ^= 1  # inside the checksum of IDAT
    assert refused(opened, bytes(data)) == "damaged: wrong checksum in its part 'IDAT'"


def test_decompression_bombs(opened):
    def bomb(width, height):
        return png(width, height, 8, 0, [bytes(1000)])

    for data in (bomb(100_000, 100_000), bomb(10_000, 9_000)):
        assert "more than 89,478,485" in refused(opened, data)


def test_an_unpacked_note_too_large_for_its_picture(opened):
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(10 << 20)))
    reason = refused(opened, png(8, 8, 8, 0, [bytes(row) for row in RAMP], text))
    assert "damaged" in reason


def test_numbers_that_are_no_picture(opened):
    floats = Image.fromarray(np.random.default_rng(0).normal(size=(8, 8)).astype(np.float32))
    assert "save it with 8 bits" in refused(opened, floats, name="a.tif")
    large = Image.fromarray(np.full((8, 8), 1_000_000, np.int32))
    assert "32-bit values" in refused(opened, large, name="b.tif")


def test_formats_outside_the_list_are_never_opened(opened):
    data = io.BytesIO()
    Image.fromarray(RGB).save(data, "PCX")
    assert "are read)" in refused(opened, data.getvalue(), name="a.png")


def test_pipes_sockets_devices_and_folders_are_never_opened(tmp_path, monkeypatch):
    pipe, folder = tmp_path / "pipe.png", tmp_path / "folder.png"
    os.mkfifo(pipe)
    folder.mkdir()
    with socket.socket(socket.AF_UNIX) as plug:
        monkeypatch.chdir(tmp_path)  # a socket's path must be short
        plug.bind("socket.png")
        for path, what in (
            (pipe, "a pipe"),
            (tmp_path / "socket.png", "a socket"),
            ("/dev/zero", "a device"),
            (folder, "a folder"),
        ):
            with pytest.raises(BadPicture, match=f"{what}, not a file"):
                decode(str(path), GREY)


def test_missing_and_impossible_names(tmp_path):
    with pytest.raises(BadPicture, match="no such file"):
        decode(str(tmp_path / "none.png"), GREY)
    with pytest.raises(BadPicture, match="null"):
        decode("a\0b.png", GREY)
    with pytest.raises(BadPicture, match="too long"):
        decode("a" * 5000, GREY)


@pytest.mark.parametrize("error", [ValueError, SyntaxError, RuntimeError, struct.error, KeyError])
def test_whatever_a_decoder_throws_is_a_reason(opened, monkeypatch, error):
    def broken(*_, **__):
        raise error("some inner trouble")

    monkeypatch.setattr(module.Image, "open", broken)
    assert "some inner trouble" in refused(opened, b"\xff\xd8\xff something")


SEEDS = {}


def seeds():
    if not SEEDS:
        noise = np.random.default_rng(0).integers(0, 256, (12, 10, 3), np.uint8)
        for ending in ("PNG", "JPEG", "GIF", "BMP", "WEBP", "PPM", "TIFF"):
            buffer = io.BytesIO()
            Image.fromarray(noise).save(buffer, ending)
            SEEDS[ending] = buffer.getvalue()
    return SEEDS


@settings(deadline=None, max_examples=250, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_mutated_files_are_pictures_or_reasons(tmp_path_factory, data):
    content = bytearray(seeds()[data.draw(st.sampled_from(sorted(seeds())))])
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    path = tmp_path_factory.getbasetemp() / "mutated"
    path.write_bytes(content if data.draw(st.booleans()) else content[:cut])
    try:
        with quiet():
            found = decode(str(path), GREY)
    except BadPicture as bad:
        found = str(bad)
    if isinstance(found, str):
        assert found
    else:
        assert found.x.shape == (8, 8, 1)
        assert found.x.dtype == np.uint8
