"""What training tells while it runs: frozen records, handed to ``on_event`` at the end of steps.

An event never changes what is trained. A callback that raises stops the training, which then
resumes from its last checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Any, ClassVar, TypeAlias

from svertka.data.dataset import Dataset
from svertka.data.problems import Problem, in_groups, printable
from svertka.evaluate.scores import TITLES, shown
from svertka.records import Record


@dataclass(frozen=True)
class Event(Record):
    """Something that happened in training; ``to_dict`` has its name under ``event``."""

    name: ClassVar[str]

    @property
    def passing(self) -> bool:
        """Whether it only matters while it is the newest: progress, not news."""
        return False

    def to_dict(self) -> dict[str, Any]:
        """The event as plain JSON types."""
        return {"kind": "event", "event": self.name, **asdict(self)}


@dataclass(frozen=True)
class Opened(Event):
    """The pictures are read: ``counts`` by part, and all that was left out or bent."""

    name: ClassVar[str] = "opened"
    data: str
    classes: int
    counts: dict[str, int]
    problems: tuple[Problem, ...] = ()
    task: str = "classes"

    @classmethod
    def of(cls, dataset: Dataset) -> Opened:
        """What is to be told of a data set."""
        kinds, counts = len(dataset.classes), dataset.counts
        return cls(dataset.name, kinds, counts, dataset.problems, dataset.task)

    def __str__(self) -> str:
        parts = ", ".join(f"{part} {count:,}" for part, count in self.counts.items())
        lines = [f"{printable(self.data)}: {self.classes} {self.task}; {parts}"]
        return "\n".join([*lines, *chain(*in_groups(self.problems, "the run's report"))])


@dataclass(frozen=True)
class Started(Event):
    """The network is built: ``net`` is its name or its text, ``resumed`` from which step on.

    ``weights`` says whence the first weights come, None from the seed.
    """

    name: ClassVar[str] = "started"
    net: str
    parameters: int
    pictures: int
    device: dict[str, Any]
    resumed: int = 0
    weights: str | None = None

    def __str__(self) -> str:
        device = self.device
        threads = f"{device['threads']} thread{'s' if device['threads'] > 1 else ''}"
        where = f"{device['name']} ({threads}, {device['precision']})"
        how = f"from the weights {self.weights}" if self.weights else "from scratch"
        how = f"going on from step {self.resumed:,}" if self.resumed else how
        net = self.net if "\n" not in self.net else "a net of its own"
        return (
            f"{net}, {self.parameters:,} parameters, {self.pictures:,} pictures, {how}, on {where}"
        )


@dataclass(frozen=True)
class Balanced(Event):
    """Unequal classes are made up for; ``counts`` are the training pictures of each."""

    name: ClassVar[str] = "balanced"
    balance: str
    metric: str
    counts: dict[str, int]

    def __str__(self) -> str:
        few, many = (choose(self.counts, key=self.counts.__getitem__) for choose in (min, max))
        what = (
            "small ones are drawn as often as large ones"
            if self.balance == "sampling"
            else "pictures of small ones count for more"
        )
        return (
            f"unequal classes, {self.counts[few]:,} pictures of {printable(few)} and "
            f"{self.counts[many]:,} of {printable(many)}: {what} (else --set balance=none), and "
            f"the epoch is kept by {TITLES[self.metric]}"
        )


@dataclass(frozen=True)
class Moved(Event):
    """A resumed run meets another machine or version: ``changes`` are what, before and now.

    ``threads`` are those of the run, which are taken again, and those that are usual here.
    """

    name: ClassVar[str] = "moved"
    changes: tuple[tuple[str, str, str], ...]
    threads: tuple[int, int]

    def __str__(self) -> str:
        lines = []
        if self.changes:
            told = "; ".join(f"{what} {before}, now {now}" for what, before, now in self.changes)
            lines.append(
                f"begun elsewhere: {told}. The end may differ in its last digits from that of a "
                "run that was not stopped"
            )
        before, usual = self.threads
        if before != usual:
            lines.append(f"threads are set back to the run's {before}; here {usual} are usual")
        return "\n".join(lines)


@dataclass(frozen=True)
class Planned(Event):
    """How long training will be; ``seconds`` is what is expected of it, None where not measured.

    ``enough`` is a budget that would hold ten epochs, told where this one holds less than one.
    After ``done`` steps, at another pace than was measured, ``seconds`` are those of the rest.
    """

    name: ClassVar[str] = "planned"
    steps: int
    epochs: float
    images_per_second: float | None = None
    seconds: float | None = None
    enough: float | None = None
    done: int = 0

    def __str__(self) -> str:
        epochs = "epoch" if self.epochs == 1 else "epochs"
        plan = f"{self.epochs:.1f} {epochs}, {self.steps:,} step{'s' * (self.steps != 1)}"
        if self.images_per_second is None or self.seconds is None:
            return plan
        time, pace = f"{self.seconds:.0f} s", f"{self.images_per_second:,.0f} images/s"
        if self.done:
            return f"now {plan}: the rest takes {time} at {pace}"
        plan += f": what {time} hold at {pace}"
        if self.enough is None:
            return plan
        return f"{plan}; too little to learn much: a budget of {self.enough:.0f}s holds ten epochs"


@dataclass(frozen=True)
class Fetched(Event):
    """Bytes of a file of weights have come; ``whole`` is 0 where their number is not known."""

    name: ClassVar[str] = "fetched"
    here: int
    whole: int

    @property
    def passing(self) -> bool:
        """Until the last byte is here."""
        return self.here != self.whole

    def __str__(self) -> str:
        whole = f" of {self.whole / 2**20:,.0f}" if self.whole else ""
        return f"weights: {self.here / 2**20:,.0f}{whole} MB are here"


@dataclass(frozen=True)
class FeaturesDone(Event):
    """The frozen layers have seen ``pictures`` of ``whole``: training's and validation's, once."""

    name: ClassVar[str] = "features"
    pictures: int
    whole: int
    images_per_second: float

    @property
    def passing(self) -> bool:
        """Until the last picture is done."""
        return self.pictures < self.whole

    def __str__(self) -> str:
        return (
            f"features of {self.pictures:,} of {self.whole:,} pictures for the last layer, "
            f"{self.images_per_second:,.0f} images/s"
        )


@dataclass(frozen=True)
class StepDone(Event):
    """A step is over; not every step is told, only a few in a second."""

    name: ClassVar[str] = "step"
    step: int
    steps: int
    epoch: int
    epochs: int
    train_loss: float
    images_per_second: float
    seconds_left: float

    @property
    def passing(self) -> bool:
        """Always."""
        return True

    def __str__(self) -> str:
        return (
            f"epoch {self.epoch}/{self.epochs}, step {self.step:,}/{self.steps:,}: "
            f"loss {self.train_loss:.3f}, {self.images_per_second:,.0f} images/s, "
            f"{self.seconds_left:.0f} s left"
        )


@dataclass(frozen=True)
class EpochDone(Event):
    """An epoch was validated: the line of ``metrics.jsonl``.

    ``best`` if it is the one to keep so far, by the figure ``metric``.
    """

    name: ClassVar[str] = "epoch"
    epoch: int
    step: int
    train_loss: float
    val_loss: float
    val_accuracy: float
    val_f1_macro: float
    learning_rate: float
    images_per_second: float
    seconds: float
    best: bool
    val_balanced_accuracy: float | None = None
    val_auc: float | None = None
    val_map: float | None = None
    val_f1_micro: float | None = None
    metric: str = "accuracy"

    @property
    def beside(self) -> tuple[str, str]:
        """Title and value of the figure beside accuracy: that which keeps epochs, or macro-F1."""
        others = {
            "balanced_accuracy": self.val_balanced_accuracy,
            "auc": self.val_auc,
            "map": self.val_map,
            "f1_micro": self.val_f1_micro,
        }
        value = others.get(self.metric)
        if value is None:
            return TITLES["f1_macro"], shown("f1_macro", self.val_f1_macro)
        return TITLES[self.metric], shown(self.metric, value)

    def to_line(self) -> dict[str, Any]:
        """The line of ``metrics.jsonl``."""
        return {"event": self.name, **asdict(self)}

    def __str__(self) -> str:
        star = ", kept so far" if self.best else ""
        beside = "" if self.metric in ("accuracy", "log_loss") else ", " + " ".join(self.beside)
        accuracy = "accuracy" if self.val_map is None else "subset accuracy"
        return (
            f"epoch {self.epoch}: training loss {self.train_loss:.3f}, validation loss "
            f"{self.val_loss:.3f}, {accuracy} {100 * self.val_accuracy:.2f}%{beside}, "
            f"{self.images_per_second:,.0f} images/s, {self.seconds:.0f} s{star}"
        )


@dataclass(frozen=True)
class Finished(Event):
    """Training is over and the weights of ``best_epoch`` are the result."""

    name: ClassVar[str] = "finished"
    best_epoch: int
    val_accuracy: float
    steps: int
    seconds: float
    metric: str = "accuracy"
    value: float | None = None
    task: str = "classes"

    def __str__(self) -> str:
        whole = "subset " if self.task == "labels" else ""
        told = f"validation {whole}accuracy {100 * self.val_accuracy:.2f}%"
        if self.metric != "accuracy" and self.value is not None:
            told += f", {TITLES[self.metric]} {shown(self.metric, self.value)}"
        return (
            f"{self.steps:,} steps in {self.seconds:.0f} s; epoch {self.best_epoch} is kept: {told}"
        )


OnEvent: TypeAlias = Callable[[Event], None]


def ignore(event: Event) -> None:
    """The callback that does nothing."""
