import threading

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from svertka.data import AugmentPolicy, Pictures, ahead, augment, batch_rows, load, order, to_tensor
from svertka.data.contract import InputContract
from svertka.data.counter import key, splitmix64, uniform

CONTRACT = InputContract(
    size=(6, 5), channels=3, mean=(0.2, 0.5, 0.7), std=(0.1, 0.25, 0.3), classes=("a", "b")
)


def some(n=20):
    x = np.random.default_rng(1).integers(0, 256, (n, 6, 5, 3), np.uint8)
    return Pictures(x, np.arange(n) % 2, tuple(map(str, range(n))))


def test_splitmix_gives_the_published_sequence():
    # The reference implementation, seed 1234567 (Vigna, splitmix64.c).
    state = np.uint64(1234567)
    step = 0x9E3779B97F4A7C15
    got = [
        int(splitmix64(np.array([(int(state) + i * step) % 2**64], np.uint64))[0]) for i in range(5)
    ]
    assert got == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


def test_uniform_is_uniform_and_uncorrelated():
    draws = uniform(key(5), np.arange(20_000), 6)
    assert draws.min() >= 0
    assert draws.max() < 1
    counts = np.stack([np.histogram(column, 20, (0, 1))[0] for column in draws.T])
    chi_square = ((counts - 1000) ** 2 / 1000).sum(axis=1)
    assert chi_square.max() < 50  # 19 degrees of freedom: beyond 50 once in 10,000
    neighbours = np.corrcoef(np.column_stack([draws[:-1], draws[1:]]).T) - np.eye(12)
    assert np.abs(neighbours).max() < 0.04


@given(st.integers(-(2**63), 2**63), st.integers(0, 10**6), st.integers(0, 300))
def test_order_is_a_permutation(seed, epoch, n):
    rows = order(seed, epoch, n)
    assert sorted(rows.tolist()) == list(range(n))
    assert np.array_equal(rows, order(seed, epoch, n))


def test_order_depends_on_seed_and_epoch():
    orders = {order(seed, epoch, 50).tobytes() for seed in range(4) for epoch in range(4)}
    assert len(orders) == 16


@pytest.mark.parametrize(("n", "sizes"), [(10, [4, 4]), (8, [4, 4]), (3, [3]), (4, [4])])
def test_batches_are_whole(n, sizes):
    batches = batch_rows(n, size=4, seed=0, epoch=1)
    assert [len(rows) for rows in batches] == sizes
    assert np.array_equal(np.concatenate(batches), order(0, 1, n)[: sum(sizes)])


def test_to_tensor_is_the_textbook_formula_in_channels_last_memory():
    x = some().x
    tensor = to_tensor(x, CONTRACT)
    expected = (x / 255.0 - CONTRACT.mean) / CONTRACT.std
    assert tensor.dtype == torch.float32
    assert tensor.shape == (20, 3, 6, 5)
    assert tensor.is_contiguous(memory_format=torch.channels_last)
    assert np.allclose(tensor.numpy(), expected.transpose(0, 3, 1, 2), atol=1e-5)


def test_to_tensor_is_bitwise_the_same_for_every_form_and_batch():
    x = some(37).x
    whole = to_tensor(x, CONTRACT)
    floats = x.astype(np.float32)
    assert torch.equal(to_tensor(floats, CONTRACT), whole)
    assert np.array_equal(floats, x), "what is given is left as it is"
    assert torch.equal(to_tensor(torch.from_numpy(x), CONTRACT), whole)
    assert torch.equal(torch.cat([to_tensor(x[i : i + 1], CONTRACT) for i in range(37)]), whole)
    assert torch.equal(to_tensor(x[::2], CONTRACT), whole[::2])


def test_arrays_that_cannot_be_written_are_taken(tmp_path):
    np.save(tmp_path / "x.npy", some().x)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    whole = to_tensor(some().x, CONTRACT)
    assert torch.equal(to_tensor(mapped, CONTRACT), whole)
    assert torch.equal(to_tensor(some().x[::-1, ::-1], CONTRACT), whole.flip(0, 2))
    kept = mapped.copy()
    kept.flags.writeable = False
    bent = augment(kept, seed=0, epoch=0, indices=range(20), policy=AugmentPolicy(contrast=0.5))
    assert bent.shape == mapped.shape
    assert np.array_equal(kept, mapped)


def test_load_reads_the_rows_it_is_given():
    data = some()
    x, y = load(data, np.array([3, 3, 19]), CONTRACT)
    assert torch.equal(x, to_tensor(data.x[[3, 3, 19]], CONTRACT))
    assert y.tolist() == [1, 1, 1]
    bent, _ = load(data, np.array([3]), CONTRACT, epoch=2, policy=AugmentPolicy(rotate=30))
    assert not torch.equal(bent, x[:1])


def test_ahead_keeps_order_and_stops_with_its_reader():
    before = threading.active_count()
    stream = ahead(iter(range(10**9)), depth=3)
    assert [next(stream) for _ in range(5)] == [0, 1, 2, 3, 4]
    stream.close()
    assert threading.active_count() == before


def test_ahead_raises_what_its_maker_raised():
    def broken():
        yield 1
        raise ZeroDivisionError("in the maker")

    stream = ahead(broken())
    assert next(stream) == 1
    with pytest.raises(ZeroDivisionError, match="in the maker"):
        next(stream)
