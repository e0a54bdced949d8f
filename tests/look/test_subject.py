from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from looked import CONTRACT, a_run, foreign, pixels
from svertka.data import Pictures, to_tensor
from svertka.errors import DataError, StoreError, UnknownName, UsageError
from svertka.look.subject import Subject, as_subject
from svertka.predict import Predictor


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return a_run(tmp_path_factory.mktemp("look") / "run")


def test_a_run_is_opened_from_whatever_stands_for_it(folder):
    x = pixels(1)
    logits = Predictor.open(folder).logits(x)

    class Run:  # the workbench's, which lives in a room above
        def __init__(self):
            self.folder = folder

    for source in (folder, folder.path, str(folder.path), Run(), Predictor.open(folder)):
        subject = as_subject(source)
        assert subject.classes == ("a", "b", "c")
        call = subject.calls(subject.view(x[0]).x, [""])[""]
        assert np.array_equal(call.output.numpy(), logits)
    assert as_subject(folder).plan.output == (3,)
    assert set(as_subject(folder).layers) == {
        layer.path for layer in as_subject(folder).plan.layers
    }


def test_what_stands_for_no_network_is_refused(tmp_path):
    with pytest.raises(UnknownName, match="efficientnet_lite0"):
        as_subject("efficientnet_lite")
    with pytest.raises(StoreError, match="is no run"):
        as_subject(tmp_path)
    with pytest.raises(StoreError, match="does not exist"):
        as_subject(tmp_path / "nothing")
    with pytest.raises(UsageError, match="A int came in"):
        as_subject(7)


def test_a_picture_is_seen_as_prediction_sees_it(folder, tmp_path):
    subject = as_subject(folder)
    picture = pixels(1)[0]
    Image.fromarray(picture).save(tmp_path / "a.png")
    expected = to_tensor(picture[None], CONTRACT)
    for given in (picture, picture[None], tmp_path / "a.png", str(tmp_path / "a.png"), expected):
        view = subject.view(given)
        assert torch.equal(view.x, expected)
        assert np.array_equal(view.pixels, picture)
    assert subject.view(expected[0]).x.shape == expected.shape


def test_a_file_of_one_array_is_one_picture_with_its_channels(folder, tmp_path):
    subject = as_subject(folder)
    picture = pixels(1)[0]
    for number, array in enumerate((picture, picture.transpose(2, 0, 1), picture[None])):
        np.save(tmp_path / f"{number}.npy", array)
        assert np.array_equal(subject.view(tmp_path / f"{number}.npy").pixels, picture)
    np.save(tmp_path / "grey.npy", picture[..., 0])
    assert np.array_equal(
        subject.view(tmp_path / "grey.npy").pixels, np.repeat(picture[..., :1], 3, axis=-1)
    )
    np.save(tmp_path / "two.npy", pixels(2))
    with pytest.raises(UsageError, match="2 pictures were given"):
        subject.view(tmp_path / "two.npy")


def test_not_one_picture_is_refused(folder, tmp_path):
    subject = as_subject(folder)
    with pytest.raises(UsageError, match="2 pictures were given"):
        subject.view(pixels(2))
    with pytest.raises(UsageError, match="is not one picture"):
        subject.view(torch.zeros(2, 3, 12, 14))
    with pytest.raises(DataError):
        subject.view(tmp_path / "missing.png")


def test_a_foreign_module_takes_tensors(tmp_path):
    subject = as_subject(foreign())
    x = torch.randn(3, 20, 16)
    view = subject.view(x)
    assert torch.equal(view.x[0], x)
    assert (view.pixels.shape, view.pixels.min(), view.pixels.max()) == ((20, 16, 3), 0, 255)
    with pytest.raises(UsageError, match="prepare=TRANSFORM"):
        subject.view(np.zeros((20, 16, 3), np.uint8))
    with pytest.raises(UsageError, match="cannot take an input of shape"):
        subject.calls(torch.zeros(1, 5, 8, 8))


def test_a_foreign_module_takes_pictures_by_its_own_transform(tmp_path):
    def prepare(picture):
        return torch.from_numpy(np.array(picture.convert("RGB"), np.float32) / 255).permute(2, 0, 1)

    subject = Subject(foreign(), prepare=prepare)
    picture = pixels(1)[0]
    Image.fromarray(picture).save(tmp_path / "a.png")
    expected = torch.from_numpy(picture / np.float32(255)).permute(2, 0, 1)[None]
    for given in (picture, tmp_path / "a.png"):
        assert torch.equal(subject.view(given).x, expected)
    assert torch.equal(next(subject.batches(picture[None]))[1], expected)
    with pytest.raises(DataError, match="cannot be read"):
        subject.view(tmp_path / "b.png")
    with pytest.raises(UsageError, match="prepare gave Image"):
        Subject(foreign(), prepare=lambda picture: picture).view(picture)


def test_pictures_come_in_batches(folder):
    subject, x = as_subject(folder), pixels(5)
    part = Pictures(x, np.zeros(5), tuple("abcde"))
    expected = to_tensor(x, CONTRACT)
    for given in (x, part, expected):
        starts, batches = zip(*subject.batches(given, 2), strict=True)
        assert starts == (0, 2, 4)
        assert torch.equal(torch.cat(batches), expected)


def test_signals_and_volumes_have_their_own_number_of_axes():
    line, volume = Subject(nn.Conv1d(2, 3, 3)), Subject(nn.Conv3d(1, 3, 3))
    assert line.view(torch.zeros(2, 9)).x.shape == (1, 2, 9)
    assert line.view(torch.zeros(1, 2, 9)).x.shape == (1, 2, 9)
    assert volume.view(torch.zeros(1, 5, 6, 7)).x.shape == (1, 1, 5, 6, 7)
    assert volume.view(torch.zeros(1, 1, 5, 6, 7)).pixels is None


def test_a_known_net_comes_with_its_weights():
    subject = as_subject("efficientnet_lite0")
    assert len(subject.classes) == 1000
    assert subject.plan.output == (1000,)
    assert subject.name == "efficientnet_lite0"


def test_the_room_is_opened_without_a_framework():
    code = (
        "import sys, svertka, svertka.look\n"
        "assert svertka.look is sys.modules['svertka.look']\n"
        "heavy = {'torch', 'numpy', 'pydantic'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "assert set(svertka.look.__all__) <= set(dir(svertka.look))\n"
        "assert all(callable(getattr(svertka.look, name)) for name in svertka.look.__all__)\n"
        "from svertka.look.watch import layers_of\n"
        "from svertka.look import cell, watch\n"
        "assert callable(cell) and callable(watch) and 'torch' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
