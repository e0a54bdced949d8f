"""Average precision of each label, and what each picture does to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from svertka.evaluate.ranking import EXACT

Floats = npt.NDArray[np.floating]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Precision:
    """The mean of the labels' average precision: ``value``, nan where no picture has a label.

    A label's average precision is the mean, over the pictures that have it, of the share of such
    pictures among all that are given it with at least the same probability: the area under
    precision and recall, without interpolation. Labels that no picture has are left out. ``own``
    (K,) is each label's, nan for those; ``pull`` (N,) is the derivative by how often each picture
    counts, as in `svertka.evaluate.ranking`.
    """

    value: float
    own: npt.NDArray[np.float64]
    pull: npt.NDArray[np.float64]
    ordered: tuple[_Ordered, ...]

    @classmethod
    def of(cls, p: Floats, truth: Flags) -> Precision:
        """The precision of probabilities ``p`` (N, K) and labels ``truth`` (N, K)."""
        own = np.full(p.shape[1], np.nan)
        pull, ordered = np.zeros(len(p)), []
        present = np.flatnonzero(truth.any(axis=0))
        for k in present:
            one = _Ordered.of(p[:, k], truth[:, k])
            own[k], own_pull = one.mean_and_pull()
            pull += own_pull / len(present)
            if p.size <= EXACT:
                ordered.append(one)
        return cls(
            float(own[present].mean()) if len(present) else np.nan, own, pull, tuple(ordered)
        )

    def mean(self, times: npt.NDArray[np.float64]) -> float:
        """The value when picture i counts ``times[i]`` times, ``times`` summing to N.

        Of very many pictures it is the linear part. A draw without a label gives the value itself.
        """
        if not self.ordered:
            return float(np.clip(self.value + (times - 1) @ self.pull, 0.0, 1.0))  # nan stays nan
        means = [mean for one in self.ordered if (mean := one.mean(times)) is not None]
        return float(np.mean(means)) if means else self.value


@dataclass(frozen=True, eq=False)
class _Ordered:
    """One label, by falling probability: ``own`` tells its pictures in that ``order``, ``ends`` how
    many pictures have at least the probability of each."""

    order: Ints
    own: Flags
    ends: Ints

    @classmethod
    def of(cls, column: Floats, own: Flags) -> _Ordered:
        order = np.argsort(-column, kind="stable")
        ranked = -column[order]
        return cls(order, own[order], np.searchsorted(ranked, ranked, side="right"))

    def mean(self, times: npt.NDArray[np.float64]) -> float | None:
        weights = times[self.order]
        own, hits, given = self._up_to_each(weights)
        total = float(own.sum())
        return float(own @ (hits / np.maximum(given, 1e-300))) / total if total else None

    def mean_and_pull(self) -> tuple[float, npt.NDArray[np.float64]]:
        """The average precision, and its derivative by how often each picture counts."""
        own, hits, given = self._up_to_each(np.ones(len(self.order)))
        total, share = own.sum(), hits / given
        mean = float(own @ share) / total
        # A picture stands among those counted at every place from its own probability down.
        begin = np.searchsorted(self.ends, self.ends, side="left")
        gain = _down_from(own / given)[begin]
        loss = _down_from(own * share / given)[begin]
        pull = np.empty(len(self.order))
        pull[self.order] = (own * (share - mean + gain) - loss) / total
        return mean, pull

    def _up_to_each(self, weights: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], ...]:
        """The weight of each picture with the label; of all such, and of all, up to it."""
        own = weights * self.own
        hits, given = np.cumsum(own)[self.ends - 1], np.cumsum(weights)[self.ends - 1]
        return own, hits, given


def _down_from(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The sum of each value and all that follow."""
    return np.asarray(np.cumsum(values[::-1])[::-1])
