"""Who answers: a trained run, or a net that others trained on ImageNet."""

from __future__ import annotations

from pathlib import Path

from svertka.errors import StoreError
from svertka.nets.weights.fetch import OnBytes
from svertka.nets.weights.known import known_nets
from svertka.predict import Predictor
from svertka.predict.pretrained import pretrained


def predictor_for(run: str | Path, *, on_bytes: OnBytes | None = None) -> Predictor:
    """The predictor of a run's folder, or of a net of the catalogue with its ImageNet weights.

    A folder comes first. Raises ``StoreError`` where ``run`` is neither.

    >>> predictor_for("efficientnet_lite0").classes[285]
    'Egyptian cat'
    """
    name = str(run).lower()
    if name in known_nets() and not Path(run).exists():
        return pretrained(name, on_bytes=on_bytes)
    try:
        return Predictor.open(run)
    except StoreError as error:
        if Path(run).exists():
            raise
        raise StoreError(
            f"{error} A net with known ImageNet weights can answer too: efficientnet_lite0, "
            f"and {len(known_nets()) - 1} that are downloaded, such as resnet50."
        ) from error
