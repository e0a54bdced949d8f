"""From pictures to probabilities: the one way, for validation, scores and new pictures alike."""

from svertka.predict.choice import open_engine
from svertka.predict.predictions import Predictions
from svertka.predict.predictor import Predictor

__all__ = ["Predictions", "Predictor", "open_engine"]
