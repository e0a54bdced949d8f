"""Lets torchvision be imported beside a build of torch that its compiled part does not fit.

Where pip finds torch for processors alone and torchvision for graphics cards, torchvision fails
at its first line about operators for detection. Nothing here detects: declaring them is enough.
"""

from __future__ import annotations

import sys

import torch

try:
    import torchvision  # noqa: F401
except RuntimeError:
    for module in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
        del sys.modules[module]
    library = torch.library.Library("torchvision", "FRAGMENT")
    for name in ("nms", "qnms"):
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
