"""Who answers: a trained run, or a net that others trained on ImageNet."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from svertka.errors import StoreError
from svertka.evaluate.forecast import Forecast, forecast
from svertka.grammar import resolve
from svertka.nets.catalogue import find
from svertka.nets.weights.fetch import OnBytes
from svertka.nets.weights.known import known_nets
from svertka.predict import Predictor, open_engine
from svertka.predict.choice import with_engine
from svertka.predict.ensemble import Ensemble
from svertka.predict.pretrained import pretrained
from svertka.workbench.folds import Folds, are_folds, known_scores, opened


def predictor_for(
    run: str | Path, *, engine: str = "auto", on_bytes: OnBytes | None = None
) -> Predictor | Ensemble:
    """The predictor of a run's folder, of folds, or of a net with its known ImageNet weights.

    A folder comes first. ``engine`` is one of ``svertka.predict.choice.ENGINES``. Raises
    ``StoreError`` where ``run`` is neither.

    >>> predictor_for("efficientnet_lite0").classes[285]
    'Egyptian cat'
    """
    name = str(run).lower()
    if name in known_nets() and not Path(run).exists():
        exact = pretrained(name, on_bytes=on_bytes)
        return with_engine(exact, engine, None, resolve(find(name)).multiply_adds)
    if are_folds(run):
        return Ensemble([open_engine(one.path, engine) for one in Folds.open(run).runs])
    try:
        return open_engine(run, engine)
    except StoreError as error:
        if Path(run).exists():
            raise
        near = get_close_matches(name, known_nets(), n=3, cutoff=0.6) or ["resnet50"]
        raise StoreError(
            f"{error} A net with known ImageNet weights can answer too: efficientnet_lite0, "
            f"and {len(known_nets()) - 1} that are downloaded, such as {', '.join(near)}."
        ) from error


def expected(run: str | Path, n: int) -> Forecast | None:
    """The score that ``n`` new pictures can be expected to give; None for a net of the catalogue.

    By what the run answered to the pictures kept from it, or folds to those they had not seen.
    """
    if not Path(run).exists():
        return None
    return forecast(known_scores(opened(run)), n)
