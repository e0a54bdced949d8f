"""All commands under one name, and the way from words to an exit code.

A command parses its options, calls the public API and prints what comes back. Nothing here
imports torch, numpy or pydantic at the top of a file, so that ``svertka --help`` stays quick.
"""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass

import click

from svertka.cli import screen
from svertka.cli.output import guarded
from svertka.errors import UnknownName
from svertka.version import __version__

# The order is that of a first day's work; `svertka --help` keeps it.
COMMANDS = {
    "check": "Find what is wrong with pictures, before any training.",
    "train": "Train a network on pictures; leaves a run folder with a report.",
    "resume": "Go on with a run that was stopped, exactly where it was.",
    "predict": "Name the class of new pictures with a trained run.",
    "serve": "Answer over HTTP: pictures in, classes with probabilities out.",
    "evaluate": "Score a trained run on labelled pictures.",
    "report": "Write the report page of a run again.",
    "look": "Look into a network while it looks at a picture, or at all that it has not learned.",
    "export": "Write a trained network as a file for other programs.",
    "compare": "Compare networks on the same pictures: accuracy, cost, speed, and which "
    "differences are real.",
    "net": "Show the layers, sizes and cost of a network.",
    "nets": "List the networks that have a name.",
    "data": "List the built-in data, or describe a data set.",
    "recipe": "Show every setting of training, its value and its reason.",
    "language": "Show the words in which a network is written.",
    "studio": "Open the workbench in the browser: build, train, draw and look without typing "
    "commands.",
    "lesson": "Go through an experiment of the lectures.",
    "homework": "Print homework for a class, or mark the answers.",
    "completion": "Print the script that completes commands in your shell.",
}


class LazyGroup(click.Group):
    """Commands named in COMMANDS; the module of one is imported when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"svertka.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
            raise UnknownName("command", args[0], COMMANDS)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@dataclass
class State:
    """What the options before the command's name say."""

    debug: bool = False


@click.group(
    cls=LazyGroup,
    name="svertka",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": screen.WIDTH},
    epilog="Example: svertka train digits     Help on one command: svertka train --help",
)
@click.version_option(__version__, message="svertka %(version)s", help="Show the version and exit.")
@click.option(
    "--debug",
    is_flag=True,
    envvar="SVERTKA_DEBUG",
    help="Show the traceback of an unexpected error (or set SVERTKA_DEBUG=1).",
)
@click.pass_obj
def group(state: State, debug: bool) -> None:
    """Convolutional networks: a line of text is a network, one command trains it on your
    pictures, one page shows every number in it.
    """
    state.debug = debug


def run(words: list[str] | None) -> int:
    """Run one command, ``words`` or those of the process; the exit code, all errors told."""
    screen.prepare()
    state = State()
    with guarded():
        streams = sys.stdout, sys.stderr
        try:
            code = group.main(words, prog_name="svertka", standalone_mode=False, obj=state)
            sys.stdout.flush()
            return code if isinstance(code, int) else 0
        except BaseException as error:  # noqa: BLE001 - the last line of defence; it raises what is not ours
            fault = error
            if sys.stderr is not streams[1]:  # click has met a closed pipe, and hides it so
                sys.stdout, sys.stderr = streams
                fault = BrokenPipeError()
            return screen.explain(fault, debug=state.debug)
