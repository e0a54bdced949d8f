"""A convolutional network as a scikit-learn classifier."""

from __future__ import annotations

import math
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import torch
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from svertka.data import InputContract, open_data
from svertka.data.grouping import IDENTICAL
from svertka.data.pixels import to_uint8, with_axes
from svertka.errors import DataError
from svertka.predict import Predictor
from svertka.workbench.training import prepare, train_in_memory
from svertka.workbench.wanted import wanted

Array = npt.NDArray[Any]

# Below this a filter has no room: such rows are hardly pictures, and bending them tells nothing.
_SMALLEST_SIDE = 6
_SMALL_NET = "fc64-bn-relu-fc64-bn-relu-fc{classes}"


class Classifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # no types in sklearn
    """A network with scikit-learn's manners: for pipelines, grid searches and cross-validation.

    ``X`` are pictures (N, H, W) or (N, H, W, C), or rows (N, F) of flattened square grey pictures;
    rows of another length are filled up with zeros to the next square. Values are kept in 8 bits:
    uint8 as it is, fractions within 0..1 times 255, any other range stretched to what training
    has seen. ``net`` is a name or a text, None the house's choice; ``epochs`` or a ``budget`` in
    seconds says how long to train, ``seed`` starts all random numbers. A share of the rows is
    kept from training to choose the best epoch.

    >>> from sklearn.datasets import load_digits
    >>> X, y = load_digits(return_X_y=True)
    >>> Classifier(epochs=3).fit(X[:900], y[:900]).score(X[900:], y[900:]) > 0.5
    True
    """

    def __init__(
        self,
        net: str | None = None,
        *,
        epochs: int | None = 20,
        budget: float | str | None = None,
        seed: int = 0,
    ) -> None:
        self.net = net
        self.epochs = epochs
        self.budget = budget
        self.seed = seed

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike) -> Self:  # noqa: N803
        """Train on pictures ``X`` with labels ``y`` (N) of any type; raises ``ValueError``."""
        asked = wanted(self.net, epochs=self.epochs, budget=self.budget, seed=self.seed)
        rows, y = validate_data(self, X, y, allow_nd=True)
        check_classification_targets(y)
        self.classes_, places = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                f"There is only one class, {self.classes_[0]}: at least two are needed."
            )
        try:
            dataset = open_data((_shaped(rows), places), seed=asked.seed, group=IDENTICAL)
        except DataError as error:
            raise ValueError(str(error)) from error
        small = max(dataset.contract.size) < _SMALLEST_SIDE
        self.net_, recipe = prepare(
            dataset,
            _SMALL_NET if small and self.net is None else self.net,
            epochs=asked.epochs,
            budget=asked.budget,
            seed=asked.seed,
        )
        if small:
            recipe = recipe.model_copy(update={"augment": None})
        fitted = train_in_memory(dataset, self.net_, recipe)
        self.contract_ = dataset.contract.model_dump(mode="json")
        weights = fitted.module.state_dict().items()
        self.weights_ = {name: tensor.cpu().numpy() for name, tensor in weights}
        self._predictor = self._rebuilt()
        return self

    def predict_proba(self, X: npt.ArrayLike) -> npt.NDArray[np.float32]:  # noqa: N803
        """Probabilities (N, K), columns in the order of ``classes_``."""
        check_is_fitted(self)
        rows = _shaped(validate_data(self, X, allow_nd=True, reset=False))
        contract = self._predictor.contract
        expected = (*contract.size, contract.channels)
        if rows.shape[1:] != expected:
            raise ValueError(f"X holds pictures of {rows.shape[1:]}; training had {expected}.")
        return self._predictor.probabilities(to_uint8(rows, contract.value_range))

    def predict(self, X: npt.ArrayLike) -> Array:  # noqa: N803
        """The likeliest class of each picture."""
        places = self.predict_proba(X).argmax(axis=1)
        answer: Array = self.classes_[places]
        return answer

    def __getstate__(self) -> dict[str, Any]:
        """Plain arrays and text: the module itself is built again from the net's text."""
        state: dict[str, Any] = super().__getstate__()
        return {name: value for name, value in state.items() if name != "_predictor"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if hasattr(self, "weights_"):
            self._predictor = self._rebuilt()

    def _rebuilt(self) -> Predictor:
        contract = InputContract.model_validate(self.contract_)
        tensors = {name: torch.from_numpy(values) for name, values in self.weights_.items()}
        return Predictor.of(self.net_, contract, tensors)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        return tags


def _shaped(rows: Array) -> Array:
    """``rows`` as pictures (N, H, W, C); rows of values fill a square line by line."""
    if rows.ndim == 2:
        side = max(2, math.isqrt(rows.shape[1] - 1) + 1)
        filled = np.zeros((len(rows), side * side), rows.dtype)
        filled[:, : rows.shape[1]] = rows
        rows = filled
    try:
        return with_axes(rows, "X")
    except DataError as error:
        raise ValueError(str(error)) from error
