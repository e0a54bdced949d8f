"""``svertka look``: one picture on its way through a network."""

from __future__ import annotations

from pathlib import Path

import click

from svertka.cli import options, progress, screen


@click.command("look")
@click.argument("run", type=click.Path(path_type=Path), metavar="RUN")
@click.argument("picture", type=click.Path(path_type=Path, dir_okay=False), metavar="PICTURE")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.html",
    help="Write the page: maps of every layer, the arithmetic of cells, what each cell sees of the "
    "picture.  [default: none, the terminal shows the numbers of each layer]",
)
@click.option(
    "--npz",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.npz",
    help="Write every map of every layer, whole, for NumPy.  [default: none, they are large]",
)
@click.option(
    "--heat",
    is_flag=True,
    help="Add heat-maps of what speaks for the answer, each with its checks of honesty; it takes "
    "several times as long.",
)
@options.as_json
@options.quiet
def command(
    run: Path,
    picture: Path,
    out: Path | None,
    npz: Path | None,
    heat: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Look into a network while it looks at a picture.

    RUN is the folder of a trained run, or a net with known ImageNet weights, such as
    efficientnet_lite0. The page opens from disk: choose a layer, a map and a cell with the keys,
    and see how its number comes about.

    \b
      svertka look runs/digits-1 scans/4.png --out look.html
      svertka look efficientnet_lite0 cat.jpg --npz maps.npz
    """
    from svertka.workbench.looking import fetch, look_at, write_numbers

    with progress.downloads(quiet=quiet) as on_bytes:
        fetch(run, on_bytes)
    look = look_at(str(run), picture, heat=heat)
    if out is not None:
        look.save(out)
    if npz is not None:
        write_numbers(str(run), picture, npz)
    if as_json:
        screen.dump(look.to_dict())
        return
    screen.say(look)
    for name, path in (("page", out), ("arrays", npz)):
        if path is not None:
            screen.say(f"\n{name:<7} {path}")
