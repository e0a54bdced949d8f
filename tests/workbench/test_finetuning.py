"""Fine-tuning the whole way: from a run of our own, and from real ImageNet weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

import svertka
from shapes import NET, pictures, save_folder
from svertka.data import open_data
from svertka.data.grouping import Cut
from svertka.errors import DataError, SvertkaError, UsageError
from svertka.store import RunFolder, RunStart
from svertka.train import EpochDone, Recipe
from svertka.train.events import FeaturesDone
from svertka.workbench.beginning import begin_with, in_form
from svertka.workbench.resuming import same_data
from svertka.workbench.run import Run


def tensors(run: Run) -> dict[str, torch.Tensor]:
    return run.folder.load_model()[0]


@pytest.fixture(scope="module")
def tuned(
    run: Run, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Run, list[Any]]:
    """A run that begins with the weights of another, and what it told."""
    told: list[Any] = []
    out = tmp_path_factory.mktemp("runs") / "tuned"
    done = svertka.train(
        folder, weights=str(run.path), epochs=2, seed=3, out=out, on_event=told.append
    )
    return done, told


def test_a_run_gives_its_net_its_weights_and_its_form(run: Run, tuned: Any) -> None:
    done, told = tuned
    assert done.card.net == run.card.net
    assert done.card.input == run.card.input
    assert done.card.recipe["weights"] == str(run.path)
    assert f"--weights {run.path}" in done.card.command
    assert f"from the weights {run.path}" in str(told[1])
    assert done.scores is not None
    assert done.scores.to_dict()["metrics"]["accuracy"]["value"] > 0.5


def test_the_last_layer_comes_first_and_is_told(tuned: Any) -> None:
    done, told = tuned
    kinds = [type(event) for event in told]
    assert kinds.index(FeaturesDone) < kinds.index(EpochDone)
    assert [line["epoch"] for line in done.history] == [0, 1, 2]
    first = done.history[0]
    assert first["learning_rate"] == 0
    assert first["val_accuracy"] >= 0.5
    last = [event for event in told if isinstance(event, FeaturesDone)][-1]
    assert last.pictures == last.whole


def test_statistics_of_batch_norm_stay(run: Run, tuned: Any) -> None:
    before, after = tensors(run), tensors(tuned[0])
    statistics = [name for name in before if "running" in name]
    assert statistics
    assert all(before[name].equal(after[name]) for name in statistics)
    assert not before["conv1.weight"].equal(after["conv1.weight"])


class Stop(Exception):
    pass


@pytest.mark.parametrize("at", [1, 2, 4])
def test_a_stopped_one_ends_bit_for_bit_the_same(
    run: Run, tuned: Any, folder: Path, tmp_path: Path, at: int
) -> None:
    seen = 0

    def stop(event: object) -> None:
        nonlocal seen
        seen += isinstance(event, EpochDone | FeaturesDone)
        if seen == at:
            raise Stop

    out = tmp_path / "tuned"
    with pytest.raises(Stop):
        svertka.train(folder, weights=str(run.path), epochs=2, seed=3, out=out, on_event=stop)
    resumed = Run.resume(out)
    wanted, found = tensors(tuned[0]), tensors(resumed)
    assert all(wanted[name].equal(found[name]) for name in wanted)
    untimed = [[line["val_loss"], line["epoch"]] for line in tuned[0].history]
    assert [[line["val_loss"], line["epoch"]] for line in resumed.history] == untimed


def test_evaluating_on_its_own_data_sees_the_part_that_was_kept(tuned: Any, folder: Path) -> None:
    done, _ = tuned
    assert done.scores is not None
    assert done.evaluate(folder).to_dict()["metrics"] == done.scores.to_dict()["metrics"]


def colours(place: Path) -> Path:
    """Photographs of nothing: 48x48 noise in three colours."""
    random = np.random.default_rng(0)
    for i in range(24):
        x = random.integers(0, 60, (48, 48, 3), np.uint8)
        x[..., i % 3] += 180
        path = place / ["red", "green", "blue"][i % 3] / f"{i}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(x).save(path)
    return place


def test_real_weights_learn_colours_at_once(tmp_path: Path) -> None:
    run = svertka.train(colours(tmp_path / "colours"), epochs=1, out=tmp_path / "run")
    assert run.card.net_name == "efficientnet_lite0"
    assert run.card.recipe["weights"] == "imagenet"
    assert run.card.input.size == (96, 96)
    assert run.card.input.mean == (0.5, 0.5, 0.5)
    assert run.history[0]["val_accuracy"] == 1.0
    assert run.predict(tmp_path / "colours").labels[0] == "blue"


def test_weights_none_is_from_scratch(tmp_path: Path) -> None:
    place = colours(tmp_path / "colours")
    chosen = begin_with(place, open_data(place), None, "none", cut=Cut())
    assert (chosen.net_name, chosen.weights) == ("house_l", None)
    named = begin_with(place, open_data(place), "lenet5", None, cut=Cut())
    assert (named.net_name, named.weights) == ("lenet5", None)


def test_grey_pictures_are_given_three_channels(folder: Path) -> None:
    chosen = begin_with(folder, open_data(folder), "efficientnet_lite0", "imagenet", cut=Cut())
    assert chosen.dataset.contract.channels == 3
    assert chosen.dataset.train.take([0]).shape == (1, 32, 32, 3)


@pytest.fixture(scope="module")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Larger pictures, 150x200."""
    place = tmp_path_factory.mktemp("large") / "photographs"
    random = np.random.default_rng(0)
    for i in range(24):
        small = random.integers(0, 60, (6, 8, 3), np.uint8)
        small[..., i % 2] += 180
        path = place / ["red", "green"][i % 2] / f"{i}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(small).resize((200, 150), Image.Resampling.BICUBIC).save(path)
    return place


def test_larger_photographs_are_kept_with_a_margin(photographs: Path) -> None:
    opened = open_data(photographs)
    chosen = begin_with(photographs, opened, "efficientnet_lite0", "imagenet", cut=Cut())
    assert chosen.dataset.contract.size == (192, 256)
    assert chosen.dataset.contract.kept == (192 + 2 * 14, 256 + 2 * 18)
    assert chosen.dataset.train.take([0]).shape == (1, 192, 256, 3)
    assert chosen.dataset.train.take([0], whole=True).shape == (1, 220, 292, 3)
    assert [len(part) for part in chosen.dataset.parts.values()] == [16, 4, 4]


def test_a_run_without_a_margin_goes_on_without(photographs: Path, tmp_path: Path) -> None:
    """As runs do that were stopped before there was one: resumed, they end as they would have."""
    dataset = in_form(
        photographs,
        open_data(photographs),
        "efficientnet_lite0",
        "imagenet",
        Cut(),
        margin=False,
    )
    start = RunStart(
        name="old",
        created="2026-11-01T00:00:00",
        source=str(photographs),
        key=dataset.key,
        seed=0,
        group="alike",
        net="conv8-gap-fc2",
        net_name="efficientnet_lite0",
        recipe=Recipe(epochs=1, weights="imagenet").model_dump(mode="json"),
    )
    stored = RunStart.model_validate(start.model_dump(mode="json", exclude={"margin"}))
    assert same_data(stored, None).key == dataset.key
    with pytest.raises(DataError, match="not those that the run old was started with"):
        same_data(stored.model_copy(update={"margin": True}), None)


def test_an_opened_data_set_of_another_size_is_refused() -> None:
    dataset = open_data(pictures(30))
    with pytest.raises(UsageError, match=r"12x12 in 1 channels, and the weights expect 32x32 in 3"):
        begin_with(dataset, dataset, "efficientnet_lite0", "imagenet", cut=Cut())


def test_weights_without_a_net(tmp_path: Path) -> None:
    torch.save({"a": torch.ones(1)}, tmp_path / "w.pth")
    dataset = open_data(pictures(30))
    with pytest.raises(UsageError, match=r"Which net are the weights .*Name it with --net"):
        begin_with(dataset, dataset, None, str(tmp_path / "w.pth"), cut=Cut())


def test_nothing_is_left_when_weights_turn_out_damaged(tmp_path: Path) -> None:
    place = save_folder(tmp_path / "shapes", 30)
    (tmp_path / "torn.pth").write_bytes(b"PK" + bytes(100))
    with pytest.raises(SvertkaError, match=r"torn\.pth"):
        svertka.train(place, NET, weights=str(tmp_path / "torn.pth"), epochs=1, out=tmp_path / "r")
    assert not (tmp_path / "r").exists()


def test_nothing_is_left_when_weights_do_not_fit(tmp_path: Path) -> None:
    place = save_folder(tmp_path / "shapes", 30)
    with pytest.raises(UsageError, match="There are no weights"):
        svertka.train(place, NET, weights=str(tmp_path / "none.pth"), epochs=1, out=tmp_path / "r")
    assert not RunFolder(tmp_path / "r").path.exists()
