"""A lesson for a terminal: text, numbers, small tables."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from svertka.lessons.words import NBSP, number, say

if TYPE_CHECKING:
    from svertka.lessons.lesson import Expect, Lesson

WIDTH = 92
_ROWS = 16  # of numbers; what is larger is for the page
_POINTS = 9  # of a line; fewer where they have no room
_SAID = {
    "en": (
        *("Notice", "More exactly", "Must come out", "minutes", "lecture", "in the page"),
        *("expected", "pp"),
    ),
    "ru": (
        *("Обратите внимание", "Точнее", "Должно получиться", "мин", "лекция", "на странице"),
        *("ожидается", "п. п."),
    ),
}
# What a terminal cannot show.
_DRAWN = {
    "pictures": ("pictures", "картинки"),
    "heat": ("a heat-map", "тепловая карта"),
    "scatter": ("points", "точки"),
    "net": ("a network", "схема сети"),
    "field": ("a network to point at", "сеть, в которой выбирают число"),
    "sizes": ("a calculator", "калькулятор"),
}
_NODE = {
    "en": ("node", "from", "value", "local gradients", "its gradient"),
    "ru": ("узел", "из", "значение", "локальные градиенты", "его градиент"),
}
LETTERS = {"en": "abcdef", "ru": "абвгде"}  # of a task's stages, on paper and in marks
_EXACT = 1e-9  # what the arithmetic of computers may differ by
_UNSEEN = 1e-4  # of a number: no digit that is written


def lesson_text(lesson: Lesson, width: int = WIDTH) -> str:
    """The whole lesson at its chosen values, its paragraphs in lines of at most ``width``."""
    lang, state = lesson.lang, lesson.state(lesson.values)
    numbers = state["numbers"]
    notice, truth, _, minutes, lecture, *_ = _SAID[lang]
    about = f"{lecture} {', '.join(lesson.lectures)} · {lesson.minutes} {minutes}"
    out = [say(lesson.title, lang), about, "", *_wrapped(say(lesson.question, lang), width)]
    if lesson.parameters:
        chosen = lesson.values.items()
        out += ["", "  ".join(f"{name}={_plainly(value)}" for name, value in chosen)]
    for part in lesson.payload({})["body"]:
        words = say(part.get("text"), lang, numbers)
        match part["type"]:
            case "text":
                out += ["", *_wrapped(words, width)]
            case "notice":
                out += ["", *_wrapped(f"{notice}: {words}", width)]
            case "truth":
                source = say(part["source"], lang)
                told = f"{truth}: {words}" + (f" ({source})" if source else "")
                out += ["", *_wrapped(told, width)]
            case "code":
                out += ["", textwrap.indent(part["code"], "    ")]
            case "view":
                view = state["views"][part["view"]]
                caption = say(part["caption"], lang, numbers)
                out += ["", *_view(view, lang, width), *_wrapped(caption, width)]
    return "\n".join([*out, *_expected(lesson, width)]).replace("\n\n\n\n", "\n\n\n")


def _expected(lesson: Lesson, width: int) -> Iterable[str]:
    """Each number as it has come out, what was expected, and at which values."""
    lang = lesson.lang
    if lesson.expected:
        yield from ("", f"{_SAID[lang][2]}:")
    for one in lesson.expected:
        sign = "✓" if lesson.holds(one) else "≠"
        found = number(lesson.found(one), lang, one.form)
        wanted = number(one.value, lang, one.form) + margin(one, lang)
        at = ", ".join(f"{name}={_plainly(value)}" for name, value in one.at.items())
        said = f"{sign} {say(one.words, lang)}: {found} ({_SAID[lang][6]} {wanted})"
        yield from _wrapped(f"- {said}{at and f', {at}'}", width)


def margin(one: Expect, lang: str) -> str:
    """What a number may differ by; nothing where that is less than what is seen of it."""
    size = abs(one.value) if isinstance(one.value, int | float) else 0
    if one.tolerance <= max(_EXACT, _UNSEEN * size):
        return ""
    if one.form.endswith("%"):
        return f" ± {number(100 * one.tolerance, lang)}{NBSP}{_SAID[lang][7]}"
    return f" ± {number(one.tolerance, lang)}"


def _plainly(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _wrapped(text: str, width: int) -> list[str]:
    """Paragraphs of at most ``width`` signs a line; lines of a list are set in."""
    lines: list[str] = []
    for line in text.split("\n"):
        inner = "  " if line.startswith("- ") else ""
        # A gap that does not break keeps digits together; textwrap would break there.
        lines += textwrap.wrap(line, width, subsequent_indent=inner, break_on_hyphens=False) or [""]
    return lines if text else []


def _view(view: Mapping[str, Any], lang: str, width: int) -> Iterable[str]:
    """A view's title and, where they are few, its numbers."""
    if view.get("title"):
        yield from _wrapped(say(view["title"], lang), width)
    match view["type"]:
        case "grid" | "heat" if isinstance(view["values"], list) and len(view["values"]) <= _ROWS:
            yield from _values(view, lang)
        case "table":
            yield from _table(view, lang)
        case "bars":
            rows = zip(view["labels"], view["values"], strict=True)
            yield from _aligned(
                [[say(name, lang), number(v, lang, view["form"])] for name, v in rows]
            )
        case "lines":
            yield from _lines(view, lang, width)
        case "convolution":
            for name in ("input", "filters"):
                flat = [row for rows in _matrices(view[name]) for row in [*rows, []]]
                yield from _aligned([[number(v, lang) for v in row] for row in flat[:-1]])
                yield ""
        case "graph":
            yield from _aligned(_graph(view["nodes"], lang))
        case "exercise":
            for line in task_lines(view, lang):
                yield from _wrapped(line, width) if line[:1].strip() else (line,)
        case kind:
            yield f"[{_DRAWN[kind][lang == 'ru']}: {_SAID[lang][5]}]"


def _matrices(value: Any) -> list[list[list[float]]]:
    """The matrices inside nested lists."""
    if not isinstance(value[0][0], list):
        return [value]
    return [matrix for part in value for matrix in _matrices(part)]


def _table(view: Mapping[str, Any], lang: str) -> Iterable[str]:
    forms = [*view["forms"], *[""] * len(view["columns"])]

    rows = [[_said(v, lang, f) for v, f in zip(row, forms, strict=False)] for row in view["rows"]]
    return _aligned([[say(one, lang) for one in view["columns"]], *rows])


def _values(view: Mapping[str, Any], lang: str) -> Iterable[str]:
    """The numbers of a matrix, and what changes along its sides where that is named."""
    rows = [[number(v, lang, view["form"]) for v in row] for row in view["values"]]
    down, across = (view.get(side) or [] for side in ("rows", "columns"))
    if down:
        rows = [[_said(name, lang), *row] for name, row in zip(down, rows, strict=True)]
    if across:
        rows = [[*[""][: len(down)], *(_said(name, lang) for name in across)], *rows]
    titles = ((view.get("row_title"), "↓"), (view.get("column_title"), "→"))
    if named := [f"{say(title, lang)} {arrow}" for title, arrow in titles if title]:
        yield "  " + "  ".join(named)
    yield from _aligned(rows)


def _graph(nodes: Sequence[Mapping[str, Any]], lang: str) -> list[list[str]]:
    """A row a node: what it is computed from, its value, its local gradients and its own."""
    rows = [list(_NODE[lang])]
    for node in nodes:
        label = say(node["label"], lang)
        name = node["name"] if label == node["name"] else f"{node['name']} {label}"
        found = (number(node[key], lang) for key in ("value", "local", "gradient"))
        rows.append([name, " ".join(node["of"]), *found])
    return rows


def task_lines(task: Mapping[str, Any], lang: str) -> list[str]:
    """A task of the homework, from its plain JSON: what is asked, what is given, and its stages."""
    lines = [unmarked(task["task"], lang), *task["code"].splitlines()]
    for given in task["given"]:
        rows = ([f"{number(v, lang):>2}" for v in row] for row in given["values"])
        lines += [f"{say(given['name'], lang)}:", *("  " + " ".join(row) for row in rows)]
    stages = zip(LETTERS[lang], task["stages"], strict=False)
    return [*lines, *(f"{letter}) {unmarked(one['prompt'], lang)}" for letter, one in stages)]


def unmarked(words: Any, lang: str) -> str:
    """A text without the marks of its code."""
    return say(words, lang).replace("`", "")


def _lines(view: Mapping[str, Any], lang: str, width: int) -> Iterable[str]:
    """As many points of every line as have room, the first and the last among them."""
    xs = view["lines"][0]["x"]
    alike = all(line["x"] == xs for line in view["lines"])
    for most in range(_POINTS, 1, -1):
        rows = [[say(view["x_title"], lang), *(number(x, lang) for x in _some(xs, most))]]
        for line in view["lines"]:
            few = _some(line["y"], most)
            rows.append([say(line["label"], lang), *(number(v, lang, view["form"]) for v in few)])
        lines = list(_aligned(rows if alike else rows[1:]))
        if max(map(len, lines)) <= width:
            break
    return lines


def _some(values: Sequence[float], most: int) -> list[float]:
    """At most so many of the values, evenly, from the first to the last."""
    last = len(values) - 1
    return [values[place] for place in sorted({round(i * last / (most - 1)) for i in range(most)})]


def _said(value: Any, lang: str, form: str = "") -> str:
    """Words, or a number."""
    return say(value, lang) if isinstance(value, Mapping | str) else number(value, lang, form)


def _aligned(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """Columns of equal width: words to the left, numbers to the right."""
    count = max((len(row) for row in rows), default=0)
    wide = [max((len(row[i]) for row in rows if i < len(row)), default=0) for i in range(count)]
    for row in rows:
        cells = (
            cell.rjust(width)
            if re.fullmatch(r"[−\d.,%·\s⁻⁰¹²³⁴⁵⁶⁷⁸⁹—]*", cell)
            else cell.ljust(width)
            for cell, width in zip(row, wide, strict=False)
        )
        yield ("  " + "  ".join(cells)).rstrip()
