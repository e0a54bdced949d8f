"""``svertka lesson``: the experiments of the lectures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from svertka.cli import options, screen
from svertka.errors import UsageError

ALL = "all"


class LessonName(click.ParamType[str]):
    """The name of a lesson; completing it loads none."""

    name = "lesson"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from svertka.lessons.registry import names

        known = (*names(), ALL)
        return [CompletionItem(name) for name in known if name.startswith(incomplete.lower())]


@click.command("lesson")
@click.argument("name", type=LessonName(), required=False, metavar="[NAME]")
@click.argument("place", type=click.Path(path_type=Path), required=False, metavar="[PLACE]")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="A value of one of the lesson's parameters, such as stride=2; may be repeated.  "
    "[default: the lesson's own, from which its text starts]",
)
@click.option(
    "--lang",
    type=click.Choice(("en", "ru")),
    default="en",
    help="Language of the text; of pages, the one they begin in.  [default: en, as all of the "
    "command line; pages begin in the reader's own]",
)
@click.option(
    "--html",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the lesson as one page that opens from disk, in both languages, with all values "
    "of its parameters; of `all`, the folder of the course.  [default: none, it is printed]",
)
@click.option(
    "--again",
    is_flag=True,
    help="Compute anew what is stored in the package because it takes minutes.",
)
@click.option(
    "--f1",
    type=float,
    metavar="F1",
    help="For springfield: an F1 to turn into points, such as 0.95.  "
    "[default: that of the run, if PLACE is one]",
)
@options.as_json
@options.quiet
def command(
    name: str | None,
    place: Path | None,
    settings: tuple[str, ...],
    lang: str,
    html: Path | None,
    again: bool,
    f1: float | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Go through an experiment of the lectures.

    Without NAME the lessons are listed by lecture; `all` with --html writes the whole course as
    pages that open from disk. PLACE is for springfield: the contest's folder, or the run that was
    trained on it.

    \b
      svertka lesson pooling --set way=average --lang ru
      svertka lesson all --html course/
      svertka lesson springfield runs/springfield
    """
    if name is None or name.lower() == ALL:
        _course(html, lang, as_json=as_json, quiet=quiet)
    elif name.lower() == "springfield" and (place is not None or f1 is not None):
        from svertka.lessons.springfield import springfield

        screen.show(springfield(place, f1=f1, lang=lang), as_json=as_json)
    else:
        import svertka

        if place is not None or f1 is not None:
            raise UsageError("PLACE and --f1 are for the lesson springfield alone. Leave them out.")
        lesson = svertka.lesson(name, lang=lang, again=again, **_values(settings))
        if html is not None:
            lesson.save_html(html)
            _written(html, as_json=as_json)
        else:
            screen.show(lesson, as_json=as_json)


def _course(html: Path | None, lang: str, *, as_json: bool, quiet: bool) -> None:
    """The list of the lessons, or their pages."""
    from svertka.lessons.course import course, write_site

    if html is None:
        screen.show(course(lang), as_json=as_json)
        return
    for file in write_site(html, lang):
        if not quiet:
            screen.note(file)
    _written(html / "index.html", as_json=as_json)


def _written(page: Path, *, as_json: bool) -> None:
    """Say where the page is."""
    if as_json:
        screen.dump({"page": str(page)})
    else:
        screen.say(page)


def _values(settings: tuple[str, ...]) -> dict[str, Any]:
    """``stride=2`` as a parameter's name and value."""
    pairs = [one.partition("=") for one in settings]
    for name, sign, _ in pairs:
        if not (name and sign):
            raise UsageError(f"--set {name!r} has no value. Write it as NAME=VALUE: stride=2.")
    return {name.strip(): value.strip() for name, _, value in pairs}
