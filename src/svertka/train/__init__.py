"""Training: the recipe, one visible loop, exact resume."""

from svertka.train.choosing import choose_net, choose_recipe
from svertka.train.events import (
    EpochDone,
    Event,
    Finished,
    OnEvent,
    Opened,
    Planned,
    Started,
    StepDone,
)
from svertka.train.fit import Fitted, fit, resume
from svertka.train.recipe import Recipe

__all__ = [
    "EpochDone",
    "Event",
    "Finished",
    "Fitted",
    "OnEvent",
    "Opened",
    "Planned",
    "Recipe",
    "Started",
    "StepDone",
    "choose_net",
    "choose_recipe",
    "fit",
    "resume",
]
