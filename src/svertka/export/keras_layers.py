"""Each layer in Keras 3, channels last; what Keras lacks is refused by name."""

from __future__ import annotations

from typing import Any, NoReturn

from svertka.errors import UsageError
from svertka.export.code import Slot, Step, Text, Value, square
from svertka.grammar import LayerPlan, Plan
from svertka.grammar.kernels import KERNELS

HELPERS = ("PadLow", "LocalResponseNorm")
_SAME, _VALID = Text('"same"'), Text('"valid"')
_EPSILON, _MOMENTUM = 1e-3, 0.99


def steps(layer: LayerPlan) -> list[Step]:
    """What a layer is written as: one layer of Keras, more where its padding differs."""
    name = layer.path.rpartition(".")[2]
    keys: dict[str, Any] = layer.settings
    rank = len(layer.input) - 1
    given: tuple[Slot, ...]
    match layer.kind:
        case "softmax":
            return []
        case "conv":
            return _conv(layer, name, rank)
        case "deconv":
            return _deconv(layer, name, rank)
        case "maxpool" | "avgpool":
            return _pool(layer, name, rank)
        case "fc":
            return [Step(name, "layers.Dense", (Slot(keys["neurons"], "neurons"),))]
        case "bn":
            given = (
                Slot(0.9, "momentum", "momentum", _MOMENTUM),
                Slot(keys["epsilon"], "epsilon", "epsilon", _EPSILON),
            )
            return [Step(name, "layers.BatchNormalization", given)]
        case "flatten":
            order = () if rank == 0 or 1 in (layer.input[0], _size(layer.input[1:])) else (name,)
            axes = Slot((rank + 1, *range(1, rank + 1)), "axes")
            turned = [Step(f"{name}_order", "layers.Permute", (axes,)) for name in order]
            return [*turned, Step(name, "layers.Flatten")]
        case "gap":
            return [Step(name, f"layers.GlobalAveragePooling{rank}D")]
        case "up":
            return [Step(name, f"layers.UpSampling{rank}D", (_numbers(keys["factor"], "size"),))]
        case "filters":
            count = len(keys["names"])
            given = (
                Slot(3, "kernel"),
                Slot(count, "depth_multiplier", "depth_multiplier", 1),
                Slot(_SAME, "padding", "padding"),
                Slot(False, "use_bias", "use_bias"),
                Slot(False, "trainable", "trainable"),
            )
            return [Step(name, "layers.DepthwiseConv2D", given)]
        case "hog":
            lack(layer, "it has no histograms of gradients")
    return [_simple(layer, name)]


def _simple(layer: LayerPlan, name: str) -> Step:
    keys: dict[str, Any] = layer.settings
    match layer.kind:
        case "relu":
            return Step(name, "layers.ReLU")
        case "relu6":
            return Step(name, "layers.ReLU", (Slot(6, "max_value", "max_value"),))
        case "leaky":
            return Step(name, "layers.LeakyReLU", (Slot(keys["slope"], "slope", "negative_slope"),))
        case "drop":
            return Step(name, "layers.Dropout", (Slot(keys["rate"], "rate"),))
        case "lrn":
            given = (
                Slot(keys["channels"], "size"),
                Slot(keys["alpha"], "alpha", "alpha"),
                Slot(keys["beta"], "beta", "beta"),
                Slot(keys["k"], "k", "k"),
            )
            return Step(name, "LocalResponseNorm", given)
    return Step(name, "layers.Activation", (Slot(Text(f'"{layer.kind}"'), "activation"),))


def _conv(layer: LayerPlan, name: str, rank: int) -> list[Step]:
    keys: dict[str, Any] = layer.settings
    wide, strided = max(keys["dilation"]) > 1, max(keys["stride"]) > 1
    if wide and strided:
        lack(layer, "it does not combine a stride with a dilation")
    sizes = zip(keys["kernel"], keys["padding"], keys["dilation"], strict=True)
    keeps = not strided and all(2 * p == d * (k - 1) for k, p, d in sizes)
    same = any(keys["tail"]) or keeps
    usual = _SAME if keeps and not any(keys["padding"]) else _VALID
    before = [] if same else _zeros(name, rank, [(p, p) for p in keys["padding"]])
    each = rank < 3 and keys["groups"] == layer.input[0] > 1
    if each and (strided and len(set(keys["stride"])) > 1):
        lack(layer, "its depthwise convolution has one stride for all axes")
    kernel = Slot(square(keys["kernel"]), "kernel")
    filters, maker = Slot(keys["filters"], "filters"), f"layers.Conv{rank}D"
    slots: tuple[Slot, ...] = (filters, kernel)
    if each:
        many = Slot(keys["filters"] // keys["groups"], "multiplier", "depth_multiplier", 1)
        slots, maker = (kernel, many), f"layers.DepthwiseConv{rank}D"
    slots += (
        _numbers(keys["stride"], "strides", 1),
        Slot(_SAME if same else _VALID, "padding", "padding", usual),
        _numbers(keys["dilation"], "dilation_rate", 1),
    )
    slots += () if each else (Slot(keys["groups"], "groups", "groups", 1),)
    return [*before, Step(name, maker, (*slots, Slot(keys["bias"], "bias", "use_bias", True)))]


def _deconv(layer: LayerPlan, name: str, rank: int) -> list[Step]:
    keys: dict[str, Any] = layer.settings
    if keys["groups"] > 1:
        lack(layer, "its transposed convolution has no groups")
    if max(keys["dilation"]) > 1 and max(keys["stride"]) > 1:
        lack(layer, "it does not combine a stride with a dilation")
    crop = [(p, p - o) for p, o in zip(keys["padding"], keys["output_padding"], strict=True)]
    if min(end for _, end in crop) < 0:
        lack(layer, "its transposed convolution adds no places at the end")
    slots = (
        Slot(keys["filters"], "filters"),
        Slot(square(keys["kernel"]), "kernel"),
        _numbers(keys["stride"], "strides", 1),
        _numbers(keys["dilation"], "dilation_rate", 1),
        Slot(keys["bias"], "bias", "use_bias", True),
    )
    made = [Step(name, f"layers.Conv{rank}DTranspose", slots)]
    if any(start or end for start, end in crop):
        made.append(Step(f"{name}_crop", f"layers.Cropping{rank}D", (_ends(crop),)))
    return made


def _pool(layer: LayerPlan, name: str, rank: int) -> list[Step]:
    keys: dict[str, Any] = layer.settings
    slots: tuple[Slot, ...]
    numbers = zip(
        layer.input[1:], layer.output[1:], keys["kernel"], keys["stride"], keys["padding"],
        strict=True,
    )  # fmt: skip
    # what the last window takes in beyond the padding, where a partly covered one counts
    ends = [(p, p + max(0, (out - 1) * s + k - n - 2 * p)) for n, out, k, s, p in numbers]
    kernel = square(keys["kernel"])
    slots = (Slot(kernel, "kernel"), _numbers(keys["stride"], "strides", kernel))
    steady = max(keys["stride"]) == 1 and any(keys["padding"])
    same = steady and all(start == end == (k - 1) / 2 for (start, end), k in zip(
        ends, keys["kernel"], strict=True))  # fmt: skip
    if layer.kind == "avgpool":
        if any(start != end for start, end in ends):
            lack(layer, "its average pool counts no partly covered window")
        before, maker = _zeros(name, rank, ends), "AveragePooling"
    else:
        before, maker = [], "MaxPooling"
        if same:
            slots = (*slots, Slot(_SAME, "padding", "padding"))
        elif any(end for _, end in ends):
            before = [Step(f"{name}_pad", "PadLow", (Slot(tuple(ends), "ends"),))]  # type: ignore[arg-type]
    return [*before, Step(name, f"layers.{maker}{rank}D", slots)]


def _zeros(name: str, rank: int, ends: list[tuple[int, int]]) -> list[Step]:
    if not any(end for _, end in ends):
        return []
    return [Step(f"{name}_pad", f"layers.ZeroPadding{rank}D", (_ends(ends),))]


def _ends(ends: list[tuple[int, int]]) -> Slot:
    """Padding or cropping as Keras takes it: one number, or a pair for each axis."""
    value: Any = tuple(ends) if len(ends) > 1 else ends[0]
    if len({number for pair in ends for number in pair}) == 1:
        value = ends[0][0]
    return Slot(value, "ends")


def _numbers(numbers: tuple[int, ...], key: str, default: Value = None) -> Slot:
    return Slot(square(numbers), key, key, default)


def _size(numbers: tuple[int, ...]) -> int:
    size = 1
    for number in numbers:
        size *= number
    return size


def lack(layer: LayerPlan, why: str) -> NoReturn:
    """Refuse a layer that Keras cannot have."""
    raise UsageError(
        f"Keras has no counterpart of {layer.path} ({layer.word}): {why}. "
        "Change this layer, or write PyTorch source: --as pytorch."
    )


def helpers(plan: Plan) -> list[str]:
    """The layers that Keras lacks, of those that the plan has."""
    found = []
    made = [step.maker for layer in plan.layers for step in steps(layer)]
    if "PadLow" in made:
        found.append(_PAD_LOW)
    if "LocalResponseNorm" in made:
        found.append(_LOCAL_RESPONSE_NORM)
    return found


def fixed(plan: Plan) -> list[str]:
    """Lines that give the layers of fixed kernels their numbers."""
    lines = []
    for layer in plan.layers:
        if layer.kind == "filters":
            kernels = [[list(row) for row in KERNELS[name]] for name in layer.settings["names"]]
            lines.append(f"    kernels = numpy.array({kernels})")
            lines.append(f"    kernels = numpy.tile(kernels, ({layer.input[0]}, 1, 1, 1))")
            lines.append(
                "    kernels = kernels.transpose(2, 3, 0, 1)"
                f".reshape(3, 3, {layer.input[0]}, {len(kernels)})"
            )
            name = layer.path.replace(".", "-")
            lines.append(f'    model.get_layer("{name}").set_weights([kernels])')
    return lines


_PAD_LOW = '''\
class PadLow(layers.Layer):
    """Padding that no maximum takes: Keras pads at the end only, PyTorch on both sides."""

    def __init__(self, ends, **kwargs):
        super().__init__(**kwargs)
        self.ends = ends

    def call(self, x):
        return ops.pad(x, [(0, 0), *self.ends, (0, 0)], constant_values=float("-inf"))'''

_LOCAL_RESPONSE_NORM = '''\
class LocalResponseNorm(layers.Layer):
    """AlexNet's normalisation by the squares of neighbouring channels."""

    def __init__(self, size, alpha, beta, k, **kwargs):
        super().__init__(**kwargs)
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def call(self, x):
        ends = (self.size // 2, (self.size - 1) // 2)
        squares = ops.pad(ops.square(x), [(0, 0)] * (len(x.shape) - 1) + [ends])
        count = x.shape[-1]
        total = sum(squares[..., i : i + count] for i in range(self.size))
        return x / (self.k + self.alpha * total) ** self.beta'''
