"""Pictures kept a little larger than the network's input: by hand with Pillow, and everywhere."""

from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from svertka.data import (
    AugmentPolicy,
    Pictures,
    augment,
    load,
    open_data,
    open_in_form,
    open_like,
    read_pictures,
)
from svertka.data.arrays import fit_pictures
from svertka.data.contract import InputContract
from svertka.data.health_files import file_findings, survey
from svertka.data.layout import find_labelled
from svertka.data.packing import pack_folder
from svertka.grammar import resolve
from svertka.nets.build import build
from svertka.predict import Predictor

SIZE, MARGIN = (28, 20), (2, 3)
KEPT = (32, 26)
FORM = InputContract(
    size=SIZE,
    margin=MARGIN,
    channels=3,
    mean=(0.4, 0.5, 0.6),
    std=(0.2, 0.25, 0.3),
    classes=("cat", "dog"),
)


def photo(seed, size):
    """A smooth colour picture of (height, width), with some noise."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 256, (7, 5, 3)).astype(np.uint8))
    smooth = np.asarray(coarse.resize((size[1], size[0]), Image.Resampling.BICUBIC), np.int16)
    return np.clip(smooth + rng.integers(-20, 21, smooth.shape), 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two classes of ten pictures of different sizes, larger and smaller than the form."""
    root = tmp_path_factory.mktemp("photos")
    rng = np.random.default_rng(0)
    for seed in range(20):
        place = root / ("cat", "dog")[seed % 2]
        place.mkdir(exist_ok=True)
        size = tuple(int(side) for side in rng.integers(18, 150, 2))
        Image.fromarray(photo(seed, size)).save(place / f"{seed}.png")
    return root


def by_hand(path, fit="resize"):
    """A picture as it is kept, to one step of 255, and its middle."""
    with Image.open(path) as image:
        image.load()
    if fit == "crop":
        factor = min(image.width / KEPT[1], image.height / KEPT[0])
        wide, high = round(factor * KEPT[1]), round(factor * KEPT[0])
        left, top = (image.width - wide) // 2, (image.height - high) // 2
        image = image.crop((left, top, left + wide, top + high))
    kept = image.resize(KEPT[::-1], Image.Resampling.BILINEAR)
    seen = kept.crop((MARGIN[1], MARGIN[0], KEPT[1] - MARGIN[1], KEPT[0] - MARGIN[0]))
    return np.asarray(kept), np.asarray(seen)


def alike(one, other):
    """Whether pictures differ by one step at most, as two ways of rounding do."""
    return np.abs(one.astype(int) - other).max() <= 1


@pytest.mark.parametrize("fit", ["resize", "crop"])
def test_pictures_are_those_that_pillow_gives(folder, fit):
    form = FORM.model_copy(update={"fit": fit})
    for dataset in (open_in_form(folder, form), open_in_form(folder, form)):  # decoded, and kept
        assert (dataset.contract, dataset.train.margin) == (form, MARGIN)
        for part in (dataset.train, dataset.val, dataset.test):
            for row, name in enumerate(part.ids):
                kept, seen = by_hand(folder / name, fit)
                assert alike(part.take([row], whole=True)[0], kept)
                assert alike(part.take([row])[0], seen)
                assert np.array_equal(part.x[row], part.take([row])[0])
    files = sorted(folder.glob("*/*.png"))
    read, problems = read_pictures(files, form)
    assert not problems
    for path, picture in zip(files, read.x, strict=True):
        assert alike(picture, by_hand(path, fit)[1])


def test_every_way_to_an_answer_gives_the_same_bits(folder):
    dataset = open_in_form(folder, FORM)
    net = "conv8k3-bn-relu-gap-fc2"
    predictor = Predictor(build(resolve(net, input=(3, *SIZE), classes=2), seed=1), FORM)
    for part in (dataset.train, dataset.val, dataset.test):
        trained = predictor.probabilities(part)  # what training validates with
        again = open_like(folder, FORM).test
        rows = [again.ids.index(name) for name in part.ids]
        assert np.array_equal(predictor.probabilities(again.select(rows)), trained)
        paths = [folder / name for name in part.ids]
        assert np.array_equal(predictor.predict(paths).probabilities, trained)
        whole = part.take(range(len(part)), whole=True)
        assert np.array_equal(predictor.predict(whole).probabilities, trained)
        assert np.array_equal(predictor.predict(part.x).probabilities, trained)


@settings(deadline=None, max_examples=30)
@given(st.integers(3, 96), st.integers(3, 70), st.integers(0, 99), st.sampled_from([0, 1, 2, 5]))
def test_an_array_is_fitted_as_a_file_is(tmp_path_factory, height, width, seed, margin):
    contract = FORM.model_copy(update={"margin": (margin, 2 * margin)})
    x = photo(seed, (height, width))
    path = tmp_path_factory.mktemp("one") / "picture.png"
    Image.fromarray(x).save(path)
    if (height, width) != contract.size:  # an array of the network's size is taken as it is
        from_file = read_pictures(path, contract)[0].x
        from_array, notes = fit_pictures(x[None], contract)
        assert np.array_equal(from_array, from_file)
        assert len(notes) == int((height, width) != contract.kept)


@settings(deadline=None, max_examples=60)
@given(
    sides=st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(0, 4), st.integers(0, 4)),
    seed=st.integers(0, 10**6),
)
def test_without_a_policy_the_middle_is_seen_and_nothing_moves_it(sides, seed):
    height, width, down, across = sides
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 256, (5, height + 2 * down, width + 2 * across, 3), np.uint8)
    some = Pictures(x, np.arange(5), tuple("abcde"), margin=(down, across))
    seen = x[:, down : down + height, across : across + width]
    assert np.array_equal(some.x, seen)
    form = FORM.model_copy(update={"size": (height, width), "margin": (down, across)})
    plain, _ = load(some, np.arange(5), form)
    for policy in (AugmentPolicy(), AugmentPolicy(brightness=1e-9)):
        bent, _ = load(some, np.arange(5), form, seed=seed, epoch=1, policy=policy)
        assert torch.allclose(bent, plain, atol=1e-5)
    assert torch.equal(load(some, np.arange(5), form, policy=AugmentPolicy())[0], plain)


def test_training_sees_every_piece_and_its_mirror_image():
    x = np.random.default_rng(0).integers(0, 256, (3, 9, 8, 1), np.uint8)
    down, across = 2, 1
    height, width = 9 - 2 * down, 8 - 2 * across
    pieces = {}
    for i, top, left in product(range(3), range(2 * down + 1), range(2 * across + 1)):
        piece = x[i, top : top + height, left : left + width]
        pieces[piece.tobytes()] = (i, top, left, False)
        pieces[piece[:, ::-1].tobytes()] = (i, top, left, True)
    some = Pictures(x, np.arange(3), tuple("abc"), margin=(down, across))
    numbers = {"seed": 3, "policy": AugmentPolicy(shift=1 / 6, flip=True)}
    raw = some.take(range(3), whole=True)
    drawn = set()
    for epoch in range(400):
        bent = augment(raw, epoch=epoch, indices=range(3), margin=some.margin, **numbers)
        found = [pieces[piece.tobytes()] for piece in bent.numpy().astype(np.uint8)]
        assert [i for i, *_ in found] == [0, 1, 2]
        drawn.update(found)
        alone = augment(raw[1:2], epoch=epoch, indices=[1], margin=some.margin, **numbers)
        assert torch.equal(alone[0], bent[1])
    # A sixth of 5 rows and of 6 columns: one up, down, left and right of the middle.
    assert {(top, left) for _, top, left, _ in drawn} == set(product((1, 2, 3), (0, 1, 2)))
    assert {mirrored for *_, mirrored in drawn} == {False, True}


@pytest.mark.parametrize("outside", ["border", "reflection", "fill"])
def test_beyond_the_margin_the_policy_says_what_comes(outside):
    x = np.random.default_rng(1).integers(0, 256, (1, 8, 7, 3), np.uint8)
    policy = AugmentPolicy(shift=1.0, outside=outside, fill=9.0)
    mode = {"border": "edge", "reflection": "symmetric", "fill": "constant"}[outside]
    more = {"constant_values": 9} if outside == "fill" else {}
    far = np.pad(x[0], ((8, 8), (8, 8), (0, 0)), mode, **more)
    places = {
        far[top : top + 6, left : left + 5].tobytes()
        for top, left in product(range(1 + 8 - 6, 1 + 8 + 7), range(1 + 8 - 5, 1 + 8 + 6))
    }
    for epoch in range(50):
        bent = augment(x, seed=0, epoch=epoch, indices=[0], policy=policy, margin=(1, 1))
        assert bent.shape == (1, 6, 5, 3)
        assert bent[0].numpy().astype(np.uint8).tobytes() in places


@pytest.mark.parametrize(
    ("policy", "factor"),
    [({"rotate": 25}, 1.0), ({"rotate": 10, "shift": 0.05, "flip": True}, 1.0)],
)
def test_what_turns_in_comes_from_the_margin(policy, factor):
    """A ramp that is turned is a ramp of the same steepness, up to the corners."""
    down, across = np.mgrid[:60, :52].astype(np.float32)
    ramp = (100 + 0.75 * (down - 29.5) + 0.4 * (across - 25.5))[None, :, :, None]
    options = {"seed": 0, "indices": [0], "policy": AugmentPolicy(**policy)}
    for epoch in range(10):
        bent = augment(ramp, epoch=epoch, margin=(15, 15), **options)[0, :, :, 0].double().numpy()
        assert bent.shape == (30, 22)
        rise, run = np.diff(bent, axis=0), np.diff(bent, axis=1)
        assert np.allclose(rise, rise.mean(), atol=1e-3)
        assert np.allclose(run, run.mean(), atol=1e-3)
        steep = np.hypot(rise.mean(), run.mean())
        assert steep == pytest.approx(factor * np.hypot(0.75, 0.4), rel=1e-4)
        if "shift" not in policy:
            assert bent.mean() == pytest.approx(100, abs=1e-3)  # turned about the middle
        cut = augment(ramp[:, 15:-15, 15:-15], epoch=epoch, **options)[0, :, :, 0].double().numpy()
        inner = slice(12, 18), slice(8, 14)
        if "shift" not in policy:
            assert np.allclose(cut[inner], bent[inner], atol=1e-3)


def test_the_fingerprint_knows_the_margin(folder):
    keys = {
        open_in_form(folder, FORM.model_copy(update={"margin": margin, "size": size})).key
        for margin, size in [(MARGIN, SIZE), ((0, 0), KEPT), ((0, 0), SIZE), ((1, 1), (30, 24))]
    }
    assert len(keys) == 4


def test_arrays_of_another_size_keep_the_margin():
    x = np.stack([photo(seed, (50, 40)) for seed in range(8)])
    dataset = open_in_form((x, np.array(["cat", "dog"] * 4)), FORM, group="none")
    for part in (dataset.train, dataset.val, dataset.test):
        assert part.margin == MARGIN
        for row, name in enumerate(part.ids):
            image = Image.fromarray(x[int(name)]).resize(KEPT[::-1], Image.Resampling.BILINEAR)
            kept = part.take([row], whole=True)[0]
            assert alike(kept, np.asarray(image))
            seen = kept[2:-2, 3:-3]
            assert np.array_equal(part.x[row], seen)
            assert np.array_equal(fit_pictures(x[[int(name)]], FORM)[0][0], seen)


def test_arrays_of_the_size_of_the_network_need_no_margin():
    x = np.random.default_rng(0).integers(0, 256, (8, *SIZE, 3), np.uint8)
    dataset = open_in_form((x, np.array(["cat", "dog"] * 4)), FORM, group="none")
    assert dataset.train.margin == (0, 0)
    assert {len(picture) for picture in dataset.train.x} == {SIZE[0]}
    x, _ = load(dataset.train, np.arange(2), FORM, policy=AugmentPolicy(flip=True))
    assert x.shape == (2, 3, *SIZE)


def test_a_contract_of_before_has_no_margin():
    stored = FORM.model_dump(mode="json")
    del stored["margin"]
    before = InputContract.model_validate(stored)
    assert (before.margin, before.kept) == ((0, 0), SIZE)


def test_the_check_names_what_the_middle_loses(tmp_path):
    for seed in range(8):
        place = tmp_path / ("cat", "dog")[seed % 2]
        place.mkdir(exist_ok=True)
        x = np.full((64, 52, 3), 90, np.uint8)
        inside = (slice(2, 6), slice(1, 51)) if seed == 3 else (slice(28, 36), slice(20, 30))
        x[inside] = photo(seed, (64, 52))[inside]
        Image.fromarray(x).save(place / f"{seed}.png")
    found = survey(find_labelled(tmp_path))
    wide = FORM.model_copy(update={"margin": (4, 3)})
    (cut,) = [one for one in file_findings(found, wide) if one.kind == "cut"]
    assert [example.ids for example in cut.examples] == [("dog/3.png",)]
    bare = FORM.model_copy(update={"margin": (0, 0)})
    assert [one for one in file_findings(found, bare) if one.kind == "cut"] == []


@settings(
    deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, 4), st.integers(0, 4))
def test_mean_and_spread_are_of_what_is_kept(folder, down, across):
    form = FORM.model_copy(update={"margin": (down, across)})
    packed = pack_folder(folder, contract=form)
    assert packed.x.shape[1:3] == form.kept == (SIZE[0] + 2 * down, SIZE[1] + 2 * across)
    assert np.array_equal(packed.sums, packed.x.sum(axis=(1, 2), dtype=np.int64))


def test_a_plain_opening_keeps_no_margin(folder):
    assert open_data(folder).contract.margin == (0, 0)
