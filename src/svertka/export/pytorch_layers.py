"""Each layer in PyTorch, and the few modules that torch lacks."""

from __future__ import annotations

import ast
from functools import cache
from importlib.resources import files
from typing import Any

from svertka.export.code import Slot, Step, Text, Value, square
from svertka.grammar import LayerPlan, Plan
from svertka.grammar.kernels import KERNELS

HELPERS = (
    "GlobalAverage",
    "Filters",
    "Hog",
    "_EPSILON",
    "_CLIP",
    "_ROUNDING",
    "_PIXELS_AT_ONCE",
    "_gradients",
    "_unit",
    *(name.upper() for name in KERNELS),
)
_ACTIVATIONS = {
    "relu": "ReLU",
    "relu6": "ReLU6",
    "leaky": "LeakyReLU",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "silu": "SiLU",
    "gelu": "GELU",
}


def steps(layer: LayerPlan) -> list[Step]:
    """What a layer is written as: one module, two where torch cannot pad as the net does."""
    name = layer.path.rpartition(".")[2]
    if layer.kind == "softmax":
        return []
    if layer.kind in _ACTIVATIONS:
        slope = layer.settings.get("slope", 0.01)
        given = (Slot(slope, "slope", default=0.01),) if layer.kind == "leaky" else ()
        return [Step(name, f"nn.{_ACTIVATIONS[layer.kind]}", given)]
    heavy = layer.kind in ("conv", "deconv", "fc", "hog", "filters")
    made = [Step(name, *_maker(layer), heavy)]
    tail = layer.settings.get("tail", ())
    if any(tail):
        ends = tuple(number for end in reversed(tail) for number in (0, end))
        made.insert(0, Step(f"{name}_tail", f"nn.ZeroPad{len(tail)}d", (Slot(ends, "tail"),)))
    return made


def _maker(layer: LayerPlan) -> tuple[str, tuple[Slot, ...]]:
    keys: dict[str, Any] = layer.settings
    channels = Slot(layer.input[0], "channels")
    rank = len(layer.input) - 1
    match layer.kind:
        case "conv":
            return f"nn.Conv{rank}d", (channels, *_window(keys))
        case "deconv":
            added = _numbers(keys["output_padding"], "output_padding", 0)
            slots = _window(keys)
            return f"nn.ConvTranspose{rank}d", (channels, *slots[:4], added, *slots[4:])
        case "maxpool" | "avgpool":
            kernel = square(keys["kernel"])
            given = (
                Slot(kernel, "kernel"),
                _numbers(keys["stride"], "stride", kernel),
                _numbers(keys["padding"], "padding", 0),
                Slot(keys["ceil"], "ceil_mode", "ceil_mode", False),
            )
            return f"nn.{'Max' if layer.kind == 'maxpool' else 'Avg'}Pool{rank}d", given
        case "fc":
            return "nn.Linear", (channels, Slot(keys["neurons"], "neurons"))
        case "bn":
            epsilon = Slot(keys["epsilon"], "eps", "eps", 1e-5)
            return f"nn.BatchNorm{max(1, rank)}d", (channels, epsilon)
        case "lrn":
            # torch divides alpha by the number of channels, the paper does not
            alpha = keys["alpha"] * keys["channels"]
            return "nn.LocalResponseNorm", (
                Slot(keys["channels"], "size"),
                Slot(alpha, "alpha", "alpha", 1e-4),
                Slot(keys["beta"], "beta", "beta", 0.75),
                Slot(keys["k"], "k", "k", 1.0),
            )
        case "drop":
            return "nn.Dropout", (Slot(keys["rate"], "rate", default=0.5),)
        case "up":
            return "nn.Upsample", (_numbers(keys["factor"], "scale_factor", None),)
        case "filters":
            kernels = [Slot(Text(name.upper()), "kernels") for name in keys["names"]]
            return "Filters", (channels, *kernels)
        case "hog":
            return "Hog", tuple(Slot(keys[key], key, key) for key in keys)
        case "gap":
            return "GlobalAverage", ()
    return "nn.Flatten", ()


def _window(keys: dict[str, Any]) -> tuple[Slot, ...]:
    return (
        Slot(keys["filters"], "filters"),
        Slot(square(keys["kernel"]), "kernel"),
        _numbers(keys["stride"], "stride", 1),
        _numbers(keys["padding"], "padding", 0),
        _numbers(keys["dilation"], "dilation", 1),
        Slot(keys["groups"], "groups", "groups", 1),
        Slot(keys["bias"], "bias", "bias", True),
    )


def _numbers(numbers: tuple[int, ...], key: str, default: Value) -> Slot:
    return Slot(square(numbers), key, key, default)


def helpers(plan: Plan) -> tuple[list[str], list[str]]:
    """The modules that torch lacks, of those that the plan has, and before them their constants."""
    kinds = {layer.kind for layer in plan.layers}
    constants, found = [], []
    if "gap" in kinds:
        axes = tuple(range(2, len(plan.input) + 1))
        found.append(_GLOBAL_AVERAGE.format(axes=axes if len(axes) > 1 else axes[0]))
    if "filters" in kinds:
        layers = [layer for layer in plan.layers if layer.kind == "filters"]
        names = dict.fromkeys(name for layer in layers for name in layer.settings["names"])
        constants += [f"{name.upper()} = {[list(row) for row in KERNELS[name]]}" for name in names]
        found.append(_FILTERS)
    if "hog" in kinds:
        ours = _own("Hog")
        constants += [text for text in ours if not text.startswith(("class", "def"))]
        found += [text for text in ours if text.startswith(("class", "def"))]
    return ["\n".join(constants)] if constants else [], found


@cache
def _own(name: str) -> list[str]:
    """The source of one of svertka's own modules, and of the names of its file that it uses."""
    text = files("svertka.nets").joinpath("fixed.py").read_text(encoding="utf-8")
    nodes: dict[str, ast.stmt] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            nodes[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            nodes[node.targets[0].id] = node
    wanted = [name]
    for found in wanted:
        inside = (n.id for n in ast.walk(nodes[found]) if isinstance(n, ast.Name))
        wanted += [used for used in inside if used in nodes and used not in wanted]
    return [ast.get_source_segment(text, nodes[key]) or "" for key in nodes if key in wanted]


_GLOBAL_AVERAGE = '''\
class GlobalAverage(nn.Module):
    """The mean over all places: one number a channel."""

    def forward(self, x):
        return x.mean({axes})'''

_FILTERS = '''\
class Filters(nn.Module):
    """Fixed 3x3 kernels on each channel; they are not trained."""

    def __init__(self, channels, *kernels):
        super().__init__()
        kernels = torch.tensor(kernels, dtype=torch.float32)[:, None]
        self.register_buffer("kernels", kernels.repeat(channels, 1, 1, 1), persistent=False)

    def forward(self, x):
        return nn.functional.conv2d(x, self.kernels, padding=1, groups=x.shape[1])'''
