"""``svertka completion``: the script that completes commands in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from svertka.cli import options, screen

SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=options.OneOf("shell", SHELLS, "completion"), metavar="SHELL")
@options.quiet_anyway
def command(shell: str) -> None:
    """Print the script that completes commands in your shell.

    SHELL is bash, zsh or fish.

    \b
    Set it up once, then open a new terminal:
      svertka completion bash > ~/.local/share/bash-completion/completions/svertka
      svertka completion zsh  > ~/.zfunc/_svertka       (a folder of your $fpath)
      svertka completion fish > ~/.config/fish/completions/svertka.fish
    """
    from svertka.cli.program import group

    completer = get_completion_class(shell)
    if completer is None:
        raise AssertionError(f"click knows no completion for {shell}")
    screen.give(completer(group, {}, "svertka", "_SVERTKA_COMPLETE").source() + "\n")
