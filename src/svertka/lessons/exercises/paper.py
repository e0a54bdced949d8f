"""Homework on paper: a PDF with a sheet a variant, and another with the answers."""

from __future__ import annotations

import logging
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from svertka.errors import MissingExtra, UsageError
from svertka.lessons.exercises.exercise import Exercise, Stage
from svertka.lessons.exercises.kinds import TITLES
from svertka.lessons.exercises.sheet import Homework
from svertka.lessons.text import LETTERS, unmarked
from svertka.lessons.views import plain
from svertka.lessons.words import number, say
from svertka.store.atomic import write_atomic

if TYPE_CHECKING:
    from fpdf import FPDF

_CELL = 7.0  # mm
_SAID = {
    "en": ("Homework", "Variant {}", "Name", "seed {}", "Answers"),
    "ru": ("Домашнее задание", "Вариант {}", "Имя", "зерно {}", "Ответы"),
}


def key_path(path: Path) -> Path:
    """Where the answers to the sheets of ``path`` go: sheet.pdf, sheet-key.pdf."""
    return path.with_name(f"{path.stem}-key{path.suffix}")


def print_sheets(sheet: Homework, path: Path) -> list[Path]:
    """Write the sheets and their key, A4; raises ``UsageError``, ``MissingExtra``,
    ``StoreError``."""
    if path.suffix.lower() != ".pdf":
        raise UsageError(f"{path.name} is no name of a PDF file. Expected one such as sheet.pdf.")
    pages, key = _empty(sheet), _empty(sheet)
    for which in range(1, sheet.variants + 1):
        _page(pages, sheet, which)
    _answers(key, sheet)
    for place, made in ((path, pages), (key_path(path), key)):
        write_atomic(place, bytes(made.output()))
    return [path, key_path(path)]


def _empty(sheet: Homework) -> FPDF:
    try:
        from fpdf import FPDF
    except Exception as error:
        raise MissingExtra("fpdf2, which writes PDF files,", "sheets") from error
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it tells of every table it drops
    pdf = FPDF(format="A4")
    for style, name in (("", "regular"), ("B", "bold")):
        font = files("svertka.lessons.exercises") / f"golos-{name}.ttf"
        pdf.add_font("Golos", style, str(font))
    pdf.set_margin(17)
    pdf.c_margin = 0
    pdf.set_auto_page_break(True, 13)
    pdf.set_lang(sheet.lang)
    pdf.set_title(_SAID[sheet.lang][0])
    return pdf


def _line(pdf: FPDF, text: str, *, size: float = 10.5, bold: bool = False, gap: float = 0) -> None:
    """A paragraph over the whole width, ``gap`` mm below what stands above."""
    if gap:
        pdf.ln(gap)
    pdf.set_font("Golos", "B" if bold else "", size)
    pdf.multi_cell(0, size * 0.48, text, align="L", new_x="LMARGIN", new_y="NEXT")


def _page(pdf: FPDF, sheet: Homework, which: int) -> None:
    title, variant, name, seed, _ = _SAID[sheet.lang]
    pdf.add_page()
    _line(pdf, f"{title}. {variant.format(which)}", size=15, bold=True)
    _line(pdf, f"{name}: {'_' * 40}    {seed.format(sheet.seed)}", gap=2)
    for place, one in enumerate(sheet.variant(which), 1):
        if pdf.will_page_break(_height(one)):
            pdf.add_page()
        _task(pdf, one, place, sheet.lang)


def _height(one: Exercise) -> float:
    """About how many mm a task takes: it is not cut in two."""
    matrix = max((len(rows) for _, rows in one.given), default=0)
    return 20 + 5 * one.code.count("\n") + (matrix and 6 + _CELL * matrix) + _answer_lines(one)


def _answer_lines(one: Exercise) -> float:
    return sum(13.2 if isinstance(plain(stage.answer), list) else 6.7 for stage in one.stages)


def _task(pdf: FPDF, one: Exercise, place: int, lang: str) -> None:
    _line(pdf, f"{place}. {say(TITLES[one.kind], lang)}", size=11.5, bold=True, gap=3.5)
    _line(pdf, unmarked(one.task, lang), gap=0.8)
    for row in one.code.splitlines():
        _line(pdf, row)
    if one.given:
        _matrices(pdf, one, lang)
    for letter, stage in zip(LETTERS[lang], one.stages, strict=False):
        rows = isinstance(plain(stage.answer), list)
        prompt = f"{letter}) {unmarked(stage.prompt, lang)}"
        _line(pdf, prompt if rows else f"{prompt}  {'_' * 14}", gap=1.6)
        if rows:
            _line(pdf, "_" * 62, gap=1.6)


def _matrices(pdf: FPDF, one: Exercise, lang: str) -> None:
    """The given matrices side by side, each below its name."""
    left, top = pdf.l_margin, pdf.get_y() + 1.5
    bottom = top
    for name, rows in one.given:
        pdf.set_font("Golos", "", 9)
        pdf.text(left, top + 3, say(name, lang))
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                pdf.set_xy(left + j * _CELL, top + 4.5 + i * _CELL)
                pdf.cell(_CELL, _CELL, number(plain(value), lang), border=1, align="C")
        bottom = max(bottom, top + 4.5 + len(rows) * _CELL)
        left += len(rows[0]) * _CELL + 10
    pdf.set_xy(pdf.l_margin, bottom + 0.5)


def _answers(pdf: FPDF, sheet: Homework) -> None:
    title, variant, _, seed, answers = _SAID[sheet.lang]
    pdf.add_page()
    _line(pdf, f"{title}. {answers} ({seed.format(sheet.seed)})", size=15, bold=True)
    for which in range(1, sheet.variants + 1):
        if pdf.will_page_break(12 + 5 * len(sheet.tasks)):
            pdf.add_page()
        _line(pdf, variant.format(which), size=11, bold=True, gap=2.5)
        for place, one in enumerate(sheet.variant(which), 1):
            stages = zip(LETTERS[sheet.lang], one.stages, strict=False)
            found = "   ".join(f"{a}) {_answer(stage, sheet.lang)}" for a, stage in stages)
            _line(pdf, f"{place}. {say(TITLES[one.kind], sheet.lang)}.  {found}", size=9)


def _answer(stage: Stage, lang: str) -> Any:
    return number(plain(stage.answer), lang)
