"""Keras' MNIST example (keras.io/examples/vision/mnist_convnet), on arrays of a file.

Net, optimizer, batches and number of epochs are the example's; it validates on a tenth of the
training part, here it is the test part that is scored after every epoch.

    python mnist_keras.py DATA.npz SEED
"""

from __future__ import annotations

import sys

import keras
import numpy as np
from keras import layers

EPOCHS = 15


class Tell(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        print(logs["val_accuracy"], flush=True)


def main() -> None:
    arrays = np.load(sys.argv[1], allow_pickle=False)
    keras.utils.set_random_seed(int(sys.argv[2]))
    x_train = np.expand_dims(arrays["x_train"].astype("float32") / 255, -1)
    x_test = np.expand_dims(arrays["x_test"].astype("float32") / 255, -1)
    y_train = keras.utils.to_categorical(arrays["y_train"], 10)
    y_test = keras.utils.to_categorical(arrays["y_test"], 10)
    model = keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(32, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.Conv2D(64, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    model.fit(
        x_train,
        y_train,
        batch_size=128,
        epochs=EPOCHS,
        validation_data=(x_test, y_test),
        verbose=0,
        callbacks=[Tell()],
    )


if __name__ == "__main__":
    main()
