"""Folders to packed pictures: form, labels, notes."""

import numpy as np
import pytest

from made import pets, picture, put
from svertka.data import cache as cache_module
from svertka.data import open_data, open_like, packing, read_pictures
from svertka.errors import DataError


@pytest.fixture
def folder(tmp_path):
    return pets(tmp_path / "pets")


@pytest.fixture
def parts(tmp_path):
    """Two classes in train, val and test."""
    root = tmp_path / "parts"
    for number in range(36):
        part = ("train", "val", "test")[number % 3]
        put(root / part / ("cat", "dog")[number % 2] / f"{number}.png", picture(number))
    return root


def reasons(dataset):
    return {problem.path: problem.reason for problem in dataset.problems}


# The form


def test_pixels_labels_and_ids_belong_together(parts):
    dataset = open_data(parts)
    assert dataset.counts == {"train": 12, "val": 12, "test": 12}
    assert dataset.classes == ("cat", "dog")
    for part in dataset.parts.values():
        for i, name in enumerate(part.ids):
            number = int(name.split("/")[-1].removesuffix(".png"))
            assert np.array_equal(part.x[i, ..., 0], picture(number))
            assert part.y[i] == number % 2
            assert name.split("/")[1] == dataset.classes[part.y[i]]


def test_one_size_of_grey_is_kept_exactly(folder):
    contract = open_data(folder).contract
    assert (contract.size, contract.channels, contract.fit) == ((9, 7), 1, "exact")


def test_sizes_that_differ_meet_at_the_median(tmp_path):
    for number, side in enumerate((20, 22, 24, 26, 28, 30) * 2):
        put(tmp_path / ("cat", "dog")[number % 2] / f"{number}.png", picture(number, (side, side)))
    contract = open_data(tmp_path).contract
    assert (contract.size, contract.fit) == ((25, 25), "resize")


def test_photographs_are_shrunk_and_sizes_obeyed(tmp_path):
    for number in range(8):
        put(tmp_path / ("cat", "dog")[number % 2] / f"{number}.jpg", picture(number, (150, 200, 3)))
    contract = open_data(tmp_path).contract
    assert (contract.size, contract.channels, contract.fit) == ((96, 128), 3, "resize")
    assert open_data(tmp_path, size=32).train.x.shape[1:] == (32, 32, 3)
    assert open_data(tmp_path, size=(20, 30)).contract.size == (20, 30)


def test_the_contract_comes_from_the_training_part_alone(parts):
    before = open_data(parts).contract
    for path in [*parts.glob("val/*/*.png"), *parts.glob("test/*/*.png")]:
        put(path, np.full((31, 17, 3), (255, 0, 9), np.uint8))
    after = open_data(parts)
    assert after.contract == before
    assert after.val.x.shape[1:] == (9, 7, 1)
    assert any("turned to grey" in problem.reason for problem in after.problems)


def test_mean_and_spread_are_the_training_parts(folder):
    dataset = open_data(folder, seed=3)
    values = dataset.train.x / 255.0
    assert dataset.contract.mean == pytest.approx(values.mean(axis=(0, 1, 2)), abs=1e-12)
    assert dataset.contract.std == pytest.approx(values.std(axis=(0, 1, 2)), abs=1e-12)
    assert open_data(folder, seed=4).contract.mean != dataset.contract.mean


def test_one_colour_picture_in_training_makes_three_channels(tmp_path, monkeypatch):
    monkeypatch.setattr("svertka.data.forms._PIXELS_SEEN", 3)  # the sample will not see it
    for number in range(20):
        grey = np.repeat(picture(number)[..., None], 3, axis=-1)
        put(tmp_path / "train" / ("cat", "dog")[number % 2] / f"{number}.png", grey)
    assert open_data(tmp_path).contract.channels == 1
    put(tmp_path / "train" / "cat" / "4.png", picture(1, (9, 7, 3)))
    dataset = open_data(tmp_path)
    assert dataset.contract.channels == 3
    colour = [
        x for part in dataset.parts.values() for x in part.x if (x[..., 0] != x[..., 1]).any()
    ]
    assert np.array_equal(colour, [picture(1, (9, 7, 3))])


def test_twelve_bit_files_keep_their_steps(tmp_path, monkeypatch):
    monkeypatch.setattr("svertka.data.forms._PIXELS_SEEN", 2)
    for number in range(20):
        values = picture(number, dtype=np.uint16, top=300 if number < 19 else 4096)
        put(tmp_path / ("cat", "dog")[number % 2] / f"{number}.png", values)
    dataset = open_data(tmp_path)
    assert dataset.contract.value_range == (0, 4095)
    everything = {i: x for p in dataset.parts.values() for i, x in zip(p.ids, p.x, strict=True)}
    values = picture(19, dtype=np.uint16, top=4096)
    assert np.array_equal(everything["dog/19.png"][..., 0], np.rint(values * (255 / 4095)))
    x, _ = read_pictures(tmp_path / "dog" / "19.png", dataset.contract)
    assert np.array_equal(x.x[0], everything["dog/19.png"])


def test_bad_files_are_named_and_left_out(folder):
    (folder / "cat" / "empty.png").write_bytes(b"")
    (folder / "cat" / "text.jpg").write_text("hello")
    (folder / "dog" / "half.png").write_bytes((folder / "dog" / "1.png").read_bytes()[:60])
    dataset = open_data(folder)
    assert sum(dataset.counts.values()) == 24
    assert set(reasons(dataset)) == {"cat/empty.png", "cat/text.jpg", "dog/half.png"}
    assert open_data(folder).problems == dataset.problems  # from the cache as well


def test_much_enlarged_pictures_are_told(folder):
    put(folder / "cat" / "tiny.png", picture(99, (2, 2)))
    why = reasons(open_data(folder))["cat/tiny.png"]
    assert why == "less than half of 7x9 and enlarged to it"


def test_nothing_readable(tmp_path):
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.png").write_text("no")
    with pytest.raises(DataError, match=r"(?s)none of the 2 files .* text, not a picture"):
        open_data(tmp_path)
    assert not list(cache_module.cache_folder().rglob("*.npy"))


def test_one_class_in_a_folder(tmp_path):
    for number in range(4):
        put(tmp_path / "set" / "cat" / f"{number}.png", picture(number))
    with pytest.raises(DataError, match=r"only the class 'cat' to train on\. .* one folder"):
        open_data(tmp_path / "set")


def test_a_part_with_a_class_of_its_own(parts):
    (parts / "val" / "cat").rename(parts / "val" / "Cat")
    with pytest.raises(DataError, match="val has pictures of 'Cat', but train has none"):
        open_data(parts)


def test_no_training_part(parts):
    (parts / "train").rename(parts / "learn")
    with pytest.raises(DataError, match="val has pictures of 'cat', 'dog', but train has none"):
        open_data(parts)


def test_a_part_may_lack_a_class(parts):
    for path in (parts / "val" / "cat").iterdir():
        path.unlink()
    why = reasons(open_data(parts))
    assert why["val/cat"] == "a class without a picture"
    assert why["."] == "class 'cat' has 12 pictures in all: val has none of it"


def test_progress_is_told(folder, monkeypatch):
    monkeypatch.setattr(packing, "_BLOCK", 10)
    heard = []
    open_data(folder, on_progress=lambda done, total: heard.append((done, total)))
    assert heard == [(10, 24), (20, 24), (24, 24)]


# For a trained network


def test_prediction_reads_the_pixels_that_training_saw(tmp_path):
    for number in range(30):
        shape = (20 + number, 40 - number, 3) if number % 3 else (31, 30)
        put(tmp_path / ("cat", "dog")[number % 2] / f"{number}.png", picture(number, shape))
    dataset = open_data(tmp_path)
    for part in dataset.parts.values():
        again, problems = read_pictures([tmp_path / name for name in part.ids], dataset.contract)
        assert problems == ()
        assert np.array_equal(again.x, part.x)
        assert (again.y == -1).all()
        assert again.ids == tuple(str(tmp_path / name) for name in part.ids)


def test_reading_notes_what_it_had_to_change(folder, tmp_path):
    contract = open_data(folder).contract
    put(tmp_path / "a.png", picture(1, (20, 30, 3)))
    (tmp_path / "b.png").write_bytes(b"")
    x, problems = read_pictures([tmp_path / "a.png", tmp_path / "b.png"], contract)
    assert len(x) == 1
    assert [p.reason for p in problems] == [
        "resized from 30x20 to 7x9",
        "colour turned to grey",
        "empty file (0 bytes)",
    ]


def test_nothing_to_read(folder, tmp_path):
    contract = open_data(folder).contract
    (tmp_path / "none").mkdir()
    with pytest.raises(DataError, match="no pictures to read"):
        read_pictures(tmp_path / "none", contract)


def test_the_same_folder_like_its_own_contract_is_the_same_data(folder):
    dataset = open_data(folder)
    like = open_like(folder, dataset.contract)
    assert like.key == dataset.key
    assert like.counts == {"train": 0, "val": 0, "test": 24}


def test_part_of_the_classes_is_enough_to_score(folder, tmp_path):
    contract = open_data(folder).contract
    put(tmp_path / "new" / "dog" / "a.png", picture(5, (30, 30)))
    like = open_like(tmp_path / "new", contract)
    assert like.test.y.tolist() == [1]
    assert like.test.x.shape == (1, 9, 7, 1)
    put(tmp_path / "new" / "bird" / "b.png", picture(6))
    with pytest.raises(DataError, match=r"does not know: bird\. It knows: cat, dog"):
        open_like(tmp_path / "new", contract)
