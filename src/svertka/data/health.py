"""What was found wrong with a data set, before any training."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from svertka.data.dataset import Dataset, Problem, printable
from svertka.data.finding import MOST, Example, Finding
from svertka.data.health_files import Survey, removal
from svertka.data.labels import BETWEEN
from svertka.records import Record

_SHOWN = 3  # examples of each finding on a terminal
_SIZES = 4
# Remarks that findings of their own tell better.
_TOLD = ("identical to ", "filed under ", "less than half of ")
_ROWS = "in tables: the first is used"
_TOLD_MORE = ("more notes on identical pictures", "enlarged to it", _ROWS)


@dataclass(frozen=True, eq=False)
class Judge:
    """The run whose answers were compared with the labels: pictures judged, by part.

    ``accuracy`` is the share in which label and answer agree: the more, the more a doubt is worth.
    ``trained_on`` are pictures of this very set that were not judged: the run has learned them.
    """

    name: str
    path: str
    judged: dict[str, int]
    accuracy: float
    trained_on: int

    def to_dict(self) -> dict[str, Any]:
        """The judge as plain JSON types."""
        return {
            "name": self.name,
            "path": self.path,
            "judged": self.judged,
            "accuracy": self.accuracy,
            "trained_on": self.trained_on,
        }


@dataclass(frozen=True, eq=False)
class Health(Record):
    """A data set's health: what there is, and a ``Finding`` for each kind of thing that is wrong.

    >>> from svertka import check
    >>> check("digits").finding("copies").examples[0].ids
    ('train/550', 'train/974')
    """

    dataset: Dataset
    survey: Survey
    findings: tuple[Finding, ...]
    judge: Judge | None
    command: str
    created: str
    svertka: str

    def finding(self, kind: str) -> Finding | None:
        """The finding of a kind; None where there is nothing of it."""
        return next((found for found in self.findings if found.kind == kind), None)

    def to_dict(self) -> dict[str, Any]:
        """Everything in numbers and names; of each kind the first 1,000 examples."""
        whole = self.dataset.to_dict()
        keys = ("name", "source", "licence", "classes", "counts", "class_counts", "contract")
        return {
            "kind": "health",
            "format": 1,
            "svertka": self.svertka,
            "created": self.created,
            "command": self.command,
            **{key: whole[key] for key in keys},
            "files": self.survey.to_dict() if self.survey.labelled is not None else None,
            "judge": None if self.judge is None else self.judge.to_dict(),
            "findings": [found.to_dict() for found in self.findings],
        }

    def __str__(self) -> str:
        lines = [str(replace(self.dataset, problems=())), *self._files(), *self._judge(), ""]
        if not self.findings:
            return "\n".join([*lines, "Nothing is wrong with these pictures, as far as looked."])
        for head, grave in (("A score or a training suffers", True), ("Worth knowing", False)):
            chosen = [found for found in self.findings if found.grave == grave]
            if chosen:
                lines += [f"{head}:", *(line for found in chosen for line in told(found)), ""]
        return "\n".join(lines).rstrip()

    def _files(self) -> Iterator[str]:
        facts = self.survey.to_dict()
        if not facts["files"]:
            return
        yield "  files: " + ", ".join(
            f"{row['count']:,} {row['format']} {row['channels']} {row['depth']}-bit"
            for row in facts["formats"][: 2 * _SIZES]
        )
        sizes = [f"{r['width']}x{r['height']} ({r['count']:,})" for r in facts["sizes"][:_SIZES]]
        rest = facts["different_sizes"] - len(sizes)
        yield "  sizes: " + ", ".join(sizes) + (f" and {rest:,} more" if rest > 0 else "")

    def _judge(self) -> Iterator[str]:
        if self.judge is None:
            return
        judged = ", ".join(f"{part} {n:,}" for part, n in self.judge.judged.items())
        yield f"  labels compared with the answers of {printable(self.judge.name)}: {judged}"
        yield f"  they agree in {self.judge.accuracy:.1%}: the more, the more a doubt is worth"
        if self.judge.trained_on:
            yield (
                f"  not compared: {self.judge.trained_on:,} that it was trained on, and would "
                f"repeat"
            )


def told(found: Finding) -> Iterator[str]:
    """A finding as lines for a terminal."""
    yield f"  {printable(found.title)}: {found.count:,}"
    for example in found.examples[:_SHOWN]:
        yield f"      {_line(example)}"
    if found.count > _SHOWN:
        yield f"      and {found.count - min(_SHOWN, len(found.examples)):,} more"
    if counts := found.values.get("by_label"):
        listed = sorted(counts.items(), key=lambda one: -one[1])
        yield "    by label: " + ", ".join(f"{printable(name)} {n:,}" for name, n in listed)
    yield f"    do: {found.action}"
    command = found.command or next((e.command for e in found.examples if e.command), "")
    for line in command.split("\n") if command else ():
        yield f"        {printable(line)}"


def _line(example: Example) -> str:
    """An example in one line."""
    if not example.ids:
        return f"{printable(example.labels[0])}: {example.values['count']:,.0f}"
    names = list(example.ids)
    if len(set(example.labels)) > 1:
        pairs = zip(names, example.labels, strict=True)
        names = [f"{name} ({label})" for name, label in pairs]
    text = " = ".join(map(printable, names))
    if example.better:
        sure = example.values["better_probability"]
        return f"{text}: {_label(example.labels[0])}, or {_label(example.better)} ({sure:.1%})"
    reason = "" if example.reason == "identical" else example.reason
    return f"{text}: {printable(reason)}" if reason else text


def _label(text: str) -> str:
    """A class, or labels, of which there may be none."""
    return "(none)" if text in ("", BETWEEN) else printable(text)


def problem_findings(problems: Sequence[Problem], found: Survey) -> Iterator[Finding]:
    """What reading the pictures has told: what is lost, and remarks that no finding repeats."""
    lost = [problem for problem in problems if problem.lost]
    twice = [p for p in problems if not p.lost and p.reason.endswith(_ROWS)]
    rest = [p for p in problems if not p.lost and not _told_elsewhere(p.reason)]
    for kind, chosen in (("rows", twice), ("unused", lost), ("remarks", rest)):
        if chosen:
            examples = tuple(
                Example(
                    ids=(problem.path,),
                    reason=problem.reason,
                    command=removal(found, problem.path) if problem.lost else "",
                )
                for problem in chosen[:MOST]
            )
            yield Finding(kind, len(chosen), examples)


def _told_elsewhere(reason: str) -> bool:
    return reason.startswith(_TOLD) or reason.endswith(_TOLD_MORE)
