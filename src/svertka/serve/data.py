"""Routes of the data screen: what there is, its pictures, its health, what training does to it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from svertka.data.grouping import Cut
from svertka.serve import showing
from svertka.serve.datasets import Datasets
from svertka.serve.studio import Here, Turn
from svertka.workbench.beginning import begin_with
from svertka.workbench.limits import MOST_SEED
from svertka.workbench.training import prepare

router = APIRouter(prefix="/api/data")

Seed = Annotated[int, Query(ge=0, le=MOST_SEED)]
Start = Annotated[int, Query(alias="from", ge=0)]
Label = Annotated[int | None, Query(alias="class", ge=0)]


def _datasets(here: Here) -> Datasets:
    return here.datasets


Sets = Annotated[Datasets, Depends(_datasets)]


@router.get("")
def listed(sets: Sets) -> list[dict[str, Any]]:
    """All data that there are."""
    return [asdict(offer) for offer in sets.offers()]


@router.get("/{id}", dependencies=[Turn])
def facts(id: str, sets: Sets, seed: Seed = 0) -> dict[str, Any]:
    """The facts of data, cut by a seed."""
    return {"id": id, **showing.facts(sets.open(id, seed))}


@router.get("/{id}/start", dependencies=[Turn])
def start(
    id: str, sets: Sets, budget: Annotated[float | None, Query(gt=0)] = None
) -> dict[str, Any]:
    """How a training on them begins that names no net."""
    return showing.start(sets.open(id), budget)


@router.get("/{id}/pictures", dependencies=[Turn])
def pictures(
    id: str,
    sets: Sets,
    part: str = "",
    label: Label = None,
    first: Start = 0,
    seed: Seed = 0,
) -> dict[str, Any]:
    """A page of pictures of a part and a class."""
    return showing.page(sets.open(id, seed), part=part, label=label, start=first)


@router.get("/{id}/augmented", dependencies=[Turn])
def augmented(
    id: str,
    sets: Sets,
    net: Annotated[str | None, Query(max_length=20_000)] = None,
    label: Label = None,
    first: Start = 0,
    seed: Seed = 0,
    epoch: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> dict[str, Any]:
    """Training pictures as the epochs from ``epoch`` on see them, in a training of ``net``."""
    source, dataset = sets.find(id).source, sets.open(id, seed)
    begun = begin_with(source, dataset, net or None, None, cut=Cut(seed))
    _, recipe = prepare(
        begun.dataset, begun.net, epochs=1, budget=None, seed=seed, weights=begun.weights
    )
    wish = showing.Preview(seed=seed, epoch=epoch, label=label, start=first)
    seen = showing.augmented(begun.dataset, recipe, wish)
    return {"net": begun.net, "weights": begun.weights, **seen}


@router.get("/{id}/check")
async def check(id: str, here: Here, sets: Sets, again: bool = False) -> Response:
    """The record of ``svertka check``, made anew where it is not at hand or ``again`` is asked."""
    said = await here.checks.of("check", "--json", "--", sets.find(id).source, again=again)
    return Response(said, media_type="application/json")
