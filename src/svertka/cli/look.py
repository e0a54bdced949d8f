"""``svertka look``: into a network, by one picture or by all pictures that it has not learned."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from svertka.cli import options, progress, screen

if TYPE_CHECKING:
    from svertka.workbench.looking import Look
    from svertka.workbench.survey import Survey


@click.command("look")
@click.argument("run", type=click.Path(path_type=Path), metavar="RUN")
@click.argument(
    "picture",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="[PICTURE]",
    required=False,
)
@click.option(
    "--data",
    metavar="DATA",
    help="Without PICTURE: labelled pictures to look at, a built-in name, a folder or a file.  "
    "[default: what the run was trained on, of which the test part counts, else the validation "
    "part]",
)
@click.option(
    "--beside",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="RUN",
    help="Without PICTURE: another run on the same data, whose answers to moved and turned "
    "pictures are drawn beside, such as a dense network's. May be repeated.  [default: none]",
)
@click.option(
    "--filters",
    multiple=True,
    metavar="LAYER",
    help="Without PICTURE: a layer whose filters are shown, such as conv2. May be repeated.  "
    "[default: the first convolution, one in the middle, the last]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.html",
    help="Write the page.  [default: none, the terminal shows the main numbers]",
)
@click.option(
    "--npz",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.npz",
    help="Write the arrays for NumPy: every map of every layer, whole; without PICTURE what the "
    "page draws.  [default: none, they are large]",
)
@click.option(
    "--heat",
    is_flag=True,
    help="With PICTURE: add heat-maps of what speaks for the answer, each with its checks of "
    "honesty; it takes several times as long.",
)
@options.as_json
@options.quiet
def command(
    run: Path,
    picture: Path | None,
    data: str | None,
    beside: tuple[Path, ...],
    filters: tuple[str, ...],
    out: Path | None,
    npz: Path | None,
    heat: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Look into a network while it looks at a picture, or at all that it has not learned.

    RUN is the folder of a trained run, or a net with known ImageNet weights, such as
    efficientnet_lite0. Of a PICTURE the page shows every layer's maps: choose a layer, a map and a
    cell with the keys, and see how its number comes about. Without PICTURE it shows the pictures
    as the network sees them: as a map with neighbours, likely label errors, confused classes and
    thresholds; what moving, turning and noise do to the answers; the filters, the training pictures
    that excite each most and the picture that would; what its cells really see; how gradients
    flowed while it learned. A net with known weights shows filters and fields without data, too.
    The page opens from disk.

    \b
      svertka look runs/digits-1 scans/4.png --out look.html
      svertka look runs/digits-1 --beside runs/dense --out survey.html
      svertka look runs/digits-1 --filters conv1 --filters conv2 --out survey.html
      svertka look efficientnet_lite0 cat.jpg --npz maps.npz
    """
    if picture is None and heat:
        raise click.UsageError("--heat is of one picture: name it after the run.")
    if picture is not None and (data or beside or filters):
        raise click.UsageError(
            "--data, --beside and --filters are of many pictures: leave out the picture."
        )
    from svertka.workbench.looking import fetch

    with progress.downloads(quiet=quiet) as on_bytes:
        fetch(run, on_bytes)
    if picture is None:
        from svertka.workbench.surveying import survey

        seen = survey(str(run), data, beside=list(map(str, beside)), filters=filters)
        if npz is not None:
            seen.write_numbers(npz)
        _tell(seen, out, npz, as_json)
        return
    from svertka.workbench.looking import look_at, write_numbers

    look = look_at(str(run), picture, heat=heat)
    if npz is not None:
        write_numbers(str(run), picture, npz)
    _tell(look, out, npz, as_json)


def _tell(found: Look | Survey, out: Path | None, npz: Path | None, as_json: bool) -> None:
    if out is not None:
        found.save(out)
    if as_json:
        screen.dump(found.to_dict())
        return
    screen.say(found)
    for name, path in (("page", out), ("arrays", npz)):
        if path is not None:
            screen.say(f"\n{name:<7} {path}")
