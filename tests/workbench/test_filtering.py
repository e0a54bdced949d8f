"""The filters of a layer: what excites them, what they see of it, the pictures that would."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import looked
from svertka.data import Pictures
from svertka.look import Subject, as_subject
from svertka.look.excite import patches
from svertka.workbench.filtering import Learned, layer_filters
from svertka.workbench.filterset import LayerFilters, Thumbnails

N = 30
X = looked.pixels(N)


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    return as_subject(looked.a_run(tmp_path_factory.mktemp("runs")))


@pytest.fixture(scope="module")
def found(subject: Subject) -> tuple[LayerFilters, ...]:
    part = Pictures(X, [0] * N, tuple(map(str, range(N))))
    return layer_filters(subject, Learned(part, "train"))


def drawn(small: Thumbnails, number: int) -> np.ndarray:
    """One picture of a sheet."""
    data = base64.b64decode(small.image.partition(",")[2])
    sheet = np.asarray(Image.open(io.BytesIO(data)), float)
    (height, width), (row, column) = small.size, divmod(number, small.columns)
    return sheet[height * row :, width * column :][:height, :width]


def test_what_is_heard_is_the_activation_that_follows(found: tuple[LayerFilters, ...]) -> None:
    names = [(one.filters.layer, one.raised, one.heard) for one in found]
    assert names == [
        ("conv1", "bn1", "relu1"),
        ("conv2", "bn2", "relu2"),
        ("conv3", "bn3", "bn3"),  # a sum follows: its batch norm says it, and cannot be silent
    ]
    assert [one.dead is None for one in found] == [False, False, True]


def test_the_strongest_pictures_and_their_windows(
    subject: Subject, found: tuple[LayerFilters, ...]
) -> None:
    for one in found[:2]:
        assert one.best is not None
        assert one.excited is not None
        output = subject.calls(next(subject.batches(X))[1], [one.heard])[one.heard].output
        strength = output.flatten(2).amax(2).numpy()
        for row, number in enumerate(one.shown):
            ids = [int(one.best.ids[place]) for place in one.best.place[row]]
            expected = np.sort(strength[:, number])[::-1][: len(ids)]
            np.testing.assert_allclose(strength[ids, number], expected, rtol=1e-6)
            np.testing.assert_allclose(one.best.values[row], expected, rtol=1e-6)
        _, windows = patches(subject, one.excited, X, one.shown[3])
        assert one.best.windows[3].tolist() == [list(map(list, w.spans)) for w in windows]


def test_patches_are_what_the_windows_show(found: tuple[LayerFilters, ...]) -> None:
    best = found[0].best
    assert best is not None
    for number, ((top, bottom), (left, right)) in enumerate(best.windows.reshape(-1, 2, 2)[:12]):
        picture = X[int(best.ids[best.place.ravel()[number]])].astype(float)
        tile = drawn(best.patches, number)
        for i, y in enumerate(range(top, bottom + 1)):
            for j, x in enumerate(range(left, right + 1)):
                on = 0 <= y < 12 and 0 <= x < 14
                colour = picture[y, x] if on else np.full(3, 128.0)
                seen = tile[(2 * i + 1) * 40 // 6, (2 * j + 1) * 40 // 6]
                assert np.abs(seen - colour).max() < 60  # a JPEG of noise is not exact
        assert drawn(best.patches, number).std() > 0


def test_dreams_raise_their_filters_above_every_picture_of_noise(
    found: tuple[LayerFilters, ...], subject: Subject
) -> None:
    x = next(subject.batches(X))[1]
    for one in found:
        means = subject.calls(x, [one.raised])[one.raised].output.mean((2, 3)).numpy()
        ends = np.array([dream.course[-1] for dream in one.dreams])
        assert (ends > means.max(0)[[dream.channel for dream in one.dreams]]).all()


def test_a_module_without_a_text_has_windows_that_move_with_the_place() -> None:
    import torch

    def prepare(picture: Image.Image) -> torch.Tensor:
        return torch.from_numpy(np.array(picture)).permute(2, 0, 1).float() / 255

    foreign = Subject(looked.foreign(), prepare=prepare)
    part = Pictures(X, [0] * N, tuple(map(str, range(N))))
    (one,) = layer_filters(foreign, Learned(part, ""), ["stem"])
    assert one.best is not None
    assert one.excited is not None
    places = one.excited.places[list(one.shown)]
    # a kernel of 5 with a stride of 2 and a padding of 2: its window begins at 2i - 2
    np.testing.assert_array_equal(one.best.windows[..., 0], 2 * places - 2)
    np.testing.assert_array_equal(one.best.windows[..., 1], 2 * places + 2)


def test_dense_filters_are_pictures_too(tmp_path: Path) -> None:
    run = looked.a_run(tmp_path, "fc4-relu-fc3")
    part = Pictures(X, [0] * N, tuple(map(str, range(N))))
    (one,) = layer_filters(as_subject(run), Learned(part, "train"))
    assert one.to_dict()["shape"] == [4, 3, 12, 14]
    assert one.best is not None
    assert (one.best.windows == [[0, 11], [0, 13]]).all()
