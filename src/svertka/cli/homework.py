"""``svertka homework``: sheets for a class, and their marks."""

from __future__ import annotations

from pathlib import Path

import click

from svertka.cli import options, screen
from svertka.errors import UsageError


@click.command("homework")
@click.argument(
    "action", type=options.OneOf("action", ("check",), "homework"), required=False, metavar="[check"
)
@click.argument(
    "answers", type=click.Path(path_type=Path, dir_okay=False), required=False, metavar="ANSWERS]"
)
@click.option(
    "--variants",
    type=options.Whole(1, 500),
    default=1,
    metavar="N",
    help="How many variants: as many as students.  [default: 1, to look at]",
)
@click.option(
    "--seed",
    type=options.Whole(0, 10**9),
    default=0,
    metavar="N",
    help="The same seed gives the same variants, everywhere.  [default: 0]",
)
@click.option(
    "--tasks",
    metavar="TASK,...",
    help="Of convolution, sizes, parameters, field, pooling, one-by-one, gradient, mistake.  "
    "[default: convolution,sizes,parameters,gradient, which fill a page]",
)
@click.option(
    "--pdf",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write a sheet a variant, and the answers as FILE-key.pdf beside it; needs "
    "pip install 'svertka[sheets]'.  [default: none, the first variant is printed]",
)
@click.option(
    "--csv",
    "table",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the table into which answers are typed; of `check`, every mark.  [default: none]",
)
@click.option(
    "--lang",
    type=click.Choice(("en", "ru")),
    default="en",
    help="Language of the text.  [default: en, as all of the command line]",
)
@options.as_json
@options.quiet_anyway
def command(
    action: str | None,
    answers: Path | None,
    variants: int,
    seed: int,
    tasks: str | None,
    pdf: Path | None,
    table: Path | None,
    lang: str,
    as_json: bool,
) -> None:
    """Print homework for a class, or mark the answers.

    Every variant is the same for its seed. `check ANSWERS` marks the table of --csv, filled in,
    and names the mistakes: a flipped kernel, a forgotten stride, padding, bias or channel, and
    what was rightly computed from a wrong answer before.

    \b
      svertka homework --variants 30 --seed 7 --pdf sheet.pdf --csv answers.csv
      svertka homework check answers.csv --lang ru
    """
    if action == "check":
        _check(answers, table, lang, as_json=as_json)
        return
    from svertka.lessons.exercises.sheet import TASKS, homework

    named = [one.strip() for one in tasks.split(",")] if tasks is not None else TASKS
    sheet = homework(variants, seed=seed, tasks=named, lang=lang)
    written: list[Path] = []
    if pdf is not None:
        from svertka.lessons.exercises.paper import print_sheets

        written += print_sheets(sheet, pdf)
    if table is not None:
        sheet.save_template(table)
        written.append(table)
    if not written:
        screen.show(sheet, as_json=as_json)
    elif as_json:
        screen.dump({"written": [str(path) for path in written]})
    else:
        for path in written:
            screen.say(path)


def _check(answers: Path | None, table: Path | None, lang: str, *, as_json: bool) -> None:
    """Mark a table of answers."""
    from svertka.lessons.exercises.answers import check_answers

    if answers is None:
        raise UsageError("No answers are named. Expected: svertka homework check answers.csv")
    marks = check_answers(answers, lang)
    if table is not None:
        marks.save_csv(table)
    screen.show(marks, as_json=as_json)
