"""Data as the network sees it: the numbers before its last layer, as a map, as neighbours, and as
a list of what is probably wrong with the data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from svertka.data import Pictures
from svertka.data.likeness import identical, like_pairs
from svertka.errors import UsageError
from svertka.evaluate import Doubt, doubts
from svertka.look.subject import Many, Subject, as_subject
from svertka.look.watch import Call, layers_of, still, watch
from svertka.records import Record

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

_BATCH = 64
_PERPLEXITY = 30.0  # the usual one: how many neighbours a picture is placed by
_BEFORE = 50  # numbers that t-SNE starts from (van der Maaten and Hinton 2008)
_FLAT = 1e-12


class Features(NamedTuple):
    """What the last layer with weights, ``layer``, reads of N pictures: ``x`` (N, D), the mean over
    places where it has any; and the net's ``probabilities`` (N, K)."""

    layer: str
    x: Floats
    probabilities: Floats


@dataclass(frozen=True, eq=False)
class Embedding(Record):
    """N pictures of a part as points: ``features`` (N, D), ``pca`` (N, 2) with the shares of the
    variance that its axes show, ``explained`` (2,), and ``tsne`` (N, 2), None where not asked for.

    ``rows`` (N,) are the pictures' places in the part, ``y`` (N,) their class numbers, -1 where
    these are unknown or labels.
    """

    layer: str
    classes: tuple[str, ...]
    ids: tuple[str, ...]
    rows: Ints
    y: Ints
    probabilities: Floats
    features: Floats
    pca: Floats
    explained: Floats
    tsne: Floats | None = None

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def answers(self) -> Ints:
        """The class that the network gives each picture, or the surest label, (N,)."""
        answers: Ints = np.argmax(self.probabilities, axis=1)
        return answers

    def to_dict(self) -> dict[str, Any]:
        """The points as plain JSON types; the features themselves are left to the record."""
        return {
            "kind": "embedding",
            "layer": self.layer,
            "numbers": self.features.shape[1],
            "classes": list(self.classes),
            "ids": list(self.ids),
            "rows": self.rows.tolist(),
            "truth": self.y.tolist(),
            "answers": self.answers.tolist(),
            "confidence": self.probabilities.max(axis=1).tolist(),
            "pca": self.pca.tolist(),
            "explained": self.explained.tolist(),
            "tsne": None if self.tsne is None else self.tsne.tolist(),
        }

    def __str__(self) -> str:
        shown = 100 * float(self.explained.sum())
        return (
            f"{len(self):,} pictures as {self.features.shape[1]:,} numbers before {self.layer}; "
            f"two axes show {shown:.0f}% of their variance"
        )


@dataclass(frozen=True, eq=False)
class Nearest(Record):
    """The pictures nearest to one: their ``places`` (M,) in the embedding, nearest first, and
    ``cosine`` (M,), 1 for the same direction, 0 for nothing in common."""

    ids: tuple[str, ...]
    places: Ints
    cosine: Floats

    def to_dict(self) -> dict[str, Any]:
        """The neighbours as plain JSON types."""
        return {
            "kind": "nearest",
            "ids": list(self.ids),
            "places": self.places.tolist(),
            "cosine": self.cosine.tolist(),
        }

    def __str__(self) -> str:
        rows = zip(self.cosine.tolist(), self.ids, strict=True)
        return "\n".join(f"{cosine:.3f}  {name}" for cosine, name in rows)


@dataclass(frozen=True, eq=False)
class Suspects(Record):
    """What is probably wrong with the pictures of an embedding, the worst first.

    ``doubts`` are likely label errors, their ``index`` a place in the embedding; ``pairs`` (M, 2)
    are places of near-duplicates, ``distance`` (M,) that of their pixels' fingerprints (0 for equal
    ones) and ``cosine`` (M,) of what the network makes of them.
    """

    doubts: tuple[Doubt, ...]
    pairs: Ints
    distance: Floats
    cosine: Floats

    def to_dict(self) -> dict[str, Any]:
        """The suspects as plain JSON types."""
        return {
            "kind": "suspects",
            "doubts": [vars(doubt).copy() for doubt in self.doubts],
            "pairs": self.pairs.tolist(),
            "distance": self.distance.tolist(),
            "cosine": self.cosine.tolist(),
        }

    def __str__(self) -> str:
        return f"likely label errors: {len(self.doubts):,}, near-duplicates: {len(self.pairs):,}"


def features(source: Any, pictures: Many) -> Features:
    """What the last layer with weights reads of ``pictures``, and what the network answers.

    ``source`` and ``pictures`` are what `as_subject` and `Subject.batches` take. Raises
    ``UsageError`` where the network has no layer with weights.

    >>> net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(4, 3))
    >>> found = features(net, torch.ones(2, 1, 2, 2))
    >>> found.layer, found.x.shape, found.probabilities.shape
    ('1', (2, 4), (2, 3))
    """
    subject = as_subject(source)
    layer = ""
    read, answers = [], []
    for start, x in subject.batches(pictures, _BATCH):
        layer = last_layer(subject, x[:1]) if start == 0 else layer
        with still(subject.module), watch(subject.module, [layer], inputs=True) as calls:
            answers.append(subject.probabilities(subject.answer(x)))
        given = calls[layer].inputs[0].float()
        read.append((given.flatten(2).mean(2) if given.dim() > 2 else given).cpu().numpy())
    if not read:
        raise UsageError("There are no pictures to look at. Name data that has some.")
    return Features(layer, np.concatenate(read), np.concatenate(answers))


def last_layer(subject: Subject, x: torch.Tensor) -> str:
    """The path of the last layer with weights that the network runs on its input ``x``."""
    found: list[Call] = []
    wanted = [
        name
        for name in layers_of(subject.module)
        if any(w.dim() > 1 for w in subject.module.get_submodule(name).parameters())
    ]
    with still(subject.module), watch(subject.module, wanted, on_call=found.append):
        subject.answer(x)
    if not found:
        raise UsageError("The network has no layer with weights, so there is nothing before it.")
    return found[-1].name


def embed(
    source: Any, pictures: Pictures, *, most: int = 1000, tsne: bool = True, seed: int = 0
) -> Embedding:
    """``pictures`` as points of a plane by what the network makes of them; at most ``most``, evenly
    taken.

    PCA and t-SNE (van der Maaten and Hinton 2008; of the first 50 principal components, begun at
    the first two) are scikit-learn's. In t-SNE's map neighbours are near; far distances and sizes
    of crowds mean nothing. Raises ``UsageError`` for less than three pictures.

    >>> net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(4, 3))
    >>> from svertka.data import InputContract
    >>> contract = InputContract(size=(2, 2), channels=1, mean=(0.5,), std=(0.3,), classes=("a",))
    >>> x = np.random.default_rng(0).integers(0, 255, (8, 2, 2, 1)).astype(np.uint8)
    >>> found = embed(Subject(net, contract=contract), Pictures(x, [0] * 8, "abcdefgh"), tsne=False)
    >>> found.pca.shape, len(found.explained)
    ((8, 2), 2)
    """
    from sklearn.decomposition import PCA  # a second, and only this room's pages need it

    if len(pictures) < 3:
        raise UsageError(f"{len(pictures)} pictures make no map. Three or more are expected.")
    subject = as_subject(source)
    count = min(len(pictures), max(3, most))
    rows = np.linspace(0, len(pictures) - 1, count).round().astype(np.int64)
    part = pictures.select(rows)
    found = features(subject, part)
    with np.errstate(invalid="ignore"):  # points that are all the same have no variance to share
        axes = PCA(min(_BEFORE, *found.x.shape), svd_solver="full").fit(found.x)
    points = axes.transform(found.x).astype(np.float32)
    shares = np.nan_to_num(axes.explained_variance_ratio_)
    return Embedding(
        layer=found.layer,
        classes=subject.classes,
        ids=tuple(part.ids),
        rows=rows,
        y=part.numbers if part.y.ndim == 1 else np.full(count, -1),
        probabilities=found.probabilities,
        features=found.x,
        pca=_two(points),
        explained=_two(shares[None].astype(np.float32))[0],
        tsne=_tsne(points, seed) if tsne else None,
    )


def nearest(embedding: Embedding, to: int | npt.NDArray[np.floating], *, count: int = 8) -> Nearest:
    """The ``count`` pictures whose features point most nearly the same way (cosine): retrieval.

    ``to`` is a place in the embedding, which is then left out, or the features (D,) of another
    picture. Raises ``UsageError`` where these are not as many as the embedding's.
    """
    one = embedding.features[to] if isinstance(to, int) else np.asarray(to, np.float32)
    if one.shape != embedding.features.shape[1:]:
        raise UsageError(
            f"Features of shape {one.shape} came in; the embedding has "
            f"{embedding.features.shape[1]:,} of each picture. Take them of the same network."
        )
    cosine = _unit(embedding.features) @ _unit(one[None])[0]
    order = np.argsort(-cosine, kind="stable")
    order = order[order != to] if isinstance(to, int) else order
    places = order[:count].astype(np.int64)
    return Nearest(tuple(embedding.ids[i] for i in places), places, cosine[places])


def suspects(embedding: Embedding, pictures: Pictures) -> Suspects:
    """Likely label errors (`svertka.evaluate.doubts`) and near-duplicates (`svertka.data.likeness`)
    among the pictures of an embedding of ``pictures``.

    Doubts are worth something only of pictures that the network has not learned. Of identical
    pictures each is paired with the first.
    """
    known = np.flatnonzero(embedding.y >= 0)
    found = doubts(embedding.probabilities[known], embedding.y[known]) if len(known) else ()
    x = pictures.take(embedding.rows)
    same = identical(x)
    first = np.unique(same, return_index=True)[1][same]
    copies = np.flatnonzero(first != np.arange(len(x)))
    like = like_pairs(x, same)
    pairs = np.concatenate([np.stack([first[copies], copies], axis=1), like.rows]).astype(np.int64)
    units = _unit(embedding.features)
    return Suspects(
        doubts=tuple(replace(doubt, index=int(known[doubt.index])) for doubt in found),
        pairs=pairs,
        distance=np.concatenate([np.zeros(len(copies), np.float32), like.distance]),
        cosine=(units[pairs[:, 0]] * units[pairs[:, 1]]).sum(axis=1),
    )


def _tsne(points: Floats, seed: int) -> Floats:
    from sklearn.manifold import TSNE

    start = _two(points) * np.float32(1e-4 / max(float(points[:, 0].std()), _FLAT))
    perplexity = min(_PERPLEXITY, (len(points) - 1) / 3)
    made = TSNE(2, perplexity=perplexity, init=start, random_state=seed).fit_transform(points)
    return np.asarray(made, np.float32)


def _two(values: Floats) -> Floats:
    """The first two columns; a column of zeros where there is one alone."""
    return np.pad(values, ((0, 0), (0, max(0, 2 - values.shape[1]))))[:, :2]


def _unit(values: Floats) -> Floats:
    length = np.linalg.norm(values, axis=1, keepdims=True)
    return np.asarray(values / np.maximum(length, _FLAT), np.float32)
