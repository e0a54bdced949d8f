"""The nets in Keras, written as its examples are; where a stride is two, "same" pads one side."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers


def build(family: str, shape: tuple[int, int, int], classes: int) -> keras.Model:
    inputs = keras.Input(shape)
    x = {"lenet": lenet, "vgg": vgg, "resnet": resnet18}[family](inputs)
    # The loss wants float32 from a net that computes in bfloat16: Keras' guide says so.
    return keras.Model(inputs, layers.Dense(classes, dtype="float32")(x))


def lenet(x: Any) -> Any:
    x = layers.Conv2D(6, 5, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D()(x)
    x = layers.Conv2D(16, 5, activation="relu")(x)
    x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    x = layers.Dense(120, activation="relu")(x)
    return layers.Dense(84, activation="relu")(x)


def vgg(x: Any) -> Any:
    for width in (64, 128, 256):
        x = layers.Conv2D(width, 3, padding="same", activation="relu")(x)
        x = layers.Conv2D(width, 3, padding="same", activation="relu")(x)
        x = layers.MaxPooling2D()(x)
    return layers.Dense(256, activation="relu")(layers.Flatten()(x))


def resnet18(x: Any) -> Any:
    x = layers.Activation("relu")(_conv_norm(x, 64, 7, 2))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for width, stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
        x = _block(x, width, stride)
        x = _block(x, width, 1)
    return layers.GlobalAveragePooling2D()(x)


def _block(x: Any, width: int, stride: int) -> Any:
    side = x if stride == 1 else _conv_norm(x, width, 1, stride)
    y = layers.Activation("relu")(_conv_norm(x, width, 3, stride))
    y = _conv_norm(y, width, 3, 1)
    return layers.Activation("relu")(layers.Add()([y, side]))


def _conv_norm(x: Any, width: int, kernel: int, stride: int) -> Any:
    x = layers.Conv2D(width, kernel, strides=stride, padding="same", use_bias=False)(x)
    return layers.BatchNormalization()(x)
