"""Routes of the network screen: the catalogue, a text's plan as it is typed, its source."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from svertka.errors import NetTextError
from svertka.export import text_of
from svertka.grammar import Plan, resolve
from svertka.nets.catalogue import entry, find
from svertka.nets.listing import listing
from svertka.workbench.limits import MOST_CLASSES, MOST_PLACES

router = APIRouter(prefix="/api")

_LONGEST = 20_000  # signs; the longest text of the catalogue has a tenth of that
_REMEMBERED = 64

Size = Annotated[int, Field(ge=1, le=MOST_PLACES)]


class Asked(BaseModel):
    """A network as it is being written."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=_LONGEST)
    input: list[Size] | None = Field(None, min_length=1, max_length=4)
    classes: int | None = Field(None, ge=1, le=MOST_CLASSES)
    values: dict[str, Annotated[int, Field(ge=0, le=MOST_PLACES)]] = Field({}, max_length=32)
    strict: bool = False

    def plan(self) -> Plan:
        """Its plan; raises `UsageError`."""
        size = tuple(self.input) if self.input else None
        return _plan(self.text, size, self.classes, tuple(self.values.items()), self.strict)


class AskedSource(Asked):
    """... and the form in which it is wanted."""

    form: str = Field("pytorch", alias="as", max_length=32)
    lang: Literal["en", "ru"] = "en"


@router.get("/nets")
def nets() -> dict[str, Any]:
    """The catalogue: every net with its year, cost and published errors."""
    return _catalogue()


@router.get("/nets/{name}")
def one(name: str) -> dict[str, Any]:
    """The text of a net of the catalogue."""
    found = entry(name)
    return {"name": found.name, "text": found.text}


@router.post("/net", response_model=None)
def plan(asked: Asked) -> dict[str, Any] | JSONResponse:
    """The plan of a text; where the text is wrong, what, where, and how to mend it."""
    try:
        return asked.plan().to_dict()
    except NetTextError as error:
        return wrong_text(error)


@router.post("/net/source", response_model=None)
def source(asked: AskedSource) -> dict[str, Any] | JSONResponse:
    """A net as PyTorch or Keras source, or as a diagram."""
    try:
        return {"source": text_of(asked.plan(), asked.form, asked.lang)}
    except NetTextError as error:
        return wrong_text(error)


def wrong_text(error: NetTextError) -> JSONResponse:
    """Where a text is wrong: lines and columns count from 1, ``start`` and ``end`` are offsets."""
    before = error.text[: error.start]
    said, _, remedy = error.message.partition(". ")
    told = {
        "error": error.message,
        "code": "net-text",
        "said": said.removesuffix("."),
        "remedy": remedy,
        "text": error.text,
        "start": error.start,
        "end": min(error.end, max(error.start + 1, len(error.text))),
        "line": before.count("\n") + 1,
        "column": len(before) - before.rfind("\n"),
    }
    return JSONResponse(told, 422)


@cache
def _catalogue() -> dict[str, Any]:
    rows = listing().to_dict()
    return {"nets": [{"name": name, **row} for name, row in rows.items()]}


# The one who types comes back to a text within seconds, and two texts are asked in turns.
@lru_cache(maxsize=_REMEMBERED)
def _plan(
    text: str,
    size: tuple[int, ...] | None,
    classes: int | None,
    values: tuple[tuple[str, int], ...],
    strict: bool,
) -> Plan:
    return resolve(find(text), input=size, classes=classes, values=dict(values), strict=strict)
