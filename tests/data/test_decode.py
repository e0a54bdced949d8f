"""Files of every awkward kind against pixels made by hand."""

import io
import os
import socket
import struct
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from svertka.data import decode as module
from svertka.data.decode import Form, decode, peek, quiet
from svertka.data.raw import BadPicture

GREY, COLOUR = Form((8, 8), 1), Form((8, 8), 3)
RAMP = np.arange(64, dtype=np.uint8).reshape(8, 8) * 4
RGB = np.stack([RAMP, RAMP[::-1], RAMP.T], axis=-1)


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width, height, depth, kind, rows, *extra):
    """A PNG put together by hand: ``rows`` are bytes, ``extra`` chunks before the pixels."""
    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows))
    parts = [chunk(b"IHDR", head), *extra, chunk(b"IDAT", body), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.fixture
def opened(tmp_path):
    """Decode bytes, or a picture saved in a format, as a file of that name."""

    def run(content, form=COLOUR, name="a.png", **options):
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            content.save(path, **options)
        with quiet():
            return decode(str(path), form)

    return run


def refused(opened, *arguments, **options):
    with pytest.raises(BadPicture) as error:
        opened(*arguments, **options)
    return str(error.value)


# What a picture can be


def test_grey_of_8_bits(opened):
    found = opened(png(8, 8, 8, 0, [bytes(row) for row in RAMP]), GREY)
    assert np.array_equal(found.x[..., 0], RAMP)
    assert (found.size, found.colour, found.top, found.note) == ((8, 8), False, 0, "")


def test_colour_of_8_bits(opened):
    found = opened(png(8, 8, 8, 2, [row.tobytes() for row in RGB]))
    assert np.array_equal(found.x, RGB)
    assert found.colour


def test_colour_that_is_grey_counts_as_grey(opened):
    grey = np.repeat(RAMP[..., None], 3, axis=-1)
    found = opened(Image.fromarray(grey), GREY)
    assert not found.colour
    assert np.array_equal(found.x[..., 0], RAMP)


def test_one_bit(opened):
    found = opened(png(8, 2, 1, 0, [b"\xf0", b"\x0f"]), Form((2, 8), 1))
    assert found.x[..., 0].tolist() == [[255] * 4 + [0] * 4, [0] * 4 + [255] * 4]


def test_sixteen_bits_keep_their_scale(opened):
    values = np.linspace(0, 65535, 64).astype(np.uint16).reshape(8, 8)
    data = png(8, 8, 16, 0, [row.astype(">u2").tobytes() for row in values])
    found = opened(data, GREY)
    assert np.array_equal(found.x[..., 0], np.rint(values / 257.0))
    assert found.top == 65535


def test_twelve_of_sixteen_bits_use_the_whole_range(opened):
    values = np.linspace(0, 4095, 64).astype(np.uint16).reshape(8, 8)
    data = png(8, 8, 16, 0, [row.astype(">u2").tobytes() for row in values])
    found = opened(data, Form((8, 8), 1, white=4095.0))
    assert np.array_equal(found.x[..., 0], np.rint(values * (255 / 4095)))


def test_sixteen_bit_tiff_of_both_byte_orders(opened):
    values = np.linspace(0, 65535, 64).astype(np.uint16).reshape(8, 8)
    found = opened(Image.fromarray(values), GREY, "a.tif")
    assert np.array_equal(found.x[..., 0], np.rint(values / 257.0))
    tags = [(256, 8), (257, 8), (258, 16), (259, 1), (262, 1), (273, 8), (277, 1), (279, 128)]
    body = b"".join(struct.pack(">HHIHH", tag, 3, 1, value, 0) for tag, value in tags)
    by_hand = b"MM\0*" + struct.pack(">I", 136) + values.astype(">u2").tobytes()
    by_hand += struct.pack(">H", len(tags)) + body + b"\0\0\0\0"
    assert np.array_equal(opened(by_hand, GREY, "b.tif").x, found.x)


def test_palette(opened):
    palette = chunk(b"PLTE", bytes([255, 0, 0, 0, 0, 255]))
    found = opened(png(2, 1, 8, 3, [b"\0\1"], palette), Form((1, 2), 3))
    assert found.x.tolist() == [[[255, 0, 0], [0, 0, 255]]]


def test_palette_with_transparency_lies_on_white(opened):
    extra = [chunk(b"PLTE", bytes([255, 0, 0, 0, 0, 255])), chunk(b"tRNS", b"\x00\x80")]
    found = opened(png(2, 1, 8, 3, [b"\0\1"], *extra), Form((1, 2), 3))
    assert found.x.tolist() == [[[255, 255, 255], [127, 127, 255]]]


def test_alpha_lies_on_white(opened):
    row = bytes([10, 20, 30, 0, 10, 20, 30, 255, 0, 0, 0, 51])
    found = opened(png(3, 1, 8, 6, [row]), Form((1, 3), 3))
    assert found.x.tolist() == [[[255, 255, 255], [10, 20, 30], [204, 204, 204]]]


def test_grey_with_alpha_stays_grey(opened):
    found = opened(png(2, 1, 8, 4, [bytes([10, 255, 0, 0])]), Form((1, 2), 1))
    assert found.x[..., 0].tolist() == [[10, 255]]
    assert not found.colour


def test_cmyk(opened):
    ink = np.zeros((8, 8, 4), np.uint8)
    ink[..., 0] = 255  # full cyan
    found = opened(Image.fromarray(ink, "CMYK"), COLOUR, "a.jpg", quality=100)
    assert np.abs(found.x.astype(int) - [0, 255, 255]).max() <= 2


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tif"])
def test_exif_turns(opened, tmp_path, turn, ending):
    picture = Image.fromarray(np.kron(RGB[:4], np.ones((8, 8, 1), np.uint8)))  # 64 x 32
    exif = Image.Exif()
    exif[0x0112] = turn
    expected = ImageOps.exif_transpose(_with_exif(picture, turn))
    options = {"quality": 95} if ending == "jpg" else {}
    options |= {"lossless": True} if ending == "webp" else {}
    form = Form((expected.height, expected.width), 3)
    found = opened(picture, form, f"a.{ending}", exif=exif, **options)
    assert found.size == (expected.height, expected.width)
    tolerance = 40 if ending == "jpg" else 0
    assert np.abs(found.x.astype(int) - np.asarray(expected).astype(int)).max() <= tolerance
    if ending != "png":
        assert peek(str(tmp_path / f"a.{ending}")) == found.size


def _with_exif(picture, turn):
    copy = picture.copy()
    copy.getexif()[0x0112] = turn
    return copy


def test_a_broken_exif_note_spoils_no_picture(opened):
    picture = Image.fromarray(RAMP)
    found = opened(picture, GREY, "a.jpg", exif=b"Exif\0\0MM\0*garbage", quality=100)
    assert np.abs(found.x[..., 0].astype(int) - RAMP).max() < 8


@pytest.mark.parametrize("ending", ["gif", "webp", "png", "tif"])
def test_the_first_of_several_pictures_is_used_and_told(opened, ending):
    frames = [Image.fromarray(np.full((8, 8), value, np.uint8)) for value in (50, 100, 200)]
    options = {"lossless": True} if ending == "webp" else {}
    found = opened(
        frames[0], GREY, f"a.{ending}", save_all=True, append_images=frames[1:], **options
    )
    assert (found.x == 50).all()
    assert found.note == "holds 3 pictures: the first is used"


@pytest.mark.parametrize("ending", ["bmp", "gif", "ppm", "tif", "webp", "png"])
def test_lossless_formats(opened, ending):
    options = {"lossless": True} if ending == "webp" else {}
    found = opened(Image.fromarray(RAMP), GREY, f"a.{ending}", **options)
    assert np.array_equal(found.x[..., 0], RAMP)


def test_the_name_does_not_matter(opened):
    assert np.array_equal(
        opened(Image.fromarray(RAMP), GREY, "a.jpg", format="PNG").x[..., 0], RAMP
    )


# How it is fitted


def test_shrinking_smooths(opened):
    fine = np.kron(RAMP, np.ones((6, 6), np.uint8))
    found = opened(Image.fromarray(fine), GREY)
    assert np.abs(found.x[1:-1, 1:-1, 0].astype(int) - RAMP[1:-1, 1:-1]).max() <= 3
    stripes = np.tile(np.array([0, 255], np.uint8), (64, 32))
    assert np.abs(opened(Image.fromarray(stripes), GREY).x.astype(int) - 127).max() <= 16


def test_crop_keeps_the_middle_and_the_shape(opened):
    wide = np.zeros((8, 24), np.uint8)
    wide[:, 8:16] = RAMP
    found = opened(Image.fromarray(wide), Form((8, 8), 1, "crop"))
    assert np.array_equal(found.x[..., 0], RAMP)


def test_a_large_jpeg_is_shrunk_as_if_decoded_whole(opened):
    rows, columns = np.mgrid[:600, :800]
    smooth = np.stack([rows % 256, columns % 256, (rows + columns) // 6], -1).astype(np.uint8)
    smooth = np.asarray(Image.fromarray(smooth).resize((800, 600)).reduce(4).resize((800, 600)))
    found = opened(Image.fromarray(smooth), Form((60, 80), 3), "a.jpg", quality=95)
    whole = Image.fromarray(smooth).resize((80, 60), Image.Resampling.BILINEAR)
    difference = np.abs(found.x.astype(int) - np.asarray(whole).astype(int))
    assert difference.mean() < 1.5
    assert found.size == (600, 800)


# What is refused, and how


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
