import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from svertka.data import AugmentPolicy, Dataset, Pictures, augment, policy_for
from svertka.data.contract import InputContract
from svertka.data.counter import AUGMENT, MIRROR, key, uniform

EVERYTHING = AugmentPolicy(
    shift=0.1,
    rotate=15,
    scale=0.2,
    shear=10,
    elastic=0.03,
    flip=True,
    erase=0.3,
    brightness=0.1,
    contrast=0.2,
    outside="reflection",
)


def pictures(n=12, shape=(14, 11, 3), seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, *shape), np.uint8)


def bend(x, policy, indices=None, seed=0, epoch=1):
    indices = np.arange(len(x)) if indices is None else indices
    return augment(x, seed=seed, epoch=epoch, indices=indices, policy=policy)


@settings(deadline=None, max_examples=40)
@given(
    rows=st.lists(st.integers(0, 299), min_size=1, max_size=70),
    outside=st.sampled_from(["border", "reflection", "fill"]),
    channels=st.sampled_from([1, 3]),
    epoch=st.integers(0, 2**40),
)
def test_a_picture_is_bent_alike_in_any_batch(rows, outside, channels, epoch):
    policy = EVERYTHING.model_copy(update={"outside": outside, "fill": 30.0})
    x = pictures(300, (9, 13, channels))
    whole = augment(x, seed=3, epoch=epoch, indices=np.arange(300), policy=policy)
    some = augment(x[rows], seed=3, epoch=epoch, indices=rows, policy=policy)
    assert torch.equal(some, whole[rows])


def test_threads_do_not_change_a_bit():
    x = pictures(64)
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        one = bend(x, EVERYTHING)
        torch.set_num_threads(2)
        assert torch.equal(bend(x, EVERYTHING), one)
    finally:
        torch.set_num_threads(threads)


def test_of_few_changes_each_picture_gets_so_many_and_all_are_as_likely():
    """Picture by picture against policies in which the other changes are switched off."""
    names = ("rotate", "scale", "shear", "elastic", "erase", "brightness", "contrast")
    every = EVERYTHING.model_copy(update={"shift": 0.0, "flip": False})
    x = pictures(700)

    def only(*wanted: str, few: int = 0) -> torch.Tensor:
        off = {name: 0.0 for name in names if name not in wanted}
        return bend(x, every.model_copy(update=off | {"few": few}))

    def alike(one: torch.Tensor, other: torch.Tensor) -> np.ndarray:
        return ((one - other).abs().amax(dim=(1, 2, 3)) < 0.05).numpy()

    one = only(*names, few=1)
    found = np.array([alike(one, only(name)) for name in names])
    assert found.any(axis=0).all()
    assert np.abs(found.sum(axis=1) - 100).max() < 40  # four standard errors; some look alike
    pairs = only("rotate", "contrast", "erase", few=2)
    twos = [("rotate", "contrast"), ("rotate", "erase"), ("contrast", "erase")]
    assert np.array([alike(pairs, only(*two)) for two in twos]).any(axis=0).all()
    assert torch.equal(only(*names, few=7), only(*names))
    assert torch.equal(only("rotate", few=3), only("rotate"))


def test_few_changes_are_the_same_in_any_batch():
    policy = EVERYTHING.model_copy(update={"few": 2})
    x, rows = pictures(60), [3, 40, 41, 7]
    assert torch.equal(bend(x[rows], policy, rows), bend(x, policy)[rows])


def test_seed_epoch_and_index_all_matter():
    x = pictures(1)
    results = {
        bend(x, EVERYTHING, [index], seed, epoch).numpy().tobytes()
        for index in (0, 1)
        for seed in (0, 1)
        for epoch in (0, 1)
    }
    assert len(results) == 8


def test_no_policy_changes_nothing():
    x = pictures()
    assert torch.equal(bend(x, AugmentPolicy()), torch.from_numpy(x).float())


def test_shift_alone_moves_whole_pixels():
    x = np.zeros((200, 10, 10, 1), np.uint8)
    x[:, 5, 4] = 255
    moved = bend(x, AugmentPolicy(shift=0.2, outside="fill")).numpy()[..., 0]
    places = {tuple(np.argwhere(m > 254)[0]) for m in moved}
    assert places == {(5 + dy, 4 + dx) for dy in range(-2, 3) for dx in range(-2, 3)}
    assert (moved.sum(axis=(1, 2)) == 255).all()


@pytest.mark.parametrize("outside", ["border", "reflection", "fill"])
@pytest.mark.parametrize("shape", [(9, 14, 3), (12, 7, 1)])
def test_moving_agrees_with_torchs_own_sampling_and_with_padding(shape, outside):
    height, width, channels = shape
    x, n = pictures(60, shape), 60
    policy = AugmentPolicy(shift=0.6, flip=True, outside=outside, fill=31.5)
    draws = 2 * uniform(key(AUGMENT, 0, 1), np.arange(n), 6) - 1
    draws[:, 5] = uniform(key(MIRROR, 0), np.arange(n), 1)[:, 0] - 0.5  # of the first epoch
    moves = np.rint(0.6 * draws[:, 3:5] * (width, height)).astype(int)
    bent = bend(x, policy)
    assert bent.dtype == (torch.float32 if outside == "fill" else torch.uint8)

    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0] = torch.from_numpy(np.where(draws[:, 5] < 0, -1.0, 1.0))
    theta[:, 1, 1] = 1
    theta[:, :, 2] = torch.from_numpy(moves * (2 / width, 2 / height))
    grid = functional.affine_grid(theta, [n, channels, height, width], align_corners=False)
    planes = torch.from_numpy(x).permute(0, 3, 1, 2).float()
    mode = "zeros" if outside == "fill" else outside
    lift = 31.5 if outside == "fill" else 0.0
    sampled = functional.grid_sample(planes - lift, grid, padding_mode=mode, align_corners=False)
    assert torch.allclose(bent.float(), (sampled + lift).permute(0, 2, 3, 1), atol=0.01)

    how = {"border": "edge", "reflection": "symmetric", "fill": "constant"}[outside]
    value = {"constant_values": 31.5} if outside == "fill" else {}
    for picture, (dx, dy), draw, result in zip(x, moves, draws, bent.numpy(), strict=True):
        room = ((height, height), (width, width), (0, 0))
        wide = np.pad(picture.astype(np.float32), room, mode=how, **value)
        seen = wide[height + dy : 2 * height + dy, width + dx : 2 * width + dx]
        if draw[5] < 0:
            # read from the right end to the left one, of a window moved by dx
            seen = seen[:, ::-1]
        assert np.array_equal(result, seen)


def test_a_large_picture_is_a_piece_of_what_was_kept_around_it():
    x, n = pictures(12, (80, 76, 3)), 12
    options = {"seed": 0, "epoch": 1, "indices": np.arange(n), "margin": (4, 5)}
    bent = augment(x, policy=AugmentPolicy(shift=0.05, flip=True), **options)
    draws = 2 * uniform(key(AUGMENT, 0, 1), np.arange(n), 6) - 1
    draws[:, 5] = uniform(key(MIRROR, 0), np.arange(n), 1)[:, 0] - 0.5  # of the first epoch
    moves = np.rint(0.05 * draws[:, 3:5] * (66, 72)).astype(int)
    assert moves.any(axis=0).all()
    assert (np.abs(moves) <= (5, 4)).all()
    for picture, (dx, dy), draw, result in zip(x, moves, draws, bent.numpy(), strict=True):
        seen = picture[4 + dy : 76 + dy, 5 + dx : 71 + dx]
        assert np.array_equal(result, seen[:, ::-1] if draw[5] < 0 else seen)
    # beyond the margin, what is outside comes in; one such picture is enough
    far = AugmentPolicy(shift=0.2, outside="fill", fill=9.5)
    assert (augment(x, policy=far, **options) == 9.5).any()


def test_flip_mirrors_about_half_of_the_pictures_exactly():
    x = pictures(400, (5, 8, 1))
    bent = bend(x, AugmentPolicy(flip=True)).numpy()
    same = (bent == x).all(axis=(1, 2, 3))
    mirrored = (bent == x[:, :, ::-1]).all(axis=(1, 2, 3))
    assert (same | mirrored).all()
    assert 150 < mirrored.sum() < 250


def test_flip_shows_each_picture_either_way_in_turn():
    x = pictures(100, (5, 8, 1))
    policy = AugmentPolicy(flip=True)
    first, second, third = (bend(x, policy, epoch=epoch).numpy() for epoch in (1, 2, 3))
    assert np.array_equal(second, first[:, :, ::-1])
    assert np.array_equal(third, first)
    assert not np.array_equal(bend(x, policy, seed=1).numpy(), first)


def test_rotation_agrees_with_scikit_image():
    from skimage.transform import AffineTransform, warp

    from svertka.data.augmentation import _affine

    height, width = 20, 30
    rows, columns = np.mgrid[:height, :width]
    x = (127 + 90 * np.sin(rows / 5.0) * np.cos(columns / 7.0)).astype(np.uint8)[None, ..., None]
    policy = AugmentPolicy(rotate=25, scale=0.2, shear=12, shift=0.1, outside="fill")
    draws = 2 * uniform(key(AUGMENT, 0, 1), [9], 11) - 1
    # Ours reads in coordinates -1..1; scikit-image's inverse map works in pixel centres.
    to_unit = np.array([[2 / width, 0, 1 / width - 1], [0, 2 / height, 1 / height - 1], [0, 0, 1]])
    ours = np.vstack([_affine(draws, np.zeros(1, bool), policy, height, width)[0], [0, 0, 1]])
    pixels = np.linalg.inv(to_unit) @ ours @ to_unit
    # In pixels the map is a turn, a stretch and a slant: its determinant is the scale squared.
    factor = np.exp(-np.log1p(0.2) * draws[0, 1])
    assert np.linalg.det(pixels[:2, :2]) == pytest.approx(factor**2, rel=1e-5)
    assert np.hypot(*pixels[:2, 0]) == pytest.approx(factor, rel=1e-5)
    expected = warp(x[0, ..., 0].astype(float), AffineTransform(pixels), order=1, cval=0)
    got = bend(x, policy, [9]).numpy()[0, ..., 0]
    inside = expected[3:-3, 3:-3] > 1
    assert inside.mean() > 0.5
    assert np.abs(got - expected)[3:-3, 3:-3][inside].max() < 0.01


def test_erase_leaves_the_rest_alone():
    x = pictures(50, (20, 20, 1)).clip(1)
    bent = bend(x, AugmentPolicy(erase=0.5, fill=0.0)).numpy()
    erased = bent == 0
    assert np.array_equal(bent[~erased], x[~erased].astype(np.float32))
    assert erased.mean(axis=(1, 2, 3)).max() == pytest.approx(0.25, abs=0.06)
    # Along a side of length 1 a stretch of s around a uniform middle keeps s - s^2 / 4 inside.
    assert erased.mean() == pytest.approx((0.5 - 0.25 / 4) ** 2, abs=0.05)


def test_light_changes_stay_in_range():
    bent = bend(pictures(), AugmentPolicy(brightness=1, contrast=1))
    assert float(bent.min()) >= 0
    assert float(bent.max()) <= 255


def test_a_policy_refuses_unknown_and_senseless_values():
    with pytest.raises(ValueError, match="rotatte"):
        AugmentPolicy(rotatte=3)
    with pytest.raises(ValueError, match="less than or equal"):
        AugmentPolicy(shift=2)


def test_bent_pictures_stay_as_they_were_when_this_was_written():
    # A run that resumes under a newer version must meet the same pictures.
    bent = bend(pictures(4), EVERYTHING.model_copy(update={"erase": 0.0})).numpy()
    assert np.allclose(bent[0, 3, 2:5, 0], [125.565, 21.085, 114.726], atol=0.05)


def dataset(channels, size, flip, count=1):
    ids = tuple(map(str, range(count)))
    part = Pictures(np.zeros((count, *size, channels), np.uint8), [0] * count, ids)
    contract = InputContract(
        size=size, channels=channels, mean=(0.5,) * channels, std=(1,) * channels, classes=("a",)
    )
    return Dataset("n", "s", part, part, None, contract, flip=flip)


def test_defaults_follow_the_pictures():
    assert not policy_for(dataset(1, (28, 28), flip=False)).flip
    assert policy_for(dataset(1, (28, 28), flip=True)).flip
    assert policy_for(dataset(1, (28, 28), flip=True)).bends
    assert not policy_for(dataset(1, (28, 28), flip=True, count=20_001)).bends
    small = policy_for(dataset(3, (32, 32), flip=True))
    assert small.flip
    assert not small.bends
    assert policy_for(dataset(3, (128, 128), flip=True)).bends
    assert not policy_for(dataset(3, (32, 32), flip=False)).flip
