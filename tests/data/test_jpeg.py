"""simplejpeg in Pillow's place: the same pixels, sizes and refusals."""

import io

import numpy as np
import pytest
from PIL import Image

from mutated import mutant, pictures
from svertka.data import jpeg
from svertka.data.decode import Form, decode, quiet
from svertka.data.raw import BadPicture

WAYS = (
    {"quality": 90},
    {"quality": 60, "progressive": True},
    {"quality": 85, "subsampling": 0},
    {"quality": 85, "subsampling": 1},
    {"quality": 95, "restart_marker_blocks": 3},
)


def photograph(height, width, grey=False):
    """Something smooth with a little noise."""
    rng = np.random.default_rng(height)
    small = Image.fromarray(rng.integers(0, 256, (9, 12, 3), np.uint8))
    large = np.asarray(small.resize((width, height), Image.Resampling.BICUBIC)).astype(int)
    image = Image.fromarray(np.clip(large + rng.integers(-9, 10, large.shape), 0, 255).astype("u1"))
    return image.convert("L") if grey else image


def saved(image, **options):
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", **options)
    return buffer.getvalue()


def outcome(path, form):
    try:
        with quiet():
            found = decode(str(path), form)
    except BadPicture as bad:
        return str(bad)
    return found.x.tobytes(), found.size, found.colour, found.note


def both(path, monkeypatch, form):
    """What comes of a file with simplejpeg, and without."""
    with_it = outcome(path, form)
    with monkeypatch.context() as patch:
        patch.setattr(jpeg, "simplejpeg", None)
        return with_it, outcome(path, form)


@pytest.fixture
def used(monkeypatch):
    """How many pictures simplejpeg decoded."""
    count = []
    real = jpeg.simplejpeg.decode_jpeg

    def counted(*arguments, **options):
        pixels = real(*arguments, **options)
        count.append(pixels.shape)
        return pixels

    monkeypatch.setattr(jpeg.simplejpeg, "decode_jpeg", counted)
    return count


@pytest.mark.parametrize("options", WAYS)
@pytest.mark.parametrize("grey", [False, True])
@pytest.mark.parametrize("shape", [(375, 500), (61, 47), (800, 601), (1, 9)])
def test_the_same_pixels(tmp_path, monkeypatch, used, options, grey, shape):
    path = tmp_path / "a.jpg"
    path.write_bytes(saved(photograph(*shape, grey), **options))
    for form in (Form((128, 96), 3), Form((28, 28), 1), Form(shape, 3)):
        a, b = both(path, monkeypatch, form)
        assert a == b
        assert isinstance(a, tuple)
    assert len(used) == 3


def test_the_decoder_shrinks_only_where_twice_the_target_remains(tmp_path, used):
    path = tmp_path / "a.jpg"
    path.write_bytes(saved(photograph(800, 1000)))
    for side, expected in ((501, 1000), (201, 1000), (200, 500), (100, 250), (10, 125)):
        used.clear()
        decode(str(path), Form((side, side), 3))
        assert used[0][1] == expected


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turned_pictures(tmp_path, monkeypatch, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "a.jpg"
    path.write_bytes(saved(photograph(40, 60), exif=exif))
    a, b = both(path, monkeypatch, Form((60, 60), 3))
    assert a == b
    assert a[1] == ((40, 60) if orientation < 5 else (60, 40))


@pytest.mark.parametrize("kind", [kind for kind in pictures() if kind.startswith("jpeg")])
def test_the_same_damaged_files_are_refused(tmp_path, monkeypatch, kind):
    path = tmp_path / "a.jpg"
    for seed in range(150):
        path.write_bytes(mutant(seed, pictures()[kind]))
        a, b = both(path, monkeypatch, Form((32, 32), 3))
        assert a == b, seed
