"""What the common mistakes are called."""

from __future__ import annotations

from svertka.lessons.words import Both

FLIPPED = Both(
    "The filter was turned round by 180°: in networks it is laid down as it is.",
    "Фильтр повёрнут на 180°: в сетях его прикладывают как есть.",
)
FORGOTTEN_STRIDE = Both(
    "The stride was forgotten: this is what stride 1 gives.",
    "Забыт шаг: так получается при шаге 1.",
)
FORGOTTEN_PADDING = Both(
    "The padding was forgotten: zeros stand around the picture first.",
    "Забыт паддинг: сначала вокруг картинки ставят нули.",
)
PADDING_ONCE = Both(
    "The padding was counted once: there are two edges.",
    "Паддинг посчитан один раз, а краёв два.",
)
FORGOTTEN_BIAS = Both("The bias was forgotten.", "Забыто смещение.")
BIAS_SIGN = Both("The bias has the wrong sign.", "У смещения не тот знак.")
FORGOTTEN_CHANNEL = Both(
    "A channel was forgotten: a filter goes through all maps of its input.",
    "Забыт канал: фильтр проходит сквозь все карты входа.",
)
OFF_BY_ONE = Both("Off by one.", "Ошибка на единицу.")
SHIFTED = Both(
    "The filter began one column too far to the right.",
    "Фильтр приложен на столбец правее, чем нужно.",
)
TOO_EARLY = Both(
    "This is already the map after ReLU: the convolution alone was asked for.",
    "Это уже карта после ReLU, а спрашивали только свёртку.",
)
NOT_AVERAGE = Both("This is the average, not the largest.", "Это среднее, а не наибольшее.")
NOT_SUM = Both("This is the sum of the window.", "Это сумма окна.")
NOT_SMALLEST = Both("This is the smallest, not the largest.", "Это наименьшее, а не наибольшее.")
CARRIED_ON = Both(
    "Rightly computed from the wrong answer before.",
    "Верно посчитано по неверному предыдущему ответу.",
)
