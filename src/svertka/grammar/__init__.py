"""The language of networks: text, frozen tree, shapes, cost and receptive field, without torch."""

from svertka.grammar.parse import parse
from svertka.grammar.plan import LayerPlan, Plan
from svertka.grammar.resolve import resolve

__all__ = ["LayerPlan", "Plan", "parse", "resolve"]
