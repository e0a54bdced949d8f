"""A net with two layers of weights as in 1986, learned by all its pictures at once."""

from __future__ import annotations

import itertools
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating]
INPUTS = {"xor": 2, "parity": 4, "symmetry": 6}
# The step of learning, and within which range the first weights are drawn. For the symmetry both
# are the paper's.
WAYS = {"xor": (0.25, 1.0), "parity": (0.25, 1.0), "symmetry": (0.1, 0.3)}
MOST = 2000


def sigmoid(sums: Array) -> Array:
    return 1 / (1 + np.exp(-sums))


def with_one(values: Array) -> Array:
    """One more input that is always 1: its weights are the biases."""
    return np.hstack([values, np.ones((len(values), 1))])


def sweep(x: Array, wanted: Array, first: Array, second: Array) -> tuple[Array, Array, Array]:
    """Answers, and the gradients of L = ½ Σ (answer − wanted)² by both layers of weights."""
    hidden = sigmoid(with_one(x) @ first)
    answer = sigmoid(with_one(hidden) @ second)
    # Downstream = upstream x local, from the loss back to the weights.
    at_output = (answer - wanted) * answer * (1 - answer)
    at_hidden = np.outer(at_output, second[:-1]) * hidden * (1 - hidden)
    return answer, with_one(x).T @ at_hidden, with_one(hidden).T @ at_output


@lru_cache(maxsize=64)
def learn(task: str, hidden: int, start: int, most: int = MOST) -> tuple[Array, Array, Array]:
    """Weights of both layers, and what each sweep found: error and both gradients' norms."""
    x, wanted = pictures(task)
    step, wide = WAYS[task]
    random = np.random.default_rng(start)
    first = random.uniform(-wide, wide, (x.shape[1] + 1, hidden))
    second = random.uniform(-wide, wide, hidden + 1)
    moves, found = [np.zeros_like(first), np.zeros_like(second)], []
    for _ in range(most):
        answer, by_first, by_second = sweep(x, wanted, first, second)
        error = np.mean((answer - wanted) ** 2)
        found.append((error, np.linalg.norm(by_first), np.linalg.norm(by_second)))
        if np.abs(answer - wanted).max() < 0.2:
            break
        moves = [0.9 * moves[0] - step * by_first, 0.9 * moves[1] - step * by_second]
        first, second = first + moves[0], second + moves[1]
    return first, second, np.array(found).reshape(-1, 3)


def pictures(task: str) -> tuple[Array, Array]:
    """All rows of zeros and ones, and whether each is odd, or is its own mirror image."""
    x = np.array(list(itertools.product((0.0, 1.0), repeat=INPUTS[task])))
    return x, np.all(x == x[:, ::-1], axis=1) * 1.0 if task == "symmetry" else x.sum(axis=1) % 2
