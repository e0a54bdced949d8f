"""Write docs/cli.md from the help of every command; a test checks that the two agree."""

from __future__ import annotations

from pathlib import Path

import click

from svertka.cli.program import COMMANDS, State, group

HELP = group.context_settings["help_option_names"]
PLACE = Path(__file__).parent.parent / "docs" / "cli.md"
HEAD = """\
# Commands

Written by `make docs` from the commands' own help; do not edit.

"""


def help_text(name: str | None = None) -> str:
    """The help of one command, or of svertka itself, as on a terminal of 80 columns."""
    top = click.Context(
        group, info_name="svertka", obj=State(), terminal_width=80, help_option_names=HELP
    )
    if name is None:
        return group.get_help(top)
    command = group.get_command(top, name)
    assert command is not None
    return command.get_help(click.Context(command, info_name=name, parent=top, terminal_width=80))


def reference() -> str:
    """The whole document."""
    parts = [("svertka", help_text())]
    parts += [(f"svertka {name}", help_text(name)) for name in COMMANDS]
    return HEAD + "\n".join(f"## {title}\n\n```text\n{text}\n```\n" for title, text in parts)


if __name__ == "__main__":
    PLACE.write_text(reference(), encoding="utf-8")
