"""What trainings and comparisons are asked for alike, checked before a process is begun."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from svertka.errors import UsageError
from svertka.grammar import parse
from svertka.nets.catalogue import find
from svertka.workbench.duration import seconds
from svertka.workbench.limits import MOST_EPOCHS

NetText = Annotated[str, Field(max_length=20_000)]


class Length(BaseModel):
    """How long to train: by epochs or by a budget; without both the recommended time."""

    model_config = ConfigDict(extra="forbid")

    epochs: Annotated[int, Field(ge=1, le=MOST_EPOCHS)] | None = None
    budget: str | float | None = None

    def words(self) -> list[str]:
        """The options of a command; raises ``UsageError``."""
        if self.epochs is not None and self.budget is not None:
            raise UsageError("Give epochs or a budget, not both.")
        if self.epochs is not None:
            return [f"--epochs={self.epochs}"]
        if self.budget is not None:
            seconds(self.budget)
            return [f"--budget={self.budget}"]
        return []


def check_net(net: str) -> None:
    """Raise ``UsageError`` where ``net`` is neither a name of the catalogue nor a text: a page
    names no files."""
    if net.strip().endswith(".net"):
        raise UsageError("Files of networks are not read here: paste the text.")
    parse(find(net))
