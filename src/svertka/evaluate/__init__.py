"""Scores of probabilities against labels, with intervals, and the worst mistakes."""

from svertka.evaluate.doubts import Doubt, doubts, label_doubts
from svertka.evaluate.labels import best_thresholds
from svertka.evaluate.mistakes import Mistake, mistakes
from svertka.evaluate.score import score
from svertka.evaluate.scores import ClassScore, Figure, ReliabilityBin, Scores

__all__ = [
    "ClassScore",
    "Doubt",
    "Figure",
    "Mistake",
    "ReliabilityBin",
    "Scores",
    "best_thresholds",
    "doubts",
    "label_doubts",
    "mistakes",
    "score",
]
