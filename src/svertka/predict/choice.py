"""Which engine answers: the faster ones that are here, tried on the user's own pictures first.

The rule. Validation, scores and `Predictor.open` are always ``exact``: float32, bit for bit what
the trained module gave. For new pictures ``auto``, the default, is exact too where a picture costs
fewer than ``WORTH`` multiply-adds, since reading it takes about as long as answering. Dearer nets
take the fastest engine at hand that moves no probability of the run's ``trial.safetensors``
(pictures of its validation part, with their exact logits) by more than ``TOLERANCE``. It is tried
whenever it is opened, on the machine and with the libraries that will answer. What was taken, and
why another was not, stands in the predictions' ``engine``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from svertka import runtime
from svertka.errors import MissingExtra, UnknownName
from svertka.grammar import resolve
from svertka.predict.engine import EXACT, Engine
from svertka.predict.engines import Candidate, installed
from svertka.predict.predictor import Predictor
from svertka.predict.trial import Trial
from svertka.store import RunFolder

ENGINES = ("auto", "exact", "fast", "onnxruntime", "openvino")
WORTH = 1_000_000_000  # multiply-adds of a picture: some 50 a second on two cores in float32
TOLERANCE = 0.03  # of a probability; bf16 moves most by a thousandth, the least sure by ten


def open_engine(
    folder: RunFolder | str | Path, engine: str = "auto", *, device: str | None = None
) -> Predictor:
    """The network of a finished run, answering by ``engine``, one of ``ENGINES``.

    An engine that cannot compute the net, or strays too far, is not taken: the next one is, in
    the end the exact one, and ``predictor.engine.remark`` says why. Raises ``UnknownName``,
    ``MissingExtra`` for an engine that was named and is not installed, ``StoreError``.
    """
    if engine not in ENGINES:
        raise UnknownName("engine", engine, ENGINES)
    run = folder if isinstance(folder, RunFolder) else RunFolder.open(folder)
    exact = Predictor.open(run, device=device)
    trial = Trial.load(run.path, exact.contract)
    card = run.load_card()
    shape = (card.input.channels, *card.input.size)
    cost = resolve(card.net, input=shape, classes=len(card.classes)).multiply_adds
    return with_engine(exact, engine, trial, cost)


def with_engine(exact: Predictor, engine: str, trial: Trial | None, cost: int = WORTH) -> Predictor:
    """``exact`` answering by ``engine`` instead, if that stands the ``trial``; ``cost`` is that of
    a picture in multiply-adds.

    Without a trial, as for weights from elsewhere, only an engine that was named is taken, and
    its record says that it is unchecked.
    """
    if engine == "exact" or (engine == "auto" and cost < WORTH):
        return exact
    if trial is None and engine == "auto":
        remark = "there are no validation pictures to try a faster one on: --engine fast, untried"
        return exact.answering_by(None, replace(EXACT, remark=remark))
    remarks: list[str] = []
    for candidate in _candidates(exact, engine):
        found = _tried(exact, candidate, trial, remarks)
        if found is not None:
            return found
    return exact.answering_by(None, replace(EXACT, remark="; ".join(remarks)))


def _candidates(exact: Predictor, engine: str) -> Sequence[Candidate]:
    """The fastest first, as benchmarks/predict.py found them."""
    bf16 = runtime.pick_precision(exact.device) == "bf16"
    cpu = exact.device.type == "cpu"
    ranked = [
        Candidate("openvino", "bf16"),
        Candidate("fast", "bf16"),
        Candidate("openvino", "fp32"),
        Candidate("onnxruntime", "fp32"),
        Candidate("fast", "fp32"),
    ]
    able = [c for c in ranked if bf16 or c.precision == "fp32"]
    if engine != "auto":
        return [c for c in able if c.name == engine]
    return [c for c in able if c.name == "fast" or (cpu and installed(c.name))]


def _tried(
    exact: Predictor, candidate: Candidate, trial: Trial | None, remarks: list[str]
) -> Predictor | None:
    """``exact`` answering by the candidate; None, and one remark more, where it cannot."""
    name, precision = candidate.name, candidate.precision
    label = f"{name} ({precision})"
    try:
        answer = candidate.open(exact)
        if trial is None:
            untried = Engine(name, precision, None, remark="it is unchecked: no pictures to try on")
            return exact.answering_by(answer, untried)
        difference = trial.difference(answer)
    except MissingExtra:
        raise
    except Exception as error:  # noqa: BLE001 - engines are others' code: whatever they raise
        reason = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
        remarks.append(f"{label} was not taken, it failed: {reason}")
        return None
    if not difference <= TOLERANCE:  # NaN is not
        remarks.append(
            f"{label} was not taken, it moved a probability of a validation picture by "
            f"{difference:.2g}; {TOLERANCE:g} is allowed"
        )
        return None
    return exact.answering_by(
        answer, Engine(name, precision, difference, len(trial), "; ".join(remarks))
    )
