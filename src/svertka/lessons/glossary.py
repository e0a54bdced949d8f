"""The words of the lessons: one for each idea, in both languages, as the lectures say them.

A text that says a term in one language says it in the other; `misused` finds where that fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from svertka.lessons.words import Both


@dataclass(frozen=True)
class Term:
    """A term, and the patterns of its forms: ``en`` whole words, ``ru`` beginnings of words."""

    name: Both
    en: str
    ru: str


TERMS = (
    Term(Both("convolution", "свёртка"), r"convolutions?|convolutional", r"св[её]рт"),
    Term(Both("filter", "фильтр"), r"filters?|kernels?", r"фильтр|ядр|свёрт"),
    Term(Both("stride", "шаг"), r"strides?", r"шаг"),
    Term(Both("padding", "паддинг"), r"padding|padded", r"паддинг|дополн"),
    Term(Both("pooling", "пулинг"), r"pooling|pooled", r"пулинг"),
    Term(Both("receptive field", "рецептивное поле"), r"receptive fields?", r"рецептивн"),
    Term(Both("activation map", "карта активации"), r"activation maps?", r"карт\w* активаци"),
    Term(Both("layer", "слой"), r"layers?", r"сло[йяюеёи]|\w+слойн"),
    Term(Both("weight", "вес"), r"weights?", r"вес|взвеш"),
    Term(Both("bias", "смещение"), r"bias|biases", r"смещени"),
    Term(Both("neuron", "нейрон"), r"neurons?", r"нейрон"),
    Term(Both("gradient", "градиент"), r"gradients?", r"градиент"),
    Term(Both("backpropagation", "обратное распространение"), r"backpropagation", r"обратн"),
    Term(Both("fully connected", "полносвязный"), r"fully connected", r"полносвязн"),
    Term(Both("batch norm", "батч-нормализация"), r"batch norm\w*", r"батч-норм"),
    Term(Both("dropout", "дропаут"), r"dropout", r"дропаут"),
    Term(Both("overfitting", "переобучение"), r"overfit\w*", r"переобуч"),
    Term(Both("pretrained", "предобученный"), r"pretrained", r"предобуч"),
    Term(Both("fine-tuning", "дообучение"), r"fine-tun\w*", r"дообуч"),
    Term(Both("autoencoder", "автокодировщик"), r"autoencoders?", r"автокодировщик"),
    Term(Both("perceptron", "перцептрон"), r"perceptrons?", r"перцептрон"),
    Term(Both("loss", "функция потерь"), r"loss function", r"функци\w+ потерь"),
    Term(Both("pixel", "пиксель"), r"pixels?", r"пиксел"),
)

# What the lectures say otherwise, and ё, which is written where it is spoken.
AVOIDED = {
    "свертк": "свёртк",
    "сверточн": "свёрточн",
    "подвыборк": "пулинг",
    "субдискретизац": "пулинг",
    "пуллинг": "пулинг",
    "падинг": "паддинг",
    "страйд": "шаг",
    "бэтч": "батч",
    "датасет": "набор данных",
    "фичи": "признаки",
    "фича": "признак",
    "инференс": "ответ сети",
    "еще": "ещё",
    "слоев": "слоёв",
    "дообучн": "дообучен",
}

# Names that stay as they are in Russian; numbers after a hyphen go with them (ResNet-50).
_NAMES = """
    Adaline Adam AlexNet ASCII AUC Boltzmann CNN CPU DenseNet EfficientNet Fashion FLOPs
    GoogLeNet GPU Grad CAM HOG ImageNet Inception Ising Kaggle LeNet LBP Lite Madaline Mark
    MNIST PCA ReLU ResNet SGD SIFT SVM VGG CIFAR ID CSV Keras LRN MLP NumPy PyTorch Python RBM
    svertka torch torchvision scikit scipy im2col skip connection connections gap flatten softmax
    log RGB XOR ILSVRC ZFNet SENet NEC UIUC XRCE SuperVision Clarifai Trimps Soushen
"""
NAMES = frozenset(_NAMES.split())

_CODE = re.compile(r"`[^`]*`|\{[^{}]*\}")
_LATIN = re.compile(r"(?<![\w.])[A-Za-z]{2,}[A-Za-z0-9]*")


def misused(en: str, ru: str) -> Iterator[str]:
    """What is wrong with the terms of a text and its translation.

    >>> list(misused("one filter", "один фильтр")), list(misused("padding", "отступ"))
    ([], ["'padding' is паддинг: отступ"])
    """
    en, ru = (_CODE.sub(" ", text) for text in (en, ru))
    for term in TERMS:
        said = re.search(rf"\b(?:{term.en})\b", en, re.IGNORECASE)
        if said and not re.search(rf"\b(?:{term.ru})", ru, re.IGNORECASE):
            yield f"{said[0]!r} is {term.name.ru}: {ru}"
    for wrong, right in AVOIDED.items():
        if re.search(rf"\b{wrong}", ru, re.IGNORECASE):
            yield f"{wrong!r} is written {right}: {ru}"
    for word in _LATIN.findall(ru):
        if word not in NAMES and word.lower() not in NAMES:
            yield f"{word!r} is no word of the glossary: {ru}"
