"""Keras' ``fit`` on arrays, on the backend that KERAS_BACKEND names."""

from __future__ import annotations

import importlib
import math

import keras
from cases import CLASSES, Case, floats, pictures
from keras_nets import build
from worker import Clock


class Tell(keras.callbacks.Callback):
    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock

    def on_train_batch_end(self, batch, logs=None) -> None:
        self.clock.step(finish=lambda: float(logs["loss"]))


def loop(case: Case, how: str, clock: Clock) -> None:
    keras.config.set_dtype_policy(how)
    x, y = pictures(case)
    model = build(case.family, (case.side, case.side, case.channels), CLASSES)
    model.compile(
        optimizer=keras.optimizers.SGD(0.01, momentum=0.9),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    backend = importlib.import_module(keras.backend.backend())
    versions = {"keras": keras.__version__, backend.__name__: backend.__version__}
    count = sum(math.prod(weight.shape) for weight in model.trainable_weights)
    clock.ready(count, **versions)
    model.fit(floats(x), y, batch_size=case.batch, epochs=10**6, verbose=0, callbacks=[Tell(clock)])
