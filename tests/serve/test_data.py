"""The data screen's routes: what is offered, what is shown, and that it is what training sees."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

import svertka
from svertka.data import load, open_data
from svertka.data.grouping import Cut
from svertka.serve.app import create_app
from svertka.serve.datasets import Datasets
from svertka.train import choose_recipe
from svertka.workbench.beginning import begin_with


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def picture_set(folder, classes=("cat", "dog"), each=8, side=12):
    """A folder of random colour pictures, one folder a class."""
    rng = np.random.default_rng(sum(map(ord, "".join(classes))))
    for name in classes:
        (folder / name).mkdir(parents=True)
        for number in range(each):
            pixels = rng.integers(0, 256, (side, side, 3), np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{number}.png")
    return folder


@pytest.fixture
def client(tmp_path):
    picture_set(tmp_path / "pets")
    picture_set(tmp_path / "shelf" / "fruit", ("apple", "pear"))
    picture_set(tmp_path / "shelf" / "check", ("a", "b"))
    (tmp_path / "shelf" / ".hidden").mkdir()
    (tmp_path / "shelf" / "notes.txt").write_text("no pictures")
    (tmp_path / "secret").mkdir()
    (tmp_path / "shelf" / "out").symlink_to(tmp_path / "secret", target_is_directory=True)
    app = create_app(tmp_path / "runs", [tmp_path / "pets", tmp_path / "shelf"])
    return TestClient(app, base_url="http://127.0.0.1")


def pixels(uri):
    """The picture in a data URI."""
    assert uri.startswith("data:image/png;base64,")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(uri.split(",")[1]))))


def test_a_data_set_is_offered_itself_and_a_shelf_by_what_lies_on_it(client, tmp_path):
    offers = client.get("/api/data").json()
    own = {offer["id"]: offer["source"] for offer in offers if not offer["built_in"]}
    shelf = tmp_path / "shelf"
    assert own == {
        "pets": str(tmp_path / "pets"),
        "shelf:check": str(shelf / "check"),
        "shelf:fruit": str(shelf / "fruit"),
    }
    assert [offer["id"] for offer in offers][:2] == ["digits", "fashion"]


@pytest.mark.parametrize(
    "name", ["nothing", "..", "shelf:..", "shelf:out", "shelf:.hidden", "%2Fetc", "pets%00"]
)
def test_nothing_else_can_be_opened(client, name):
    for what in ("", "/pictures", "/augmented", "/check"):
        answer = client.get(f"/api/data/{name}{what}")
        assert answer.status_code in (404, 405)  # a client may take ".." out
        assert answer.json()["error"]


def test_two_folders_of_one_name_have_two_ids(tmp_path):
    for place in ("a", "b"):
        picture_set(tmp_path / place / "digits")
    app = create_app(tmp_path, [tmp_path / "a" / "digits", tmp_path / "b" / "digits"])
    offers = TestClient(app, base_url="http://127.0.0.1").get("/api/data").json()
    assert [offer["id"] for offer in offers if not offer["built_in"]] == ["digits-2", "digits-3"]


def test_runs_are_called_after_the_data_as_on_the_command_line(tmp_path):
    picture_set(tmp_path / "shelf" / "fruit")
    (tmp_path / "shelf" / "v1.tar.gz").write_bytes(b"")
    offers = {offer.id: offer for offer in Datasets([tmp_path / "shelf"]).offers()}
    assert offers["shelf:fruit"].name == open_data(tmp_path / "shelf" / "fruit").name == "fruit"
    assert offers["shelf:v1.tar.gz"].name == "v1"
    assert offers["digits"].name == "digits"


def test_facts_are_those_of_the_data_set(client, tmp_path):
    told = client.get("/api/data/pets?seed=3").json()
    dataset = open_data(tmp_path / "pets", seed=3)
    expected = dataset.to_dict()
    for key in ("classes", "counts", "class_counts", "problems", "key", "source"):
        assert told[key] == expected[key]
    assert {name: len(some) for name, some in told["examples"].items()} == {"cat": 6, "dog": 6}


def test_the_start_is_that_of_a_training_that_names_nothing(client, tmp_path):
    start = client.get("/api/data/digits/start").json()
    assert start == {"net": "house_s", "weights": None, "input": [1, 28, 28], "budget": 58.0}
    assert client.get("/api/data/digits/start?budget=300").json()["net"] == "house_m"
    picture_set(tmp_path / "shelf" / "photos", side=48)
    told = client.get("/api/data/shelf:photos/start").json()
    begun = begin_with(
        tmp_path / "shelf" / "photos",
        open_data(tmp_path / "shelf" / "photos"),
        None,
        None,
        cut=Cut(),
    )
    assert (told["net"], told["weights"]) == (begun.net, begun.weights)
    assert told["input"] == [3, *begun.dataset.contract.size]


def test_every_picture_is_shown_once_under_its_class(client, tmp_path):
    dataset = open_data("digits")
    seen = set()
    for start in range(0, 900, 60):
        page = client.get(f"/api/data/digits/pictures?class=4&from={start}").json()
        assert page["total"] == sum(counts[4] for counts in dataset.class_counts.values())
        seen |= {(one["part"], one["index"]) for one in page["pictures"] if one["labels"] == [4]}
    expected = {
        (part, row)
        for part, some in dataset.parts.items()
        for row in np.flatnonzero(some.y == 4).tolist()
    }
    assert seen == expected
    assert len(seen) == page["total"]
    one = client.get("/api/data/digits/pictures?part=test&from=7").json()["pictures"][0]
    assert one["id"] == dataset.test.ids[7]
    np.testing.assert_array_equal(pixels(one["picture"]), dataset.test.take([7])[0, ..., 0])


def test_a_class_or_part_that_is_not_there_is_an_error(client):
    assert client.get("/api/data/pets/pictures?class=2").status_code == 422
    assert client.get("/api/data/pets/pictures?part=exam").status_code == 404
    assert client.get("/api/data/pets/pictures?from=-1").status_code == 422


@pytest.mark.parametrize("name", ["digits", "pets"])
def test_the_preview_has_the_pixels_that_training_has(client, tmp_path, name):
    told = client.get(f"/api/data/{name}/augmented?seed=3&epoch=4&class=1&from=2").json()
    dataset = open_data(name if name == "digits" else tmp_path / name, seed=3)
    recipe = choose_recipe(dataset, epochs=1, seed=3)
    rows = np.flatnonzero(dataset.train.y == 1)[2:]
    assert [one["index"] for one in told["pictures"]] == rows[:8].tolist()
    mean, std = np.array(dataset.contract.mean), np.array(dataset.contract.std)
    for column, epoch in enumerate(told["epochs"]):
        order = rows[:8][::-1].copy()  # another batch: nothing but seed, epoch and index counts
        x, _ = load(
            dataset.train, order, dataset.contract, seed=3, epoch=epoch, policy=recipe.augment
        )
        trained = (x.numpy().transpose(0, 2, 3, 1)[::-1] * std + mean) * 255
        shown = np.array([pixels(one["bent"][column]) for one in told["pictures"]])
        assert np.abs(shown.reshape(trained.shape) - trained).max() <= 0.51
    other = client.get(f"/api/data/{name}/augmented?seed=3&epoch=5&class=1&from=2").json()
    assert other["pictures"][0]["bent"][0] == told["pictures"][0]["bent"][1]
    assert other["pictures"][0]["bent"][0] != told["pictures"][0]["bent"][0]


def test_the_check_is_that_of_the_command(client, tmp_path):
    (tmp_path / "pets" / "cat" / "9.png").write_bytes(b"no picture")
    told = client.get("/api/data/pets/check").json()
    expected = svertka.check(tmp_path / "pets").to_dict()
    for mine in (told, expected):
        mine.pop("created")
    assert told == expected
    assert "unused" in [found["kind"] for found in told["findings"]]


def test_data_that_cannot_be_checked_say_why(client, tmp_path):
    for place in (tmp_path / "pets" / "cat").iterdir():
        place.write_bytes(b"no picture")
    answer = client.get("/api/data/pets/check")
    assert answer.status_code == 422
    assert "only the class 'dog'" in answer.json()["error"]
