"""The record of a prediction."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from svertka.data import Problem
from svertka.data.labels import log_chances, text_of
from svertka.data.problems import in_groups, printable
from svertka.errors import UsageError
from svertka.predict.engine import EXACT, Engine
from svertka.records import Record
from svertka.store.atomic import write_atomic

_SHOWN = 20
_NONE = "(none)"
_WIDEST = 48  # of a file name on the terminal; its end tells more than its beginning


@dataclass(frozen=True, eq=False)
class Predictions(Record):
    """An answer for each picture: ``labels`` with ``confidence``, and all ``probabilities`` (N, K).

    ``problems`` are the files that could not be read, and what was odd about others; ``engine``
    is what computed the answers. Where pictures may have any number of labels, those are given
    whose probability reaches ``thresholds`` (K,): an answer is their names with "|" between, empty
    where there is none, and its confidence the chance that all of it is right, as if labels came
    independently of each other.
    """

    ids: tuple[str, ...]
    labels: tuple[str, ...]
    confidence: npt.NDArray[np.float32]
    probabilities: npt.NDArray[np.float32]
    classes: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    engine: Engine = EXACT
    thresholds: tuple[float, ...] | None = None

    @classmethod
    def of(
        cls,
        probabilities: npt.NDArray[np.float32],
        classes: tuple[str, ...],
        ids: tuple[str, ...],
        problems: tuple[Problem, ...] = (),
        thresholds: tuple[float, ...] | None = None,
    ) -> Predictions:
        """The record of ``probabilities`` (N, K); of equal classes the first is the answer.

        With ``thresholds`` (K,) they are those of labels.

        >>> some = Predictions.of(np.array([[0.25, 0.75]], np.float32), ("cat", "dog"), ("a.png",))
        >>> some.labels, some.confidence.tolist()
        (('dog',), [0.75])
        """
        if thresholds is not None:
            given = (probabilities >= np.array(thresholds)).astype(np.uint8)
            labels = tuple(text_of(row, classes) for row in given)
            sure = np.exp(log_chances(probabilities, given)).astype(np.float32)
        else:
            answer = probabilities.argmax(axis=1) if len(probabilities) else np.empty(0, np.int64)
            labels = tuple(classes[i] for i in answer.tolist())
            sure = probabilities[np.arange(len(answer)), answer]
        return cls(
            ids=ids,
            labels=labels,
            confidence=sure,
            probabilities=probabilities,
            classes=classes,
            problems=problems,
            thresholds=thresholds,
        )

    def __len__(self) -> int:
        return len(self.ids)

    def save_csv(
        self, path: str | Path, *, probabilities: bool = False, force: bool = False
    ) -> Path:
        """Write ``id,label,confidence`` rows, with ``probabilities``, and always for labels, a
        column ``p(CLASS)`` for each class too; numbers are the shortest that give the same float32.

        Raises ``UsageError`` when ``path`` exists, unless ``force``. Names stand as they are,
        quoted where CSV needs it; what is not Unicode in a file name becomes ``\\udcXX``.
        """
        path = Path(path)
        if path.exists() and not force:
            raise UsageError(
                f"{path} exists and is not replaced. Name another file, or move it away."
            )
        if not path.parent.is_dir():
            raise UsageError(f"{path.parent} is no folder to write {path.name} in. Make it first.")
        write_atomic(path, self.to_csv(probabilities=probabilities).encode())
        return path

    def to_csv(self, *, probabilities: bool = False) -> str:
        """The text that ``save_csv`` writes."""
        probabilities = probabilities or self.thresholds is not None
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        head = [f"p({name})" for name in self.classes] if probabilities else []
        writer.writerow(["id", "label", "confidence", *map(_unicode, head)])
        for i, (name, label) in enumerate(zip(self.ids, self.labels, strict=True)):
            row = map(str, self.probabilities[i]) if probabilities else ()
            writer.writerow([_unicode(name), _unicode(label), str(self.confidence[i]), *row])
        return text.getvalue()

    def to_dict(self) -> dict[str, Any]:
        """The predictions as plain JSON types."""
        return {
            "kind": "predictions",
            "n": len(self),
            "classes": list(self.classes),
            "engine": self.engine.to_dict(),
            "predictions": [
                {"id": name, "label": label, "confidence": sure, "probabilities": row}
                for name, label, sure, row in zip(
                    map(_unicode, self.ids),
                    self.labels,
                    self.confidence.tolist(),
                    self.probabilities.tolist(),
                    strict=True,
                )
            ],
            "problems": [
                {"path": _unicode(str(p.path)), "reason": p.reason} for p in self.problems
            ],
        } | ({} if self.thresholds is None else {"thresholds": list(self.thresholds)})

    def __str__(self) -> str:
        names = [_short(printable(name)) for name in self.ids[:_SHOWN]]
        width = max(map(len, names), default=2)
        labels = [printable(label) or _NONE for label in self.labels[:_SHOWN]]
        lines = [
            f"{name:<{width}}  {label}  {100 * sure:.1f}%"
            for name, label, sure in zip(names, labels, self.confidence.tolist(), strict=False)
        ]
        if len(self) > _SHOWN:
            lines.append(f"... and {len(self) - _SHOWN:,} more")
        if len(self) > 1:
            every = self._counted()
            counts = every.most_common(_SHOWN)
            shares = ", ".join(f"{printable(name) or _NONE}: {count:,}" for name, count in counts)
            more = len(every) - len(counts)
            tail = f" and {more} more classes" if more else ""
            lines += ["", f"{len(self):,} pictures; {shares}{tail}"]
        told = ["", str(self.engine)] if self.engine != EXACT else []
        return "\n".join([*lines, *told, *self._problem_lines()])

    def _counted(self) -> Counter[str]:
        """How often each class was answered, or each label given; "" stands for none."""
        if self.thresholds is None:
            return Counter(self.labels)
        sums = (self.probabilities >= np.array(self.thresholds)).sum(axis=0).tolist()
        counts = {name: n for name, n in zip(self.classes, sums, strict=True) if n}
        none = self.labels.count("")
        return Counter(counts | ({"": none} if none else {}))

    def _problem_lines(self) -> list[str]:
        """Files without an answer first, then notes on the others; both by kind."""
        answered = {*self.ids, "."}
        told = [replace(p, lost=p.lost or p.path not in answered) for p in self.problems]
        groups = in_groups(told, "--json, or .problems in Python", lost="Without an answer")
        return [line for group in groups for line in ("", *group)]


def _short(name: str) -> str:
    return name if len(name) <= _WIDEST else "…" + name[1 - _WIDEST :]


def _unicode(text: str) -> str:
    """``text`` that UTF-8 can hold: what is no Unicode in a file name is written out."""
    return text.encode("utf-8", "backslashreplace").decode()
