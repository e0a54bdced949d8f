"""What is shown while a network trains: a live line on a terminal, plain lines elsewhere.

Everything goes to stderr, so that stdout carries the result alone.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from svertka.cli import screen

if TYPE_CHECKING:
    from svertka.train.events import EpochDone, Event, StepDone

NARROW = 72  # columns that the bar and the step need beside the rest


@contextmanager
def follow(*, quiet: bool) -> Iterator[Callable[[Event], None]]:
    """Give the function that training tells its events to, and clear the live line at the end."""
    if quiet:
        yield _silent
    elif sys.stderr.isatty():
        with Live() as live:
            yield live
    else:
        yield lines


@contextmanager
def follow_runs(*, quiet: bool) -> Iterator[Callable[[Event], None]]:
    """As ``follow``, for a comparison: the bar counts runs."""
    if quiet:
        yield _silent
    elif sys.stderr.isatty():
        with LiveRuns() as live:
            yield live
    else:
        yield lines


@contextmanager
def downloads(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Give the function that hears of a download's bytes: a bar on a terminal, else nothing."""
    if quiet or not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True, markup=False, highlight=False, emoji=False)
    columns = TextColumn("weights"), BarColumn(), DownloadColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task("weights", total=None, visible=False)
        yield lambda here, whole: bars.update(
            task, completed=here, total=whole or None, visible=True
        )


def _silent(_: Event) -> None:
    pass


def lines(event: Event) -> None:
    """One plain line for everything but single steps and the like: for logs and pipes."""
    if not event.passing:
        screen.note(event)


class Live:
    """A bar that moves below the lines of the epochs, on a terminal."""

    def __init__(self) -> None:
        from rich.console import Console, RenderableType
        from rich.constrain import Constrain
        from rich.progress import BarColumn, Progress, TextColumn

        class Bars(Progress):
            """With room at the end of the line for the terminal's ^C, which else begins another."""

            def get_renderables(self) -> Iterator[RenderableType]:
                for whole in super().get_renderables():
                    yield Constrain(whole, console.width - 3)

        console = Console(stderr=True, markup=False, highlight=False, emoji=False)
        at, speed, left = (
            TextColumn(f"{{task.fields[{name}]}}", markup=False) for name in ("at", "speed", "left")
        )
        self.progress = Bars(
            TextColumn("{task.description}", markup=False),
            *([BarColumn(bar_width=None), at] if console.width > NARROW else []),
            speed,
            left,
            console=console,
            transient=True,
            expand=True,
        )
        self.task = self.progress.add_task("getting ready", total=None, at="", speed="", left="")
        self.headed = False

    def __enter__(self) -> Live:
        self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()

    def __call__(self, event: Event) -> None:
        """Show one event."""
        from svertka.train.events import EpochDone, FeaturesDone, Fetched, StepDone

        match event:
            case StepDone():
                self._step(event)
            case EpochDone():
                self._epoch(event)
            case FeaturesDone(pictures=done, whole=whole):
                self._part("features", done, whole)
            case Fetched(here=done, whole=whole):
                self._part("weights, MB", done >> 20, whole >> 20)
            case _:
                self._line(str(event))

    def _line(self, text: str) -> None:
        self.progress.console.print(screen.safe(text))

    def _part(self, what: str, done: int, whole: int) -> None:
        at = f"{done:,}/{whole:,}" if whole else f"{done:,}"
        self.progress.update(
            self.task, description=what, completed=done, total=whole or None, at=at
        )

    def _step(self, event: StepDone) -> None:
        self.progress.update(
            self.task,
            description=f"epoch {event.epoch}/{event.epochs}",
            completed=event.step,
            total=event.steps,
            at=f"{event.step:,}/{event.steps:,}",
            speed=f"{event.images_per_second:,.0f} images/s",
            left=f"{_clock(event.seconds_left)} left",
        )

    def _epoch(self, event: EpochDone) -> None:
        title, value = event.beside
        if not self.headed:
            self._line(f"\nepoch  training loss  validation loss  accuracy  {title:>9}")
            self.headed = True
        star = " *" if event.best else ""
        self._line(
            f"{event.epoch:>5}  {event.train_loss:>13.4f}  {event.val_loss:>15.4f}"
            f"  {100 * event.val_accuracy:>7.2f}%  {value:>{max(9, len(title))}}{star}"
        )


class LiveRuns(Live):
    """The same with a bar of runs, and beside it what the present run told last."""

    def __call__(self, event: Event) -> None:
        """Show one event."""
        from svertka.workbench.several import RunEnded, RunStarted, RunTold

        match event:
            case RunStarted(number=number, runs=runs):
                self._now(str(event), number - 1, runs)
            case RunTold(text=text):
                room = max(10, self.progress.console.width // 2)
                self.progress.update(self.task, speed=screen.safe(text.strip())[:room])
            case RunEnded(number=number, runs=runs):
                self._now("", number, runs)
                self._line(str(event))
            case _:
                self._line(str(event))

    def _now(self, what: str, done: int, runs: int) -> None:
        room = max(10, self.progress.console.width // 3)
        self.progress.update(
            self.task,
            description=screen.safe(" ".join(what.split()))[:room] or "gathering",
            completed=done,
            total=runs,
            speed="",
        )


def _clock(seconds: float) -> str:
    """Minutes and seconds, with hours where there are any.

    >>> _clock(38.2), _clock(3725)
    ('0:38', '1:02:05')
    """
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    clock = f"{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"
    return f"{hours}:{clock}" if hours else clock
