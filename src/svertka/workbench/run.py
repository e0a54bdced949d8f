"""A run, opened: the result object of the house."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from svertka.errors import DataError, StoreError
from svertka.evaluate import Scores, score
from svertka.page import render
from svertka.records import Record
from svertka.store import ModelCard, RunFolder
from svertka.workbench.command import place
from svertka.workbench.report import plan_of, report, stored_scores
from svertka.workbench.wanted import checked_callback, checked_path, checked_source

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from svertka.data import Dataset
    from svertka.data.opening import Source
    from svertka.grammar.plan import Plan
    from svertka.predict import Predictions, Predictor
    from svertka.workbench.exporting import Exported
    from svertka.workbench.looking import Look
    from svertka.workbench.survey import Survey

REPORT = "report.html"


@dataclass(frozen=True)
class Run(Record):
    """A trained network with all that is known of it, read from its folder when asked for.

    >>> run = Run.open("runs/digits-1")  # doctest: +SKIP
    >>> run.predict("scans/").save_csv("out.csv")  # doctest: +SKIP
    """

    folder: RunFolder

    @classmethod
    def open(cls, path: str | Path) -> Run:
        """The run in the folder ``path``; raises ``StoreError`` where there is none."""
        checked_path("The run's folder", path)
        return cls(RunFolder.open(path))

    @classmethod
    def resume(
        cls,
        path: str | Path,
        *,
        data: Source | None = None,
        on_event: Callable[[Any], None] | None = None,
    ) -> Run:
        """Go on with a stopped run to the end that it would have had; the finished run.

        ``data`` is needed where the pictures came from memory or moved; it must be the same.
        """
        from svertka.workbench.resuming import go_on

        checked_path("The run's folder", path)
        checked_callback(on_event)
        return cls(go_on(RunFolder.open(path), data, on_event))

    @property
    def path(self) -> Path:
        """The run's folder."""
        return self.folder.path

    @cached_property
    def card(self) -> ModelCard:
        """The model's card: net, input contract, recipe, versions."""
        return self.folder.load_card()

    @cached_property
    def net(self) -> Plan:
        """The network with its shapes and costs."""
        return plan_of(self.card)

    @property
    def history(self) -> list[dict[str, Any]]:
        """One line of numbers for each epoch."""
        return self.folder.history()

    @property
    def scores(self) -> Scores | None:
        """The scores that the run ended with; None before its end."""
        stored = stored_scores(self.folder)
        return None if stored is None else Scores.from_dict(stored)

    @cached_property
    def predictor(self) -> Predictor:
        """The network ready to answer, exactly as the trained one."""
        return self.answering_by("exact")

    @cached_property
    def _opened(self) -> dict[str, Predictor]:
        return {}

    def answering_by(self, engine: str) -> Predictor:
        """The network ready to answer by an engine, opened once: `svertka.predict.choice`."""
        from svertka.predict import open_engine

        if engine not in self._opened:
            self._opened[engine] = open_engine(self.folder, engine)
        return self._opened[engine]

    def predict(
        self,
        source: npt.NDArray[np.uint8] | str | Path | Sequence[str | Path],
        *,
        engine: str = "auto",
    ) -> Predictions:
        """Answers for new pictures: an array (N, H, W, C), a file, a folder or several.

        ``engine`` is exact, fast, onnxruntime, openvino or auto: for costly nets the fastest at
        hand that answers validation pictures as the exact one does, else exact.
        """
        checked_source(source)
        return self.answering_by(engine).predict(source)

    def export(self, out: str | Path | None = None) -> Exported:
        """Write the network as an ONNX file that takes pictures as they are, checked by its answers
        to validation pictures; ``out`` is a new file, None ``model.onnx`` in the run's folder.

        Raises ``MissingExtra``, ``UsageError`` where the file exists or ONNX lacks a layer.
        """
        from svertka.workbench.exporting import export_onnx

        return export_onnx(self.folder, out)

    def look(self, picture: npt.NDArray[Any] | str | Path, *, heat: bool = False) -> Look:
        """What the network makes of one picture, layer by layer: as ``svertka.look_at``."""
        from svertka.workbench.looking import look_at

        return look_at(self, picture, heat=heat)

    def survey(
        self,
        data: Source | None = None,
        *,
        beside: Sequence[Run] = (),
        filters: Sequence[str] = (),
    ) -> Survey:
        """What the network makes of pictures that it has not learned: a page of them as it sees
        them, of what moving them does to its answers, of its filters, and of how it learned.

        ``data`` is labelled pictures, None those of the training; ``beside`` are runs on the same
        data to compare with; ``filters`` layers whose filters are shown, by default three. Raises
        ``UsageError``, ``DataError``, ``StoreError``.
        """
        from svertka.workbench.surveying import survey

        return survey(self, data, beside=beside, filters=filters)

    def evaluate(self, data: Source) -> Scores:
        """The scores on labelled pictures: a built-in name, a folder, an ``.npz`` or (x, y).

        Of data with a test part that part counts; of the data that the run was trained on, the
        part that was kept from it; of other data, everything. Raises ``DataError`` where a class
        is not one of the network's, and where the training's own folder has changed since.
        """
        dataset, unlearned = self.unlearned(data)
        part = unlearned[0]
        pictures = dataset.parts[part].labelled()
        p, limits = self.predictor.probabilities(pictures), self.predictor.thresholds
        return score(p, pictures.y, self.card.classes, part=part, thresholds=limits)

    def unlearned(self, data: Source) -> tuple[Dataset, tuple[str, ...]]:
        """Labelled pictures in the network's form, and the parts that it was not trained on.

        The data of the training are cut as they were then; the part to judge by comes first.
        Raises ``DataError`` where a class is not one of the network's, and where the training's
        own folder has changed since.
        """
        from svertka.data import open_in_form, open_like

        dataset = open_like(data, self.card.input)
        mine = dataset.key == self.card.data.key
        if mine:  # the very pictures of the training: cut them again
            start = self.folder.load_start()
            dataset = open_in_form(
                data, self.card.input, seed=start.seed, group=start.group, fold=start.fold
            )
        parts = {name: part for name, part in dataset.parts.items() if len(part)}
        unlearned = tuple(name for name in ("test", "val") if name in parts) or ("train",)
        kept = mine or ("train" in parts and unlearned != ("train",))
        if not kept and place(data) == self._trained_on():
            raise DataError(
                f"The pictures of {dataset.source} have changed since the run {self.card.name} was "
                "trained on some of them, and nobody knows any more which. Give pictures that it "
                "has not seen in a folder of their own, or in a part named test."
            )
        return dataset, unlearned

    def _trained_on(self) -> str | None:
        """Where the pictures of the training lay; None where nothing is known of it."""
        try:
            return self.folder.load_start().source or None
        except StoreError:  # the model alone was given away
            return None

    def report_html(self) -> str:
        """The report as one self-contained HTML page."""
        return render(self.to_dict())

    def write_report(self) -> Path:
        """Write ``report.html`` into the run's folder; its path."""
        return self.folder.write(REPORT, self.report_html())

    def to_dict(self) -> dict[str, Any]:
        """The report as plain JSON types."""
        return report(self.folder)

    def __str__(self) -> str:
        card = self.card
        net = f"{card.net_name or 'net'}: {self.net.parameters:,} parameters"
        seen = f"{card.data.counts['train']:,} pictures of {card.data.name}"
        lines = [f"{net}, trained on {seen} in {card.seconds:.0f} s, epoch {card.best_epoch} kept"]
        if (scores := self.scores) is not None:
            lines += ["", str(scores)]
        lines += ["", f"run     {self.path}"]
        if (self.path / REPORT).is_file():
            lines.append(f"report  {self.path / REPORT}")
        return "\n".join(lines)
