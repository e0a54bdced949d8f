"""The area under the ROC curve, each class against the rest, and what each picture does to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Ints = npt.NDArray[np.int64]

EXACT = 50_000  # probabilities; of more of them a draw of the bootstrap takes the linear part


@dataclass(frozen=True, eq=False)
class Ranking:
    """The mean of the classes' areas: ``value``, nan where the pictures are all of one class.

    A class's area is the chance that one of its pictures is given a higher probability of it than
    a picture of another class, ties counting half. Classes without pictures, and without pictures
    of others, are left out; ``own`` (K,) are the areas, nan for those.
    ``pull`` (N,) is the derivative by how often each picture counts, so that the sum of its
    squares is the variance (DeLong, DeLong and Clarke-Pearson 1988). One against the rest:
    Provost and Domingos 2000.
    """

    value: float
    own: npt.NDArray[np.float64]
    pull: npt.NDArray[np.float64]
    ranked: tuple[_Ranked, ...]

    @classmethod
    def of(cls, p: Floats, truth: Ints) -> Ranking:
        """The ranking of probabilities ``p`` (N, K) and classes ``truth`` (N)."""
        return cls.of_labels(p, truth[:, None] == np.arange(p.shape[1]))

    @classmethod
    def of_labels(cls, p: Floats, truth: npt.NDArray[np.bool_]) -> Ranking:
        """The ranking of probabilities ``p`` (N, K) and labels ``truth`` (N, K)."""
        present = np.flatnonzero(truth.any(axis=0) & ~truth.all(axis=0))
        own, pull, ranked = np.full(p.shape[1], np.nan), np.zeros(len(p)), []
        for k in present:
            one = _Ranked.of(p[:, k], truth[:, k])
            own[k], own_pull = one.area_and_pull()
            pull += own_pull / len(present)
            if p.size <= EXACT:
                ranked.append(one)
        value = float(own[present].mean()) if len(present) else np.nan
        return cls(value, own, pull, tuple(ranked))

    def area(self, times: npt.NDArray[np.float64]) -> float:
        """The value when picture i counts ``times[i]`` times, ``times`` summing to N.

        Of very many pictures it is the linear part: another draw moves that by far more than
        what it leaves out. A draw of one class alone has no area and gives the value itself.
        """
        if not self.ranked:
            return float(np.minimum(1.0, self.value + (times - 1) @ self.pull))  # nan stays nan
        areas = [area for one in self.ranked if (area := one.area(times)) is not None]
        return float(np.mean(areas)) if areas else self.value


@dataclass(frozen=True, eq=False)
class _Ranked:
    """One class: ``own`` tells its pictures; ``low`` and ``high`` how many pictures have a lower
    probability of it than each picture, and how many no higher one."""

    own: npt.NDArray[np.bool_]
    order: Ints
    low: Ints
    high: Ints

    @classmethod
    def of(cls, column: Floats, own: npt.NDArray[np.bool_]) -> _Ranked:
        order = np.argsort(column)
        ranked = column[order]
        low, high = (np.searchsorted(ranked, column, side) for side in ("left", "right"))
        return cls(own, order, low, high)

    def area(self, times: npt.NDArray[np.float64]) -> float | None:
        below = self._below(times * ~self.own)
        weights = times * self.own
        pairs = weights.sum() * below[-1]
        middle = below[self.low] + below[self.high]
        return float(weights @ middle) / (2 * pairs) if pairs else None

    def area_and_pull(self) -> tuple[float, npt.NDArray[np.float64]]:
        """The area, and its derivative by how often each picture counts."""
        others, owns = self._below(~self.own), self._below(self.own)
        wins = (others[self.low] + others[self.high]) / (2 * others[-1])
        losses = (owns[self.low] + owns[self.high]) / (2 * owns[-1])
        share = np.where(self.own, wins, 1 - losses)
        area = float(share[self.own].mean())
        return area, (share - area) / np.where(self.own, owns[-1], others[-1])

    def _below(self, weights: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
        """The weight of the first 0, 1, ..., N pictures in order."""
        return np.concatenate([[0.0], np.cumsum(weights[self.order], dtype=np.float64)])
