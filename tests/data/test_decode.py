"""Files of every awkward kind against pixels made by hand."""

import struct

import numpy as np
import pytest
from PIL import Image, ImageOps

from by_hand import COLOUR, GREY, RAMP, RGB, chunk, png
from svertka.data import decode
from svertka.data.decode import Form, decode_all, decoders, peek

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
    assert found.note == "holds 3 pictures, the first is used"


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


@pytest.mark.parametrize("side", [58, 116, 225, 239, 450, 457])
def test_a_crop_is_the_middle_resized_as_pillow_does(opened, side):
    x = np.random.default_rng(side).integers(0, 256, (side + 6, side, 3), np.uint8)
    for turn in (0, 1):
        image = Image.fromarray(np.rot90(x, turn))
        box = (3, 0, side + 3, side) if turn else (0, 3, side, side + 3)
        expected = image.crop(box).resize((224, 224), Image.Resampling.BILINEAR)
        found = opened(image, Form((224, 224), 3, "crop"))
        assert np.abs(found.x.astype(int) - np.asarray(expected)).max() <= 1


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


@pytest.mark.parametrize("side", [4, 100])  # decoded in turn, and all at once
@pytest.mark.parametrize("slow", [False, True])
def test_many_files_come_in_their_order(tmp_path, monkeypatch, side, slow):
    """Whoever decodes little pictures waits for its turn, but not for a slow disk."""
    paths = []
    for number in range(150):
        paths.append(str(tmp_path / f"{number}.png"))
        Image.fromarray(np.full((side, side), number, np.uint8)).save(paths[-1])
        if number % 7 == 0:
            (tmp_path / f"{number}.png").write_bytes(b"no picture")
    monkeypatch.setattr(decode, "_PATIENCE", 0.001 if slow else 60)
    if slow:
        assert decode._turn.acquire(blocking=False)
    with decoders() as pool:
        found = list(decode_all(pool, paths, Form((side, side), 1)))
    if slow:
        decode._turn.release()
    assert not decode._turn.locked()
    assert [i for i, one in enumerate(found) if isinstance(one, str)] == list(range(0, 150, 7))
    for number, one in enumerate(found):
        assert isinstance(one, str) or (one.x == number).all()
