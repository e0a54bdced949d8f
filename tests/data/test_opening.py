"""The door: names, values and sources that are wrong; what the room exports."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from made import pets
from svertka import data
from svertka.data import open_data
from svertka.errors import DataError, UnknownName, UsageError

RANDOM = np.random.default_rng(0)
X = RANDOM.integers(0, 256, (40, 6, 5), np.uint8)
Y = np.arange(40) % 2


def test_unknown_names_offer_the_nearest():
    with pytest.raises(UnknownName, match=r"Did you mean: digits\?"):
        open_data("digit")
    with pytest.raises(UnknownName, match=r"nope.*Known: digits, fashion"):
        open_data("nope\n")


@pytest.mark.parametrize("name", ["", " ", "a" * 5000, "a\0b", "\udcff", "no/such/folder"])
def test_names_that_lead_nowhere(name):
    with pytest.raises(UnknownName, match="There is no data set"):
        open_data(name)


@pytest.mark.parametrize("source", [None, 3, [1, 2], {"x": 1}])
def test_sources_of_no_kind(source):
    with pytest.raises(UsageError, match="Expected a name, a path or a tuple"):
        open_data(source)


def test_links_that_lead_nowhere_are_named(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "gone").symlink_to("nothing")
    with pytest.raises(DataError, match="loop cannot be opened: too many levels of symbolic links"):
        open_data(tmp_path / "loop")
    with pytest.raises(DataError, match="gone cannot be opened: a link that leads nowhere"):
        open_data(tmp_path / "gone")


def test_a_folder_called_as_a_built_in_set(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pets(tmp_path / "digits")
    assert open_data("digits").licence
    assert open_data("./digits").classes == ("cat", "dog")
    assert open_data(Path("digits")).classes == ("cat", "dog")


def test_a_file_that_is_no_source(tmp_path):
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(DataError, match="is nothing that is read"):
        open_data(tmp_path / "a.txt")


@pytest.mark.parametrize("share", [0, 1, -0.1, 2])
def test_senseless_shares(share):
    with pytest.raises(UsageError, match="between 0 and 1"):
        open_data("digits", val_share=share)


def test_senseless_sizes():
    with pytest.raises(UsageError, match="at least 1"):
        open_data("digits", size=0)


def test_a_tuple_of_three():
    with pytest.raises(UsageError, match=r"Expected \(x, y\)"):
        open_data((X, Y, Y))


def test_one_class_only():
    with pytest.raises(DataError, match=r"only the class '3'.*at least two classes"):
        open_data((X, np.full(40, 3)))


def test_classes_with_one_picture_each():
    with pytest.raises(DataError, match="validate on: every class has a single picture"):
        open_data((X, np.arange(40)))


def test_classes_whose_pictures_all_look_alike():
    x = np.linspace(0, 191, 24 * 12).reshape(24, 3, 4).astype(np.uint8)
    y = np.arange(24) % 2
    with pytest.raises(DataError, match=r"a group is not divided .--group identical"):
        open_data((x, y))
    assert len(open_data((x, y), group="identical").val)


def test_classes_whose_pictures_are_identical():
    same = "all 40 pictures are identical as 5x6 with 8 bits, and the same picture stands under"
    with pytest.raises(DataError, match=f"{same} different classes: '0', '1'. Add pictures"):
        open_data((np.zeros_like(X), Y))
    with pytest.raises(DataError, match="the pictures of each class are identical as 5x6"):
        open_data((X[Y], Y))
    few = np.arange(40) // 2 % 2  # both pictures under both classes
    with pytest.raises(DataError, match=r"of 40 pictures only 2 differ as 5x6 .* under different"):
        open_data((X[few], Y))
    halves = np.repeat(X[:20], 2, axis=0)
    with pytest.raises(DataError, match=r"of 40 pictures only 20 differ .* under different"):
        open_data((halves, np.arange(40)))


def test_a_class_that_training_lacks(tmp_path):
    np.savez(tmp_path / "a.npz", x_train=X, y_train=Y, x_test=X[:5] ^ 1, y_test=[0, 1, 2, 3, 2])
    with pytest.raises(DataError, match="test has pictures of '2', '3', but train has none"):
        open_data(tmp_path / "a.npz")


def test_a_class_with_one_picture_goes_to_train():
    dataset = open_data((X, np.array([0] * 20 + [1] * 19 + [2])))
    assert dataset.class_counts == {"train": [14, 13, 1], "val": [3, 3, 0], "test": [3, 3, 0]}
    (problem,) = dataset.problems
    assert problem.reason == "class '2' has 1 picture in all: val and test have none of it"


def test_names_for_flips():
    def flip(classes, channels=3):
        x = RANDOM.integers(0, 256, (40, 6, 5, channels), np.uint8)
        return open_data((x, np.array(classes)[Y])).flip

    assert flip(["cat", "dog"])
    assert flip(["0", "1"])
    assert not flip(["cat", "dog"], 1)
    assert not flip(["A", "B"])
    assert not flip(["turn left", "turn right"])


def test_importing_the_room_loads_neither_numpy_nor_torch():
    code = "import sys, svertka.data; print([m for m in ('numpy', 'torch') if m in sys.modules])"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout == "[]\n"


def test_opening_loads_no_torch():
    code = "import sys, svertka.data as d; d.open_data('digits'); print('torch' in sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout == "False\n"


def test_every_public_name_exists():
    for name in data.__all__:
        assert getattr(data, name).__doc__ or name == "BUILTIN"
    with pytest.raises(AttributeError, match="nothing"):
        _ = data.nothing
    assert dir(data) == sorted(data.__all__)


def test_of_very_many_pictures_five_thousand_validate():
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 256, (50_000, 4, 4, 1), np.uint8), rng.integers(0, 2, 50_000)
    counts = open_data((x, y)).counts
    assert counts["val"] == pytest.approx(5_000, abs=2)
    assert counts["test"] == pytest.approx(5_000, abs=2)
