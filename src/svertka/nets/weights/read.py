"""Files of weights: ``.safetensors``, and ``.pth`` read without running what it holds."""

from __future__ import annotations

import pickle
import warnings
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from svertka.errors import StoreError

# Where checkpoints of other programs keep their state dict.
_INSIDE = ("state_dict", "model", "model_state_dict")


def read_tensors(path: str | Path) -> dict[str, Tensor]:
    """The named tensors of a file, on the CPU, real numbers as float32.

    ``path`` ends in .safetensors, or is a file of ``torch.save`` (.pth, .pt, .bin).
    Raises StoreError for a file that is missing, broken, or holds more than tensors.
    """
    path = Path(path)
    if not path.is_file():
        raise StoreError(f"There is no file of weights {path}.")
    stored = _safetensors(path) if path.suffix == ".safetensors" else _torch(path)
    for key in _INSIDE:
        if isinstance(stored, dict) and isinstance(stored.get(key), dict):
            stored = stored[key]
            break
    if not isinstance(stored, dict) or not stored:
        raise StoreError(f"{path} holds no weights: expected named tensors (a state dict).")
    odd = [name for name, value in stored.items() if not isinstance(value, Tensor)]
    if odd:
        raise StoreError(f"{path} holds no weights: {odd[0]!r} in it is no tensor.")
    # DataParallel puts its own name before every other
    shared = "module." if all(name.startswith("module.") for name in stored) else ""
    return {
        name.removeprefix(shared): value.float() if value.is_floating_point() else value
        for name, value in stored.items()
    }


def _safetensors(path: Path) -> Any:
    try:
        return load_file(path)
    except (SafetensorError, OSError, ValueError) as error:
        raise StoreError(f"{path} is no whole .safetensors file: {error}.") from error


def _torch(path: Path) -> Any:
    try:
        with warnings.catch_warnings():  # torch warns of odd files; here they load or they do not
            warnings.simplefilter("ignore")
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise StoreError(
            f"{path} is not a plain file of tensors, and svertka never unpickles. Where you trust "
            f"it, load it with torch and save its state_dict() as .safetensors."
        ) from error
    except (RuntimeError, ValueError, EOFError, OSError, KeyError, TypeError) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise StoreError(
            f"{path} cannot be read as weights: {first} Expected what torch.save(state_dict) "
            f"writes, or .safetensors."
        ) from error
