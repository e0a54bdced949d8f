"""Everything that reaches the terminal: text made safe, JSON, and errors as one message."""

from __future__ import annotations

import codecs
import difflib
import json
import os
import re
import shutil
import sys
import tempfile
import textwrap
import traceback
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from svertka.cli.output import OutputLost, let_go
from svertka.errors import NetTextError, ProcessLost, SvertkaError
from svertka.records import Record
from svertka.runtime import place

if TYPE_CHECKING:
    from svertka.workbench.comparison import Comparison
    from svertka.workbench.run import Run

WIDTH = 100  # longer lines are hard to read
INTERRUPTED = 130  # 128 + SIGINT, as a shell reports it
# The reader of the result has enough: `svertka nets | head -1`. That is no failure, of svertka or
# of a script with `set -o pipefail`, for which 141, death by SIGPIPE, would be one as 1 is.
PIPE_CLOSED = 0
# The reader of the progress has gone, and with it whoever asked: the work was broken off. As a
# shell reports SIGPIPE.
CUT_OFF = 141

# What a terminal that cannot show a sign gets in its place.
_PLAIN = {
    "×": "x", "·": "*", "…": "...", "–": "-", "—": "-", "−": "-", "→": "->", "±": "+-",
    "│": "|", "─": "-", "┼": "+", "┤": "|", "├": "|", "└": "`", "≥": ">=", "≤": "<=",
}  # fmt: skip
# Control characters, and the signs that turn or hide the text around them.
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    written = (_PLAIN.get(s) or s.encode("ascii", "backslashreplace").decode() for s in signs)
    return "".join(written), error.end


def prepare() -> None:
    """Make both streams able to write any text: a sign that they lack is replaced, never fatal."""
    codecs.register_error("svertka", _replace)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="svertka")


def safe(text: str) -> str:
    r"""The text with its control characters written out, so that a file name cannot act.

    >>> safe("a\x1b[31mred.png")
    'a\\x1b[31mred.png'
    """
    return _UNSAFE.sub(lambda sign: sign.group().encode("unicode_escape").decode(), text)


_COMMANDS = ("svertka ", "pip install ", "rm -- ")


def fold(text: str, width: int) -> str:
    """Lines no longer than ``width``: a longer one goes on below, set in, from a gap. A command
    on a line of its own stays whole: it is there to be copied.

    >>> print(fold("conv  64x112x112  9,408  a long note", 20))
    conv  64x112x112
        9,408
        a long note
    >>> print(fold("        return first + second", 24))
            return first +
                second
    """
    lines = []
    for line in text.split("\n"):
        rest, begin = line, _indent(line)
        inner = 4 if begin < 4 else min(begin + 4, width // 2)  # code keeps its steps
        while len(rest) > width and not rest.lstrip().startswith(_COMMANDS):
            first = max(5, begin + 1)
            cut = max(rest.rfind("  ", first, width + 1), 0) or rest.rfind(" ", first, width + 1)
            if cut < 0:
                break
            lines.append(rest[:cut].rstrip())
            rest, begin = " " * inner + rest[cut:].lstrip(), inner
        lines.append(rest if " " in rest else rest[:width])  # a rule of the table is cut
    return "\n".join(lines)


def _indent(line: str) -> int:
    """How many spaces a line begins with."""
    return len(line) - len(line.lstrip(" "))


def say(text: object) -> None:
    """Print a result on stdout, fitted to a terminal or ``$COLUMNS``; a pipe gets all."""
    width = shutil.get_terminal_size((0, 0)).columns or None
    fitted = getattr(text, "fitted", None)
    shown = safe(str(text) if fitted is None else fitted(width))
    print(shown if width is None else fold(shown, width))


def give(text: str) -> None:
    """Print a text for other programs on stdout, as it is."""
    print(text, end="")


def note(text: object) -> None:
    """Print progress or a hint on stderr, where it does not mix with results.

    A full disk of a log does not stop the work; a reader who has gone does.
    """
    try:
        print(safe(str(text)), file=sys.stderr, flush=True)
    except OSError as error:
        let_go(sys.stderr)
        if isinstance(error, BrokenPipeError):
            raise


def _last(text: object) -> None:
    """Print a note that nothing can follow."""
    with suppress(BrokenPipeError):
        note(text)


def dump(record: Mapping[str, Any]) -> None:
    """Print one JSON object, numbers unrounded, in plain ASCII that every pipe carries."""
    print(json.dumps(record, allow_nan=False))


def show_run(run: Run, *, as_json: bool) -> None:
    """Print a run; of many processes that trained it, the first one does."""
    if place().first:
        show(run, as_json=as_json)


def show(record: Record, *, as_json: bool) -> None:
    """Print a result as text, or as one JSON object."""
    if as_json:
        dump(record.to_dict())
    else:
        say(record)


def show_comparison(comparison: Comparison, *, as_json: bool) -> int:
    """Print a comparison; the exit code is 1 where not one of its nets was trained."""
    show(comparison, as_json=as_json)
    return 0 if any(net["figures"] for net in comparison.nets) else 1


def explain(error: BaseException, *, debug: bool = False) -> int:
    """Turn an error into one message on stderr and return the exit code."""
    match error:
        case NetTextError():
            # Below the word "error", so that the caret stays under what it points at.
            return _fail(f"this network does not work:\n\n{error}", error.exit_code)
        case ProcessLost() if not place().first:  # the lost one had a reason of its own
            return error.exit_code
        case SvertkaError():
            return _fail(str(error), error.exit_code)
        case click.NoSuchOption(ctx=click.Context() as ctx):
            return _fail(_no_such_option(error.option_name, ctx), error.exit_code)
        case click.exceptions.NoArgsIsHelpError():
            _last(error.format_message())
            return error.exit_code
        case click.UsageError():
            hint = _try_help(error.ctx) if error.ctx else ""
            message = error.format_message().rstrip(".")
            return _fail(f"{message}. {hint}".strip(), error.exit_code)
        case click.ClickException():
            return _fail(error.format_message(), error.exit_code)
        case click.exceptions.Exit():
            return error.exit_code
        case KeyboardInterrupt() | click.Abort():
            # click wraps the interruption, which may say how to go on.
            if not place().first:  # one of many processes: the first says it
                return INTERRUPTED
            stop = error.__cause__ if isinstance(error, click.Abort) else error
            _last(stop if isinstance(stop, KeyboardInterrupt) and stop.args else "Stopped.")
            return INTERRUPTED
        case OutputLost(reason=BrokenPipeError()):
            return PIPE_CLOSED
        case OutputLost(reason=reason):
            return _fail(f"The output cannot be written: {getattr(reason, 'strerror', reason)}.", 1)
        case BrokenPipeError():
            return CUT_OFF
        case Exception():
            return _unexpected(error, debug)
    raise error


def _no_such_option(name: str, ctx: click.Context) -> str:
    """The dashes are left out when names are compared: they would make all options alike."""
    known = _options(ctx.command, ctx)
    near = [known[bare] for bare in difflib.get_close_matches(name.strip("-"), known)]
    told = f"There is no option {name!r}"
    if near:
        return f"{told}. Did you mean: {', '.join(near)}? {_try_help(ctx)}"
    if isinstance(ctx.command, click.Group):
        below = ((c, ctx.command.get_command(ctx, c)) for c in ctx.command.list_commands(ctx))
        after = [c for c, command in below if command and name in _options(command, ctx).values()]
        if after:
            return f"{told} before the command; it comes after: svertka {after[0]} ... {name}"
    return f"{told}. Known: {', '.join(known.values())}. {_try_help(ctx)}"


def _options(command: click.Command, ctx: click.Context) -> dict[str, str]:
    """All options of a command, by their names without dashes."""
    params = [p for p in command.get_params(ctx) if isinstance(p, click.Option)]
    return {name.strip("-"): name for p in params for name in p.opts}


def _fail(message: str, code: int) -> int:
    _last(f"error: {message}")
    return code


def _try_help(ctx: click.Context) -> str:
    return f"See: {ctx.command_path} --help"


def _unexpected(error: Exception, debug: bool) -> int:
    trace = "".join(traceback.format_exception(error))
    if debug:
        _last(trace)
        where = "The traceback is above"
    else:
        handle, name = tempfile.mkstemp(prefix="svertka-error-", suffix=".txt")
        os.close(handle)
        Path(name).write_text(trace, encoding="utf-8", errors="backslashreplace")
        where = f"The traceback is in {name} (or set SVERTKA_DEBUG=1 to see it)"
    summary = traceback.format_exception_only(error)[-1].strip()
    return _fail(f"{summary}. This is a fault of svertka: please report it. {where}.", 1)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns under their names; a column of figures stands to the right.

    >>> print(table(("net", "input", "layers"), [("lenet5", "1x28x28", "12"), ("vgg", "any", "1")]))
    net     input    layers
    lenet5  1x28x28      12
    vgg     any           1
    """
    columns = list(zip(head, *rows, strict=True))
    aligned = []
    for name, *cells in columns:
        width = max(map(len, (name, *cells)))
        figures = all(re.fullmatch(r"[\d,.%-]+", cell) for cell in cells)
        place = str.rjust if figures else str.ljust
        aligned.append([place(cell, width) for cell in (name, *cells)])
    return "\n".join("  ".join(line).rstrip() for line in zip(*aligned, strict=True))


def definitions(rows: Iterable[tuple[str, str]]) -> str:
    """Names and what they are, wrapped to the width of the terminal."""
    formatter = click.HelpFormatter(width=min(shutil.get_terminal_size().columns, WIDTH))
    formatter.write_dl(list(rows))
    return textwrap.dedent(formatter.getvalue()).rstrip()
