"""A net as plain PyTorch source: it needs torch alone, and names its weights as svertka does."""

from __future__ import annotations

from collections.abc import Sequence

from svertka.export import pytorch_layers
from svertka.export.code import (
    Fork,
    Items,
    Names,
    Step,
    arguments,
    call_lines,
    camel,
    comments,
    document,
    letter,
    plain_name,
    steps_of,
)
from svertka.export.folding import Run, form, growing, loop, name_form, numbered, runs
from svertka.export.parts import Part, source
from svertka.grammar import Plan

_TAKEN = ("nn", "torch", "math", "Tensor", "functional", "OrderedDict", "None", "True", "False")
_ROW = 3  # layers called in one line


def pytorch(plan: Plan) -> str:
    """The net as Python source that needs torch alone.

    ``state_dict`` of its module has the names of svertka's own, so that the weights of a run load
    into it. Without weights torch draws them, by its own rule.

    >>> from svertka.grammar import resolve
    >>> text = pytorch(resolve("conv8-relu-pool-fc10", input=(1, 28, 28)))
    >>> print(text[text.index("class") : text.index("if __name__")].rstrip())
    class Net(nn.Sequential):
        \"\"\"Pictures (N, 1, 28, 28) to logits (N, 10).\"\"\"
    <BLANKLINE>
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 8, 3, padding=1)
            self.relu = nn.ReLU()
            self.pool = nn.MaxPool2d(2)
            self.flatten = nn.Flatten()
            self.fc = nn.Linear(1568, 10)
    """
    names = Names([*_TAKEN, *pytorch_layers.HELPERS])
    main = names.new(camel(plan.name or "net"))
    made = source(plan, pytorch_layers.steps, names, camel)
    shapes = f"(N, {', '.join(map(str, plan.input))}) to logits (N, {_shape(plan.output)})"
    whole = Part(main, (), made.items, f"Pictures {shapes}.")
    classes = [_class(part) for part in (*made.parts, whole)]
    constants, helpers = pytorch_layers.helpers(plan)
    top = "\n\n".join([_head(plan), _imports(plan), *constants])
    return "\n\n\n".join([top, *helpers, *classes, _use(main, plan)])


def _head(plan: Plan) -> str:
    about = [
        "# Made by svertka of this text; it needs torch alone. The weights of a run fit:",
        "#     from safetensors.torch import load_file",
        '#     net.load_state_dict(load_file("model.safetensors"))',
        "# The net returns logits; torch.softmax(logits, 1) gives probabilities.",
        "#",
    ]
    return "\n".join([*about, *comments(plan.text)])


def _imports(plan: Plan) -> str:
    if any(layer.kind == "hog" for layer in plan.layers):
        return "import math\n\nimport torch\nfrom torch import Tensor, nn"
    return "import torch\nfrom torch import nn"


def _shape(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))


def _use(main: str, plan: Plan) -> str:
    picture = f"torch.zeros(1, {_shape(plan.input)})"
    lines = [
        'if __name__ == "__main__":',
        f"    net = {main}().eval()",
        f"    print(net({picture}).shape)",
        "    print(sum(parameter.numel() for parameter in net.parameters()))",
    ]
    return "\n".join(lines) + "\n"


def _class(part: Part) -> str:
    """One definition: a Sequential where it is a chain, else a Module with its own forward."""
    chain = all(isinstance(item, Step) for item in part.items)
    base = "nn.Sequential" if chain else "nn.Module"
    text = part.definition or "A side classifier: keeps its logits while training."
    lines = [f"class {part.name}({base}):", *document(text), ""]
    if part.side:
        lines += ["    logits = None", ""]
    lines += [f"    def __init__({', '.join(['self', *part.parameters])}):"]
    lines += ["        super().__init__()", *_children(list(steps_of(part.items)))]
    if not chain:
        lines += ["", *_forward(part)]
    elif part.side:
        lines += ["", *_SIDE]
    return "\n".join(lines)


_SIDE = (
    "    def forward(self, x):",
    "        if self.training:",
    "            self.logits = super().forward(x)",
    "        return x",
)


def _children(steps: list[Step]) -> list[str]:
    """Lines that make the modules, equal ones in loops."""
    lines: list[str] = []
    forms = [form(step) for step in steps]
    for run in runs(forms):
        if run.times == 1:
            step = steps[run.start]
            given = arguments(step.slots)
            if plain_name(step.name):
                lines += call_lines(f"self.{step.name} = {step.maker}", given, "", 8)
            else:
                made = [repr(step.name), f"{step.maker}({', '.join(given)})"]
                lines += call_lines("self.add_module", made, "", 8)
        else:
            lines += _loop(run, steps, [numbers for _, numbers in forms])
    return lines


def _loop(run: Run, steps: list[Step], numbers: list[tuple[int, ...]]) -> list[str]:
    looped = loop(run, steps, numbers)
    lines = [f"        {looped.head}"]
    for step, stem, index, given in looped.calls:
        made = f"{step.maker}({', '.join(given)})"
        lines += call_lines("self.add_module", [f'f"{stem}{{{index}}}"', made], "", 12)
    return lines


def _forward(part: Part) -> list[str]:
    if not part.side:
        lines, last = _flow(part.items, "x", "x", 8)
        if lines[-1].startswith("        x = "):
            last = lines.pop().partition(" = ")[2]
        return ["    def forward(self, x):", *lines, f"        return {last}"]
    lines, last = _flow(part.items, "x", "y", 12)
    head = ["    def forward(self, x):", "        if self.training:"]
    return [*head, *lines, f"            self.logits = {last}", "        return x"]


def _flow(
    items: Items, source: str, target: str, indent: int, depth: int = 0
) -> tuple[list[str], str]:
    """Lines that run ``items`` on the variable ``source``, and the variable of the result."""
    lines: list[str] = []
    waiting: list[Step] = []
    for item in (*items, None):
        if isinstance(item, Step):
            waiting.append(item)
            continue
        if waiting:
            lines += _calls(waiting, source, target, indent)
            source, waiting = target, []
        if isinstance(item, Fork):
            lines += _fork(item, source, target, indent, depth)
            source = target
    return lines, source


def _fork(fork: Fork, source: str, target: str, indent: int, depth: int) -> list[str]:
    lines: list[str] = []
    ends = []
    for chain in fork.chains:
        made, end = _flow(chain, source, letter(depth), indent, depth + 1)
        depth += end == letter(depth)
        lines += made
        ends.append(end)
    space = " " * indent
    if fork.join == "add":
        lines.append(f"{space}{target} = {' + '.join(ends)}")
    else:
        lines.append(f"{space}{target} = torch.cat([{', '.join(ends)}], 1)")
    return lines


def _calls(steps: list[Step], source: str, target: str, indent: int) -> list[str]:
    """A chain of calls, a few in a line; what repeats is a loop."""
    lines: list[str] = []
    row: list[Step] = []
    space = " " * indent

    def flush() -> None:
        nonlocal source
        if row:
            lines.append(f"{space}{target} = {_nested(row, source)}")
            source = target
            row.clear()

    for run in runs([name_form(step) for step in steps]):
        here = steps[run.start : run.start + run.period]
        if run.times == 1:
            step = here[0]
            if len(row) == _ROW or (step.heavy and any(s.heavy for s in row)):
                flush()
            row.append(step)
            continue
        flush()
        following = steps[run.start + run.period : run.start + 2 * run.period]
        if source != target:
            lines.append(f"{space}{target} = {source}")
            source = target
        lines += _call_loop(here, following, run.times, target, indent)
    flush()
    return lines


def _call_loop(
    here: list[Step], following: list[Step], times: int, target: str, indent: int
) -> list[str]:
    stems = [numbered(step.name) for step in here]
    growth = [
        (numbered(b.name)[1] or 0) - (n or 0) for b, (_, n) in zip(following, stems, strict=True)
    ]
    first = {n for _, n in stems}
    start = (first.pop() or 0) if len(first) == 1 and set(growth) == {1} else 0
    lines = [f"{' ' * indent}for i in range({f'{start}, ' if start else ''}{start + times}):"]
    for (stem, number), grown in zip(stems, growth, strict=True):
        index = growing((number or 0) - start * grown, grown)
        lines.append(f'{" " * indent}    {target} = getattr(self, f"{stem}{{{index}}}")({target})')
    return lines


def _nested(row: list[Step], inner: str) -> str:
    for step in row:
        head = f"self.{step.name}" if plain_name(step.name) else f"getattr(self, {step.name!r})"
        inner = f"{head}({inner})"
    return inner
