"""What a run leaves on disk: ``model.safetensors`` and ``model.json``, checkpoints, metrics.

    runs/digits-1/
    ├── run.json            what was asked for
    ├── model.safetensors   the weights
    ├── model.json          the card: net text, input contract, classes, recipe, versions
    ├── metrics.jsonl       lines for epochs, gradient flow and scores; append-only
    └── checkpoint/         everything that an exact resume needs

Nothing here is a pickle, nothing is replaced half-way, and no name that is taken is taken again.
"""

from svertka.store.card import DataCard, ModelCard, RunStart, WeightsStamp
from svertka.store.folder import RunFolder, list_runs

__all__ = ["DataCard", "ModelCard", "RunFolder", "RunStart", "WeightsStamp", "list_runs"]
