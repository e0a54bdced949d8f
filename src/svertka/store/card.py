"""The card of a model: all that is needed to use the weights, and where they came from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, NonNegativeInt, PositiveInt

from svertka.data.contract import InputContract
from svertka.data.views import Views
from svertka.version import __version__

FORMAT = 1


class WeightsStamp(BaseModel):
    """Which file of weights belongs to a card: its name, its size and its checksum."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]*\.safetensors$")]
    bytes: NonNegativeInt
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class DataCard(BaseModel):
    """What a network was trained on; ``problems`` counts the pictures that could not be used.

    ``counts`` and ``class_counts`` have the keys ``train``, ``val`` and, where there is one,
    ``test``; class counts follow the order of the classes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    source: str
    key: str
    licence: str = ""
    counts: dict[str, NonNegativeInt]
    class_counts: dict[str, tuple[NonNegativeInt, ...]]
    problems: NonNegativeInt = 0


class RunStart(BaseModel):
    """``run.json``: what was asked for, written before the first step so that a stop loses nothing.

    ``source`` is empty where the pictures came from memory; ``key`` is the data's fingerprint;
    ``group`` and ``fold`` say how they were cut, as in ``open_data``; ``margin`` whether one may
    be kept around larger pictures.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    kind: Literal["run"] = "run"
    format: Literal[1] = 1
    svertka: str = __version__
    name: str
    created: str
    command: str = ""
    source: str
    key: str
    seed: NonNegativeInt
    group: str = "identical"  # what runs of before there was a choice kept together
    fold: tuple[PositiveInt, PositiveInt] | None = None
    margin: bool = False  # runs of before there was one go on without
    net: str
    net_name: str | None = None
    recipe: dict[str, JsonValue] = {}


class ModelCard(BaseModel):
    """``model.json``: the net, its input contract and classes, and how it was trained.

    ``net`` is the text of the network, ``net_name`` its name in the catalogue if it has one;
    ``views`` are those of each picture whose answers are averaged; ``thresholds`` are the
    probabilities from which on each label is given, where pictures have labels;
    ``best_epoch`` counts from 1; ``seconds`` is the time of training; ``created`` is ISO 8601.
    ``weights`` is filled in when the model is saved.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    kind: Literal["model"] = "model"
    format: Literal[1] = 1
    svertka: str = __version__
    name: str
    created: str
    command: str = ""
    net: str
    net_name: str | None = None
    input: InputContract
    views: Views = "one"
    thresholds: tuple[float, ...] | None = None
    data: DataCard
    recipe: dict[str, JsonValue] = {}
    versions: dict[str, str] = {}
    device: dict[str, JsonValue] = {}
    best_epoch: NonNegativeInt = 0
    seconds: Annotated[float, Field(ge=0)] = 0.0
    weights: WeightsStamp | None = None

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes in the order of the network's outputs."""
        return self.input.classes
