"""What to say when branches do not fit together: both shapes, and which step to change."""

from __future__ import annotations

from svertka.grammar.draft import Draft, Shape, times


def unlike(sign: str, branches: list[tuple[list[Draft], Shape]]) -> str:
    """The message for branches of unlike shapes that are to be added or concatenated.

    ``branches`` holds the layers of each and the shape it ends with.
    """
    shapes = " and ".join(times(shape) for _, shape in branches)
    verb = "add" if sign == "+" else "concatenate"
    same = "the same shape" if sign == "+" else "the same size"
    message = f"The branches give {shapes}; to {verb} they need {same}."
    first = branches[0]
    other = next(b for b in branches if _key(sign, b[1]) != _key(sign, first[1]))
    return f"{message} {_step(sign, first, other)}"


def _key(sign: str, shape: Shape) -> Shape:
    return shape if sign == "+" else shape[1:]


def _step(sign: str, a: tuple[list[Draft], Shape], b: tuple[list[Draft], Shape]) -> str:
    if len(a[1]) != len(b[1]):
        return "One is a picture, the other a flat row: put gap or flatten after the branches."
    if a[1][1:] != b[1][1:]:
        for layers, _ in (a, b):
            for layer in layers:
                if fix := _kept(layer):
                    return fix
                if "floored" in layer.note and {"up", "deconv"} & {each.kind for each in layers}:
                    return (
                        f"{layer.word} floors {times(layer.shape[1:])}, so that the way up ends "
                        "smaller: use an input that every stride divides."
                    )
        large, small = (a, b) if a[1][1:] > b[1][1:] else (b, a)
        if stride := _stride(large[1], small[1]):
            channels = small[1][0] if sign == "+" else large[1][0]
            return f"Put conv{channels}k1s{stride} on {_called(large, (a, b))}."
        return f"No stride takes one to the other: change a size of {_called(a, (a, b))}."
    short, long = sorted((a, b), key=lambda branch: len(branch[0]))
    return f"Put conv{long[1][0]}k1 on {_called(short, (a, b))}."


def _called(
    branch: tuple[list[Draft], Shape],
    both: tuple[tuple[list[Draft], Shape], tuple[list[Draft], Shape]],
) -> str:
    """How a message names a branch."""
    if not branch[0]:
        return "the short branch, in place of id"
    other = both[0] if branch is both[1] else both[1]
    if len(branch[0]) != len(other[0]):
        return "the short branch" if len(branch[0]) < len(other[0]) else "the long branch"
    return f"the branch that begins with {branch[0][0].word}"


def _kept(layer: Draft) -> str:
    """The remedy for a layer that shrinks the picture by missing padding alone."""
    kernel, stride = layer.settings.get("kernel"), layer.settings.get("stride")
    if kernel is None or stride is None or layer.kind == "deconv" or max(stride) > 1:
        return ""
    if layer.output[1:] == layer.shape[1:]:
        return ""
    dilation = layer.settings.get("dilation", (1,) * len(kernel))
    same = tuple(d * (k - 1) // 2 for k, d in zip(kernel, dilation, strict=True))
    if any(d * (k - 1) % 2 for k, d in zip(kernel, dilation, strict=True)):
        return f"{layer.word} cannot keep the size: use an odd kernel."
    padding = f"p{same[0]}" if len(set(same)) == 1 else f"p{times(same)}"
    sizes = f"{times(layer.shape[1:])} into {times(layer.output[1:])}"
    return f"{layer.word} makes {sizes}: give it {padding}, which keeps the size."


def _stride(large: Shape, small: Shape) -> int:
    """The stride at which a 1x1 convolution takes one size to the other; 0 if there is none."""
    pairs = list(zip(large[1:], small[1:], strict=True))
    for stride in range(2, 33):
        if all((n - 1) // stride + 1 == m for n, m in pairs):
            return stride
    return 0
