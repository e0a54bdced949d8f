"""Features, maps, neighbours and suspects, beside plain torch, scikit-learn and loops."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness
from sklearn.neighbors import NearestNeighbors
from torch import nn

from marks import arrays, dataset
from svertka.data import Pictures
from svertka.errors import UsageError
from svertka.evaluate import doubts
from svertka.grammar import resolve
from svertka.look.embedding import Embedding, embed, features, nearest, suspects
from svertka.look.subject import Subject
from svertka.nets.build import build
from svertka.predict import Predictor

NET = "conv8-bn-relu-pool-conv6-relu-gap-fc3"
DATA = dataset(180)


def subject(text: str = NET) -> Subject:
    module = build(resolve(text, input=(1, 10, 10), classes=3), seed=1)
    return Subject(module, DATA.classes, DATA.contract)


@pytest.fixture(scope="module")
def embedding() -> Embedding:
    return embed(subject(), DATA.train, most=90)


def test_features_are_what_the_last_layer_reads() -> None:
    one = subject()
    found = features(one, DATA.train)
    x = torch.cat([x for _, x in one.batches(DATA.train)])
    with torch.no_grad():
        wanted = nn.Sequential(*list(one.module.eval().children())[:-1])(x)
    assert found.layer == "fc"
    np.testing.assert_allclose(found.x, wanted.numpy(), atol=1e-5)
    p = Predictor(one.module, DATA.contract).probabilities(DATA.train)
    np.testing.assert_allclose(found.probabilities, p, atol=1e-5)


def test_a_last_layer_with_places_gives_their_mean() -> None:
    one = subject("conv8-relu-conv3k1-gap")
    found = features(one, DATA.val)
    x = torch.cat([x for _, x in one.batches(DATA.val)])
    with torch.no_grad():
        wanted = one.module.get_submodule("conv1")(x).relu().mean((2, 3))
    assert found.layer == "conv2"
    np.testing.assert_allclose(found.x, wanted.numpy(), atol=1e-5)


def test_the_last_layer_is_the_last_that_runs_not_the_last_that_is_listed() -> None:
    class Odd(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.last, self.first, self.unused = nn.Linear(4, 2), nn.Linear(9, 4), nn.Linear(1, 1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.last(self.first(x.flatten(1)))

    found = features(Odd(), torch.randn(5, 1, 3, 3))
    assert found.layer == "last"
    assert found.x.shape == (5, 4)
    with pytest.raises(UsageError, match="no layer with weights"):
        features(nn.Flatten(), torch.ones(2, 1, 2, 2))
    with pytest.raises(UsageError, match="no pictures"):
        features(Odd(), torch.ones(0, 1, 3, 3))


def test_the_map_is_scikit_learns(embedding: Embedding) -> None:
    assert len(embedding) == 90
    assert np.array_equal(DATA.train.y[embedding.rows], embedding.y)
    wanted = PCA(2, svd_solver="full").fit(embedding.features)
    np.testing.assert_allclose(
        np.abs(embedding.pca), np.abs(wanted.transform(embedding.features)), atol=1e-4
    )
    np.testing.assert_allclose(embedding.explained, wanted.explained_variance_ratio_, atol=1e-5)
    assert embedding.tsne is not None
    assert trustworthiness(embedding.features, embedding.tsne, n_neighbors=5) > 0.9


def test_the_same_seed_gives_the_same_map(embedding: Embedding) -> None:
    again = embed(subject(), DATA.train, most=90)
    assert np.array_equal(again.tsne, embedding.tsne)
    small = embed(subject(), DATA.train.select(range(4)))  # fewer pictures than neighbours
    assert np.isfinite(small.tsne).all()


def test_a_net_that_sees_nothing_is_a_point() -> None:
    one = subject()
    nn.init.zeros_(one.module.get_submodule("conv2").weight)
    found = embed(one, DATA.val, most=12)
    assert not found.explained.any()
    assert np.isfinite(found.pca).all()


def test_neighbours_are_those_of_a_search(embedding: Embedding) -> None:
    search = NearestNeighbors(n_neighbors=6, metric="cosine").fit(embedding.features)
    distance, places = search.kneighbors(embedding.features[:20])
    for i in range(20):
        found = nearest(embedding, i, count=5)
        np.testing.assert_allclose(found.cosine, 1 - distance[i, 1:], atol=1e-5)
        assert i not in found.places
        assert found.ids == tuple(embedding.ids[place] for place in found.places)
    assert set(nearest(embedding, 3, count=5).places) == set(places[3]) - {3}
    other = nearest(embedding, 2.5 * embedding.features[7], count=1)
    assert other.places.tolist() == [7]
    assert other.cosine == pytest.approx([1.0], abs=1e-5)
    with pytest.raises(UsageError, match="same network"):
        nearest(embedding, np.ones(4))


def test_suspects_are_those_of_the_check() -> None:
    x, y = arrays(60)
    x[40], x[50] = x[8], np.clip(x[9].astype(int) + 4, 0, 255)  # a copy; a little brighter
    pictures = Pictures(x, y, tuple(map(str, range(60))))
    pictures.y[5] = -1
    found = embed(subject(), pictures, most=60, tsne=False)
    told = suspects(found, pictures)
    assert told.pairs[0].tolist() == [8, 40]
    assert told.distance[0] == 0
    assert told.cosine[0] == pytest.approx(1, abs=1e-5)
    assert [9, 50] in told.pairs.tolist()
    assert (np.diff(told.distance) >= 0).all()
    known = np.flatnonzero(pictures.y >= 0)
    wanted = doubts(found.probabilities[known], pictures.y[known])
    assert [doubt.index for doubt in told.doubts] == [known[doubt.index] for doubt in wanted]
    json.dumps(told.to_dict(), allow_nan=False)
    assert "near-duplicates" in str(told)


def test_the_record_is_plain_json(embedding: Embedding) -> None:
    told = json.loads(json.dumps(embedding.to_dict(), allow_nan=False))
    assert np.shape(told["pca"]) == np.shape(told["tsne"]) == (90, 2)
    assert told["answers"] == embedding.probabilities.argmax(axis=1).tolist()
    assert "before fc" in str(embedding)
    told = nearest(embedding, 0, count=3)
    assert len(str(told).splitlines()) == len(told.to_dict()["ids"]) == 3
    with pytest.raises(UsageError, match="Three or more"):
        embed(subject(), DATA.train.select([0, 1]))
