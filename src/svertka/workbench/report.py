"""Everything that the report page draws, gathered from the run folder alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pydantic import JsonValue

from svertka.errors import StoreError
from svertka.grammar import resolve
from svertka.grammar.plan import Plan
from svertka.look.recorded import read_flow
from svertka.store import ModelCard, RunFolder
from svertka.store.atomic import read_json
from svertka.workbench.pictures import FILE

_CURVE = ("epoch", "seconds", "val_accuracy", "val_f1_macro", "val_map")
_FLOW = 4000  # layers times steps: 130 KB
_INSIDE = re.compile(r"data:image/png;base64,[A-Za-z0-9+/]+={0,2}")


def plan_of(card: ModelCard) -> Plan:
    """The net of ``card`` with its shapes and costs."""
    contract = card.input
    shape = (contract.channels, *contract.size)
    return resolve(card.net, input=shape, classes=len(contract.classes))


def stored_scores(folder: RunFolder) -> dict[str, Any] | None:
    """The last scores of ``metrics.jsonl``, or None before there are any."""
    lines = [line for line in folder.read_metrics() if line["event"] == "scores"]
    if not lines:
        return None
    return {key: value for key, value in lines[-1].items() if key != "event"}


def curve(history: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of each epoch's line what curves of several trainings are drawn from."""
    return [{key: line.get(key) for key in _CURVE} for line in history]


def report(folder: RunFolder) -> dict[str, Any]:
    """The report's payload; ``scores`` is None and lists are empty where nothing is known yet."""
    card = folder.load_card()
    pictures = _pictures(folder)
    net = plan_of(card).to_dict()
    if card.net_name:
        net["name"] = card.net_name
    return {
        "kind": "report",
        "format": 1,
        "svertka": card.svertka,
        "created": card.created,
        "name": card.name,
        "command": card.command,
        "data": {
            "name": card.data.name,
            "source": card.data.source,
            "licence": card.data.licence,
            "classes": list(card.classes),
            "counts": card.data.counts,
            "class_counts": {part: list(n) for part, n in card.data.class_counts.items()},
            "problems": pictures.get("problems", []),
        },
        "contract": card.input.model_dump(mode="json"),
        "net": net,
        "recipe": _flat(card.recipe),
        "history": folder.history(),
        "flow": _flow(folder),
        "best_epoch": card.best_epoch,
        "scores": stored_scores(folder),
        "mistakes": pictures.get("mistakes", []),
        "examples": pictures.get("examples", {}),
        "device": card.device,
        "seconds": card.seconds,
    }


def _flow(folder: RunFolder) -> dict[str, Any] | None:
    """The gradient flow that was recorded, at as many steps as a report has room for; None where
    there is none, or none that can be read."""
    try:
        flow = read_flow(folder)
    except (KeyError, TypeError, ValueError):
        return None
    return None if flow is None else flow.thinned(max(2, _FLOW // len(flow.layers))).to_dict()


def _flat(recipe: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """One value for each name; of nested ones a text with what is switched on."""
    return {
        name: ", ".join(
            key if number is True else f"{key} {number}" for key, number in value.items() if number
        )
        if isinstance(value, dict)
        else value
        for name, value in recipe.items()
    }


def _pictures(folder: RunFolder) -> dict[str, Any]:
    """``report.json``, or nothing where a run has none; raises ``StoreError`` on a damaged one.

    Whoever gave us the folder could have written any address into it: only pictures that lie in
    the file itself pass, so that the page asks nobody for anything.
    """
    path = folder.path / FILE
    if not path.exists():
        return {}
    remedy = "Take the file away: the report then comes without pictures."
    value = read_json(path, "pictures", 1, remedy)
    try:
        shown = [mistake["picture"] for mistake in value["mistakes"]]
        shown += [picture for pictures in value["examples"].values() for picture in pictures]
        if not all(_INSIDE.fullmatch(picture) for picture in shown):
            raise ValueError("a picture that is not a PNG in the file")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StoreError(f"{path} is damaged ({error!r}). {remedy}") from error
    return value
