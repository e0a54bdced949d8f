"""The learning rate as a pure function of the step, so that a resumed run meets the same one."""

from __future__ import annotations

import math

from svertka.train.recipe import Recipe


def learning_rate(step: int, steps: int, recipe: Recipe) -> float:
    """The rate of ``step`` (from 0) of ``steps``: a straight warm-up, then half a cosine to zero.

    Source: SGDR without restarts (Loshchilov and Hutter 2017), warm-up of Goyal et al. 2017.

    >>> recipe = Recipe(epochs=1, learning_rate=0.1, warmup=0.5)
    >>> [round(learning_rate(step, 4, recipe), 3) for step in range(4)]
    [0.025, 0.075, 0.085, 0.015]
    """
    # The middle of the step: neither the first nor the last step is wasted on a rate of zero.
    at = (step + 0.5) / steps
    if at < recipe.warmup:
        return recipe.learning_rate * at / recipe.warmup
    progress = (at - recipe.warmup) / (1.0 - recipe.warmup)
    return recipe.learning_rate * 0.5 * (1.0 + math.cos(math.pi * progress))
