"""Named tensors in safetensors files: checked, never unpickled."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import safetensors.torch
import torch
from safetensors import SafetensorError

from svertka.errors import StoreError
from svertka.store.atomic import write_atomic
from svertka.store.card import WeightsStamp


def save_tensors(path: Path, tensors: Mapping[str, torch.Tensor]) -> WeightsStamp:
    """Write ``tensors`` to ``path`` atomically; the stamp tells the file again.

    Values are kept bit for bit; the memory format (channels-last) is not part of the file.
    """
    data = to_bytes(tensors)
    write_atomic(path, data)
    digest = hashlib.sha256(data).hexdigest()
    return WeightsStamp(file=path.name, bytes=len(data), sha256=digest)


def to_bytes(tensors: Mapping[str, torch.Tensor]) -> bytes:
    """The bytes of a safetensors file of ``tensors``.

    >>> from_bytes(to_bytes({"a": torch.ones(2, 3).t()}))["a"].shape
    torch.Size([3, 2])
    """
    plain: dict[str, torch.Tensor] = {}
    homes: set[int] = set()
    for name, tensor in tensors.items():
        plain[name] = _own(tensor, homes)
        homes.add(plain[name].untyped_storage().data_ptr())
    return safetensors.torch.save(plain, metadata={"format": "pt"})


def from_bytes(data: bytes) -> dict[str, torch.Tensor]:
    """The tensors of ``to_bytes``."""
    return safetensors.torch.load(data)


def load_tensors(path: Path, stamp: WeightsStamp | None, remedy: str) -> dict[str, torch.Tensor]:
    """The tensors of ``path``; raises ``StoreError`` ending in ``remedy`` unless it is whole.

    The file is read into memory once, so that what was checked is what is used even if another
    process replaces or cuts the file meanwhile.
    """
    try:
        size = path.stat().st_size
        if stamp is not None and size != stamp.bytes:
            raise StoreError(
                f"{path} is damaged or of another run: {size} bytes where {stamp.bytes} were "
                f"written. {remedy}"
            )
        data = path.read_bytes()
    except FileNotFoundError:
        raise StoreError(f"{path} is missing. {remedy}") from None
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror or error}. {remedy}") from error
    if stamp is not None and hashlib.sha256(data).hexdigest() != stamp.sha256:
        raise StoreError(f"{path} is damaged or of another run: its checksum differs. {remedy}")
    try:
        return safetensors.torch.load(data)
    except (SafetensorError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise StoreError(f"{path} is not a whole safetensors file ({error}). {remedy}") from error


def load_into(module: torch.nn.Module, tensors: Mapping[str, torch.Tensor], source: str) -> None:
    """Copy ``tensors`` into ``module``; every name, shape and type must fit.

    ``source`` names the file in the ``StoreError``.
    """
    own = module.state_dict()
    faults = [f"{name} is missing" for name in own if name not in tensors]
    faults += [f"{name} is not in the net" for name in tensors if name not in own]
    for name in own.keys() & tensors.keys():
        if own[name].shape != tensors[name].shape or own[name].dtype != tensors[name].dtype:
            faults.append(f"{name} is {_form(tensors[name])} where the net has {_form(own[name])}")
    if faults:
        more = f" and {len(faults) - 3} more" if len(faults) > 3 else ""
        raise StoreError(
            f"{source} does not fit the net of its model.json: {'; '.join(sorted(faults)[:3])}"
            f"{more}. Take both files from the same run."
        )
    module.load_state_dict(dict(tensors))


def _form(tensor: torch.Tensor) -> str:
    sizes = "x".join(map(str, tensor.shape)) or "one number"
    return f"{sizes} of {str(tensor.dtype).removeprefix('torch.')}"


def _own(tensor: torch.Tensor, homes: set[int]) -> torch.Tensor:
    """``tensor``, dense and in memory of its own; the file format knows no views and no strides.

    ``homes`` are the places in memory that other tensors of the file already take.
    """
    tensor = tensor.detach().cpu().contiguous()
    storage = tensor.untyped_storage()
    whole = storage.nbytes() == tensor.numel() * tensor.element_size()
    return tensor if whole and storage.data_ptr() not in homes else tensor.clone()
