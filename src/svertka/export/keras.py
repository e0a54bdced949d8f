"""A net as Keras 3 source, whatever its backend, with a function that takes PyTorch's weights."""

from __future__ import annotations

from collections.abc import Sequence

from svertka.errors import UsageError
from svertka.export import keras_layers
from svertka.export.code import (
    Fork,
    Items,
    Names,
    Step,
    arguments,
    call_lines,
    comments,
    document,
    letter,
    steps_of,
    written,
)
from svertka.export.folding import Run, form, loop, runs
from svertka.export.parts import Part, Source, source
from svertka.grammar import Plan

_TAKEN = ("keras", "layers", "ops", "numpy", "load", "model", "sides", "float", "range", "len")
_BRANCHES = 10_000


def keras(plan: Plan) -> str:
    """The net as Python source for Keras 3, channels last, by its functional interface.

    Layers are named as svertka names them; the source's ``load`` puts the weights of a run in.
    Raises `UsageError` with the layer's name where Keras has no counterpart.

    >>> from svertka.grammar import resolve
    >>> text = keras(resolve("conv8-relu-pool-fc10", input=(1, 28, 28)))
    >>> print(text[text.index("    x = inputs") : text.index("    return")].rstrip())
        x = inputs
        x = layers.Conv2D(8, 3, padding="same", name="conv")(x)
        x = layers.ReLU(name="relu")(x)
        x = layers.MaxPooling2D(2, name="pool")(x)
        x = layers.Permute((3, 1, 2), name="flatten_order")(x)
        x = layers.Flatten(name="flatten")(x)
        x = layers.Dense(10, name="fc")(x)
    """
    names = Names([*_TAKEN, *keras_layers.HELPERS])
    main = names.new(plan.name or "net")
    made = source(plan, keras_layers.steps, names, str)
    _check_sides(plan, made)
    helpers = keras_layers.helpers(plan)
    needs = ["import keras", "import numpy"]
    needs.append(f"from keras import {'layers, ops' if helpers else 'layers'}")
    top = "\n\n".join([_head(plan), "\n".join(needs)])
    functions = [_function(part) for part in made.parts]
    use = f'if __name__ == "__main__":\n    {main}().summary()\n'
    return "\n\n\n".join([top, *helpers, *functions, _main(plan, made, main), _LOAD, use])


def _check_sides(plan: Plan, made: Source) -> None:
    """Answers of side classifiers are gathered in the net itself, not in its parts."""
    sides = {part.name for part in made.parts if part.side}
    for part in made.parts:
        if any(step.maker in sides for step in steps_of(part.items)):
            layer = next(layer for layer in plan.layers if layer.side)
            raise UsageError(
                f"The side classifier of {layer.path} stands inside a definition: for Keras write "
                "aux(...) in a line of the net itself, or use --as pytorch."
            )


def _head(plan: Plan) -> str:
    about = [
        "# Made by svertka of this text; it needs Keras 3 alone. Channels are the last axis of",
        "# pictures. The weights of a run fit:",
        "#     from safetensors.numpy import load_file",
        '#     load(model, load_file("model.safetensors"))',
        "# The net returns logits; keras.ops.softmax(logits) gives probabilities.",
        "#",
    ]
    return "\n".join([*about, *comments(plan.text)])


def _main(plan: Plan, made: Source, main: str) -> str:
    parts = {part.name for part in made.parts if part.side}
    side = any(step.maker in parts for step in steps_of(made.items))
    shape = (*plan.input[1:], plan.input[0])
    output = ", ".join(map(str, (*plan.output[1:], plan.output[0])))
    lines = [
        f"def {main}({'sides=False' if side else ''}):",
        *document(f"Pictures (N, {', '.join(map(str, shape))}) to logits (N, {output})."),
        f"    inputs = keras.Input({written(shape)})",
        "    x = inputs",
        *(["    answers = []"] if side else []),
    ]
    body, last = _flow(made.items, "x", "x", _Place("", parts))
    lines += body
    outputs = f"[{last}, *answers] if sides else {last}" if side else last
    fixed = keras_layers.fixed(plan)
    model = f'keras.Model(inputs, {outputs}, name="{main}")'
    end = [f"    model = {model}", *fixed, "    return model"] if fixed else [f"    return {model}"]
    return "\n".join([*lines, *end])


def _function(part: Part) -> str:
    head = ", ".join(["x", *part.parameters, "name"])
    text = part.definition or "A side classifier, for training: its logits."
    body, last = _flow(part.items, "x", "x", _Place("{name}-", set(), part.parameters))
    return "\n".join([f"def {part.name}({head}):", *document(text), *body, f"    return {last}"])


class _Place:
    """Where lines stand: what layers' names begin with, and which parts are side classifiers."""

    def __init__(self, prefix: str, sides: set[str], taken: Sequence[str] = ()) -> None:
        self.prefix, self.sides = prefix, sides
        self.letters = [name for name in map(letter, range(_BRANCHES)) if name not in taken]

    def name(self, text: str) -> str:
        """A layer's name as an argument."""
        sign = "f" if "{" in self.prefix + text else ""
        return f'name={sign}"{self.prefix}{text}"'


def _flow(
    items: Items, here: str, target: str, place: _Place, depth: int = 0
) -> tuple[list[str], str]:
    """Lines that run ``items`` on the variable ``here``, and the variable of the result."""
    lines: list[str] = []
    waiting: list[Step] = []
    for item in (*items, None):
        if isinstance(item, Step):
            waiting.append(item)
            continue
        if waiting:
            made, here = _chain(waiting, here, target, place)
            lines += made
            waiting = []
        if isinstance(item, Fork):
            ends = []
            for chain in item.chains:
                made, end = _flow(chain, here, place.letters[depth], place, depth + 1)
                depth += end == place.letters[depth]
                lines += made
                ends.append(end)
            maker = "layers.Add" if item.join == "add" else "layers.Concatenate"
            tail = f"([{', '.join(ends)}])"
            lines += call_lines(f"{target} = {maker}", [place.name(item.name)], tail, 4)
            here = target
    return lines, here


def _chain(steps: list[Step], here: str, target: str, place: _Place) -> tuple[list[str], str]:
    lines: list[str] = []
    forms = [form(step) for step in steps]
    for run in runs(forms):
        if run.times == 1:
            step = steps[run.start]
            given = arguments(step.slots)
            lines += _call(step, given, place.name(step.name), (here, target), place, 4)
            here = here if step.maker in place.sides else target
            continue
        if here != target:
            lines.append(f"    {target} = {here}")
            here = target
        lines += _loop(run, steps, [numbers for _, numbers in forms], target, place)
    return lines, here


def _call(
    step: Step, given: list[str], name: str, variables: tuple[str, str], place: _Place, indent: int
) -> list[str]:
    here, target = variables
    if step.maker in place.sides:
        return call_lines(f"answers.append({step.maker}", [here, *given, name], ")", indent)
    if "." in step.maker or step.maker in keras_layers.HELPERS:
        return call_lines(f"{target} = {step.maker}", [*given, name], f"({here})", indent)
    return call_lines(f"{target} = {step.maker}", [here, *given, name], "", indent)


def _loop(
    run: Run, steps: list[Step], numbers: list[tuple[int, ...]], target: str, place: _Place
) -> list[str]:
    looped = loop(run, steps, numbers)
    lines = [f"    {looped.head}"]
    for step, stem, index, given in looped.calls:
        name = place.name(f"{stem}{{{index}}}")
        lines += _call(step, given, name, (target, target), place, 8)
    return lines


_LOAD = '''\
def load(model, weights):
    """Put weights with PyTorch's names and axes, name to array, into the model."""
    for layer in model.layers:
        if not layer.trainable_weights:
            continue
        if isinstance(layer, layers.BatchNormalization):
            names = ["weight", "bias", "running_mean", "running_var"]
        else:
            names = ["weight", "bias"][: len(layer.weights)]
        path = layer.name.replace("-", ".")
        arrays = [numpy.asarray(weights[f"{path}.{name}"]) for name in names]
        if arrays[0].ndim > 1:
            # PyTorch: outputs, inputs, places; Keras: places, inputs, outputs
            kernel = numpy.moveaxis(arrays[0], (0, 1), (-1, -2))
            arrays[0] = kernel.reshape(layer.weights[0].shape)
        layer.set_weights(arrays)'''
