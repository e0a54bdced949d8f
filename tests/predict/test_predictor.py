"""The one way from pictures to probabilities."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from svertka.data import InputContract
from svertka.data.views import Views, views_of
from svertka.errors import DataError, StoreError, UsageError
from svertka.grammar import resolve
from svertka.nets.build import build
from svertka.predict import Predictor
from svertka.predict.softmax import softmax
from svertka.store import DataCard, ModelCard, RunFolder

NET = "conv8-bn-relu-pool-(id + conv8-bn-relu-conv8-bn)-relu-(id | conv4k1-relu)-gap-fc3"
CONTRACT = InputContract(
    size=(12, 12), channels=3, mean=(0.4, 0.5, 0.6), std=(0.2, 0.3, 0.25), classes=("a", "b", "c")
)


def _card(net: str, contract: InputContract) -> ModelCard:
    counts = {"train": 1, "val": 1}
    data = DataCard(name="d", source="d", key="0", counts=counts, class_counts={})
    return ModelCard(name="d-1", created="now", net=net, input=contract, data=data)


def _pictures(n: int, contract: InputContract = CONTRACT) -> np.ndarray:
    shape = (n, *contract.size, contract.channels)
    return np.random.default_rng(0).integers(256, size=shape, dtype=np.uint8)


def _trained(net: str, contract: InputContract, channels_last: bool = True) -> nn.Module:
    """A module after a few real steps, so that its running statistics and filters have moved."""
    shape = (contract.channels, *contract.size)
    module = build(resolve(net, input=shape, classes=len(contract.classes)), seed=0)
    if channels_last:
        module = module.to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(module.parameters(), 0.1)
    generator = torch.Generator().manual_seed(0)
    module.train()
    for _ in range(3):
        x = torch.randn(16, *shape, generator=generator).to(memory_format=torch.channels_last)
        loss = nn.functional.cross_entropy(module(x), torch.arange(16) % len(contract.classes))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return module


GREY = InputContract(
    size=(28, 28), channels=1, mean=(0.1,), std=(0.3,), classes=tuple("0123456789")
)


@pytest.mark.parametrize("channels_last", [True, False])
@pytest.mark.parametrize(
    ("net", "contract"), [(NET, CONTRACT), ("lenet5", GREY), ("flatten-fc3", CONTRACT)]
)
def test_a_reloaded_net_answers_bit_for_bit(
    tmp_path: Path, net: str, contract: InputContract, channels_last: bool
) -> None:
    from svertka.nets.catalogue import find

    text = find(net)
    module = _trained(text, contract, channels_last)
    x = _pictures(300, contract)
    before = Predictor(module, contract).logits(x)
    folder = RunFolder.create("d", root=tmp_path)
    folder.save_model(module.state_dict(), _card(text, contract))
    for _ in range(2):
        again = Predictor.open(folder.path)
        assert np.array_equal(again.logits(x), before)
    assert np.array_equal(again.probabilities(x), softmax(before))


@pytest.mark.parametrize(("views", "count"), [("mirrored", 2), ("shifted", 3), ("both", 6)])
def test_answers_to_several_views_are_averaged_and_reloaded(
    tmp_path: Path, views: Views, count: int
) -> None:
    """Against a plain predictor that is shown each view as a picture of its own."""
    module, x = _trained(NET, CONTRACT), _pictures(300)
    apart = [Predictor(module, CONTRACT).logits(view) for view in views_of(x, views)]
    assert len(apart) == count
    got = Predictor(module, CONTRACT, views=views).logits(x)
    assert np.allclose(got, np.mean(np.array(apart, np.float64), axis=0), atol=1e-6)
    assert not np.allclose(got, apart[0], atol=1e-3)
    folder = RunFolder.create("d", root=tmp_path)
    card = _card(NET, CONTRACT).model_copy(update={"views": views})
    folder.save_model(module.state_dict(), card)
    assert np.array_equal(Predictor.open(folder.path).logits(x), got)


def test_a_picture_and_its_mirror_get_one_answer() -> None:
    predictor = Predictor(_trained(NET, CONTRACT), CONTRACT, views="mirrored")
    x = _pictures(20)
    assert np.array_equal(predictor.logits(x), predictor.logits(x[:, :, ::-1]))


def test_nothing_but_the_two_files_is_needed(tmp_path: Path) -> None:
    folder = RunFolder.create("d", root=tmp_path)
    module = _trained(NET, CONTRACT)
    folder.save_model(module.state_dict(), _card(NET, CONTRACT))
    assert sorted(path.name for path in folder.path.iterdir()) == [
        "model.json",
        "model.safetensors",
    ]
    assert Predictor.open(str(folder.path)).classes == ("a", "b", "c")


def test_equal_to_a_plain_loop_in_double_precision() -> None:
    """Normalisation, network and softmax written out by hand, in float64, one picture at a time."""
    module = _trained(NET, CONTRACT)
    x = _pictures(20)
    got = Predictor(module, CONTRACT).probabilities(x)
    plain = build(resolve(NET, input=(3, 12, 12), classes=3)).double().eval()
    plain.load_state_dict(module.state_dict())
    for picture, row in zip(x, got, strict=True):
        scaled = (picture / 255.0 - np.array(CONTRACT.mean)) / np.array(CONTRACT.std)
        with torch.no_grad():
            logits = plain(torch.from_numpy(scaled).permute(2, 0, 1)[None])[0].numpy()
        expected = np.exp(logits) / np.exp(logits).sum()
        assert np.allclose(row, expected, atol=1e-5)


def test_the_module_is_left_as_it_was() -> None:
    module = _trained(NET, CONTRACT)
    frozen = next(part for part in module.modules() if isinstance(part, nn.BatchNorm2d))
    frozen.eval()
    modes = [part.training for part in module.modules()]
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    Predictor(module, CONTRACT).logits(_pictures(5))
    assert [part.training for part in module.modules()] == modes
    assert True in modes
    assert False in modes
    for name, tensor in module.state_dict().items():
        assert torch.equal(tensor, before[name])


def test_it_sees_the_weights_of_the_moment_and_no_one_s_switches() -> None:
    for channels_last in (True, False):
        module = _trained(NET, CONTRACT, channels_last)
        predictor = Predictor(module, CONTRACT)
        x = _pictures(5)
        before = predictor.logits(x)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            assert np.array_equal(predictor.logits(x), before)
        torch.set_float32_matmul_precision("medium")
        try:
            assert np.array_equal(predictor.logits(x), before)
            assert torch.get_float32_matmul_precision() == "medium"
        finally:
            torch.set_float32_matmul_precision("highest")
        with torch.no_grad():
            for tensor in module.parameters():
                tensor.mul_(1.5)
        assert not np.allclose(predictor.logits(x), before)


def test_batches_change_nothing_but_rounding() -> None:
    module = _trained(NET, CONTRACT)
    x = _pictures(33)
    whole = Predictor(module, CONTRACT).logits(x)
    for batch in (1, 8, 33):
        parts = Predictor(module, CONTRACT, batch=batch).logits(x)
        assert np.allclose(parts, whole, atol=1e-5)
    assert Predictor(module, CONTRACT).logits(x[:0]).shape == (0, 3)


def test_softmax_survives_any_logits() -> None:
    logits = np.array([[1e30, -1e30, 0], [-1e30] * 3, [88.8, 89, 0]], np.float32)
    p = softmax(logits)
    assert np.allclose(p.sum(axis=1), 1)
    assert np.allclose(p, torch.softmax(torch.from_numpy(logits).double(), 1).numpy())


@pytest.mark.parametrize(
    "x",
    [
        np.zeros((2, 12, 12, 1), np.uint8),
        np.zeros((12, 12, 3), np.uint8),
        np.zeros((2, 12, 13, 3), np.uint8),
        np.zeros((2, 12, 12, 3), np.float32),
    ],
)
def test_a_wrong_array_is_named(x: np.ndarray) -> None:
    module = build(resolve(NET, input=(3, 12, 12), classes=3))
    with pytest.raises(UsageError, match=r"takes uint8 of shape \(N, 12, 12, 3\)"):
        Predictor(module, CONTRACT).logits(x)


def test_files_and_folders(tmp_path: Path) -> None:
    module = _trained(NET, CONTRACT)
    x = _pictures(4)
    places = [tmp_path / "in" / f"{i}.png" for i in range(4)]
    (tmp_path / "in").mkdir()
    for picture, place in zip(x, places, strict=True):
        Image.fromarray(picture).save(place)
    (tmp_path / "in" / "broken.png").write_bytes(b"")
    predictor = Predictor(module, CONTRACT)
    from_files = predictor.predict(tmp_path / "in")
    from_array = predictor.predict(x)
    assert from_files.labels == from_array.labels
    assert np.array_equal(from_files.probabilities, from_array.probabilities)
    assert [Path(name).name for name in from_files.ids] == [place.name for place in places]
    assert len(from_files.problems) == 1
    assert "broken.png" in str(from_files.problems[0])
    one = predictor.predict([places[2]])
    assert one.labels == from_array.labels[2:3]
    for place in places:
        place.write_text("no picture")
    with pytest.raises(DataError, match=r"(?s)No picture can be read:.*broken\.png"):
        predictor.predict(tmp_path / "in")


def test_arrays_in_every_form_and_file(tmp_path: Path) -> None:
    predictor = Predictor(_trained("flatten-fc10", GREY), GREY)
    x = _pictures(6, GREY)
    expected = predictor.probabilities(x)
    forms = [x, x[..., 0], x.reshape(6, 784), x.astype(np.float64), np.repeat(x, 3, axis=-1)]
    for form in forms:
        assert np.array_equal(predictor.predict(form).probabilities, expected)
    bigger = np.repeat(np.repeat(x, 2, axis=1), 2, axis=2)
    assert "resized from 56x56 to 28x28" in str(predictor.predict(bigger))
    np.save(tmp_path / "a.npy", x)
    np.savez(tmp_path / "b.npz", x_test=x[:2], y_test=np.zeros(2), x_train=x[2:])
    np.savez(tmp_path / "c.npz", anything=x)
    for name in "a.npy", "c.npz":
        found = predictor.predict(tmp_path / name)
        assert np.array_equal(found.probabilities, expected)
        assert found.ids == tuple("012345")
    both = predictor.predict(str(tmp_path / "b.npz"))
    assert both.ids == ("train/0", "train/1", "train/2", "train/3", "test/0", "test/1")
    assert np.array_equal(both.probabilities, expected[[2, 3, 4, 5, 0, 1]])
    Image.fromarray(x[0, ..., 0]).save(tmp_path / "p.png")
    mixed = predictor.predict([tmp_path / "p.png", tmp_path / "a.npy"])
    assert mixed.ids == (*(f"{tmp_path}/a.npy/{i}" for i in range(6)), f"{tmp_path}/p.png")
    assert np.array_equal(mixed.probabilities, expected[[0, 1, 2, 3, 4, 5, 0]])


def test_bad_arrays_are_named(tmp_path: Path) -> None:
    predictor = Predictor(_trained("flatten-fc10", GREY), GREY)
    np.savez(tmp_path / "labels.npz", y=np.zeros(2), z=np.zeros(2))
    np.save(tmp_path / "objects.npy", np.array([{}], dtype=object), allow_pickle=True)
    (tmp_path / "broken.npz").write_bytes(b"PK\x03\x04")
    np.save(tmp_path / "none.npy", np.zeros((0, 28, 28), np.uint8))
    for name, fault in [
        ("labels.npz", "Expected one with pictures named x"),
        ("objects.npy", r"objects\.npy cannot .* not a plain array; Python objects are never"),
        ("broken.npz", r"broken\.npz cannot be read"),
        ("absent.npz", r"absent\.npz cannot be read"),
        ("none.npy", r"none\.npy holds no pictures"),
    ]:
        with pytest.raises(DataError, match=fault):
            predictor.predict(tmp_path / name)
    with pytest.raises(DataError, match="not finite"):
        predictor.predict(np.full((2, 28, 28), np.nan))


def test_weights_and_card_that_disagree(tmp_path: Path) -> None:
    folder = RunFolder.create("d", root=tmp_path)
    folder.save_model(_trained(NET, CONTRACT).state_dict(), _card("conv8-gap-fc3", CONTRACT))
    with pytest.raises(StoreError, match=r"model\.safetensors does not fit the net"):
        Predictor.open(folder)
    path = folder.path / "model.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"net": "conv8-nonsense"}))
    with pytest.raises(StoreError, match=r"(?s)model\.safetensors is wrong.*nonsense"):
        Predictor.open(folder)
