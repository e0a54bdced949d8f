"""Adaline and Madaline: learning from the size of the error, and from a vote."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from svertka.lessons.board import LETTERS, SIGNED, board, board_of
from svertka.lessons.lesson import (
    Both,
    Choice,
    Code,
    Expect,
    Lesson,
    Notice,
    Outcome,
    Text,
    Truth,
    View,
)
from svertka.lessons.pictures import Picture
from svertka.lessons.views import Heat, Line, Lines, Pictures, Table
from svertka.lessons.words import signed

Array = npt.NDArray[np.floating]


def delta_rule(
    x: Array, wanted: Array, step: float, passes: int = 300
) -> tuple[Array, list[float]]:
    """After each picture every weight moves by step x error x its switch."""
    weights, errors = np.zeros(x.shape[1]), []
    for _ in range(passes):
        for switches, d in zip(x, wanted, strict=True):
            error = d - weights @ switches
            weights = weights + step * error * switches
        errors.append(float(np.sqrt(np.mean((wanted - x @ weights) ** 2))))
        if errors[-1] > 1e6:  # it runs away
            break
    return weights, errors


def madaline(x: Array, wanted: Array, count: int, passes: int = 50) -> tuple[Array, list[int]]:
    """A wrong majority is turned by those whose needles are nearest to zero, and by no more."""
    weights, mistakes = np.random.default_rng(1).normal(size=(count, x.shape[1])), []
    for _ in range(passes):
        mistakes.append(0)
        for switches, d in zip(x, wanted, strict=True):
            needles = weights @ switches
            agree = np.sign(needles) == d
            if 2 * agree.sum() > count:
                continue
            mistakes[-1] += 1
            missing = count // 2 + 1 - agree.sum()
            for one in np.argsort(np.where(agree, np.inf, np.abs(needles)))[:missing]:
                weights[one] += (d - needles[one]) * switches / (switches @ switches)
        if mistakes[-1] == 0:
            break
    return weights, mistakes


def experiment(step: float = 0.1, spoiled: bool = False, adalines: int = 3) -> Outcome:
    one, many = needle(step, spoiled), vote(adalines)
    return Outcome({**one.numbers, **many.numbers}, {**one.views, **many.views})


def needle(step: float, spoiled: bool) -> Outcome:
    """One Adaline at the board, and least squares."""
    x, wanted = board(spoiled)
    weights, errors = delta_rule(x, wanted, step)
    best = np.linalg.lstsq(x, wanted, rcond=None)[0]
    least = float(np.sqrt(np.mean((wanted - x @ best) ** 2)))
    distance = float(np.linalg.norm(weights - best) / np.linalg.norm(best))
    numbers = {
        "pictures": len(x),
        "passes": len(errors),
        "error": errors[-1],
        "least": least,
        "distance": distance,
        "end": ends(distance, errors[-1], spoiled),
        "limit": float(2 / (x[0] @ x[0])),
    }
    lines = [Line(Both("delta rule", "правило дельты"), errors)]
    if spoiled:
        lines.append(Line(LEAST, [least] * len(errors)))
    rows = [[row + 1, written(weights, row), written(best, row)] for row in range(4)]
    views = {
        "letters": Pictures(
            [Picture(board_of(name, 0, 0), f"{name}: {SIGNED[name]}") for name in LETTERS]
        ),
        "learning": Lines(
            x=range(1, len(errors) + 1),
            lines=lines,
            x_title=Both("pass over all pictures", "проход по всем картинкам"),
            y_title=Both("error of the needle", "ошибка стрелки"),
            log_y=not spoiled or errors[-1] > 1e3,
        ),
        "weights": Table((Both("row", "ряд"), Both("learned", "выучено"), LEAST), rows),
    }
    return Outcome(numbers, views)


def ends(distance: float, error: float, spoiled: bool) -> Both:
    """Where the rule has come to, in words."""
    if error > 1e3:
        return RUNS_AWAY
    if distance < 1e-3:
        return ARRIVED
    if distance < 0.2:
        return CLOSE
    return SHAKES if spoiled else ON_ITS_WAY


def vote(adalines: int) -> Outcome:
    """Is just one of two switches up?"""
    corners = np.array([[-1.0, -1, 1], [-1, 1, 1], [1, -1, 1], [1, 1, 1]])
    wanted = np.array([-1.0, 1, 1, -1])
    weights, mistakes = madaline(corners, wanted, adalines)
    alone = np.linalg.lstsq(corners, wanted, rcond=None)[0].round(9)
    side = [round(0.1 * one, 1) for one in range(-15, 16)]
    plane = np.array([[right, up, 1.0] for up in side[::-1] for right in side])
    answer = np.sign(np.sign(plane @ weights.T).sum(axis=1)).reshape(31, 31)
    numbers = {
        "alone": [abs(float(one)) for one in alone],
        "solved": mistakes[-1] == 0,
        "madaline_passes": len(mistakes),
    }
    views = {
        "plane": Heat(
            answer,
            signed=True,
            rows=side[::-1],
            columns=side,
            row_title=Both("second switch", "второй тумблер"),
            column_title=Both("first switch", "первый тумблер"),
        )
    }
    return Outcome(numbers, views)


def written(weights: Array, row: int) -> Both:
    """A row of the board's weights as text."""
    four = weights[4 * row : 4 * row + 4].tolist()
    forms = ["" if abs(w) > 1e4 else ".1" for w in four]  # some have run away
    return Both(*("   ".join(map(signed, four, [lang] * 4, forms)) for lang in ("en", "ru")))


LEAST = Both("least squares", "наименьшие квадраты")
ARRIVED = Both(
    "and yet it has come to the same weights: the distance that is left is {distance} of their "
    "length.",
    "но пришло к тем же весам: осталось расстояние в {distance} их длины.",
)
CLOSE = Both(
    "and yet it has come close to the same weights: the distance that is left is {distance} of "
    "their length.",
    "но подошло к тем же весам близко: осталось расстояние в {distance} их длины.",
)
ON_ITS_WAY = Both(
    "and yet it is on its way to the same weights. With so small a step {passes} passes were not "
    "enough: the distance that is left is {distance} of their length.",
    "но идёт к тем же весам. При таком малом шаге проходов ({passes}) не хватило: осталось "
    "расстояние в {distance} их длины.",
)
SHAKES = Both(
    "and with this step it does not come to the same weights: each spoiled letter pulls them far "
    "to its own side. The distance is {distance} of their length; take a smaller step.",
    "и при таком шаге к тем же весам не приходит: каждая испорченная буква тянет их далеко в свою "
    "сторону. Расстояние — {distance} их длины; возьмите шаг меньше.",
)
RUNS_AWAY = Both(
    "and with this step it never comes there: the weights run away, the error grows and grows.",
    "и при таком шаге к этим весам не придёт никогда: веса убегают, ошибка всё растёт.",
)


LESSON = Lesson(
    name="adaline",
    lectures=("002",),
    minutes=7,
    title=Both("Adaline learns from the size of its error", "Adaline учится на величине ошибки"),
    question=Both(
        "What changes when a machine asks how far it missed, and not only whether?",
        "Что изменится, если спрашивать не «ошибся ли», а «насколько ошибся»?",
    ),
    parameters=(
        Choice("step", Both("Step", "Шаг обучения"), values=(0.001, 0.01, 0.1, 0.15), default=0.1),
        Choice(
            "spoiled",
            Both("Show spoiled letters, too", "Показывать и испорченные буквы"),
            values=(False, True),
            default=False,
        ),
        Choice(
            "adalines",
            Both("Adalines that vote", "Сколько Adaline голосует"),
            values=(1, 3, 5),
            default=3,
            apart=True,
        ),
    ),
    experiment=experiment,
    body=(
        Text(
            Both(
                "In 1960 Bernard Widrow and Ted Hoff built a box with a board of 4 × 4 switches, a "
                "knob for each and a meter with a needle. One set a letter on the board. The "
                "needle was to show +60 for T, 0 for G, −60 for F, at whatever place of the board "
                "the letter stood.",
                "В 1960 году Бернард Уидроу и Тед Хофф собрали ящик: доска 4 × 4 с тумблерами, для "
                "каждого — ручка, и прибор со стрелкой. На доске набирали букву. Стрелка должна "
                "показать +60 для T, 0 для G и −60 для F, где бы на доске буква ни стояла.",
            )
        ),
        View("letters"),
        Text(
            Both(
                "The needle shows the sum of switch × weight, with +1 for a switch that is up and "
                "−1 for one that is down. The perceptron asked only on which side of zero the sum "
                "fell. Adaline reads the needle itself: error = wanted − shown. Then every weight "
                "moves by step × error × its switch. This is the delta rule.",
                "Стрелка показывает сумму «тумблер × вес»: включённый тумблер — это +1, "
                "выключенный — это −1. Перцептрон спрашивал только, с какой стороны от нуля "
                "оказалась сумма. Adaline смотрит на саму стрелку: ошибка = что нужно − что "
                "показано. Затем каждый вес сдвигается на шаг × ошибка × его тумблер. Это и есть "
                "правило дельты.",
            )
        ),
        Code((delta_rule,)),
        View(
            "learning",
            Both(
                "{pictures} pictures. Error after pass {passes}: {error:.2}; the least that there "
                "can be: {least:.2}.",
                "Картинок: {pictures}. Ошибка после прохода {passes}: {error:.2}; наименьшая "
                "возможная: {least:.2}.",
            ),
        ),
        Notice(
            Both(
                "There is a formula for the weights with the smallest sum of squared errors: least "
                "squares. The rule has never heard of it, {end}",
                "Для весов с наименьшей суммой квадратов ошибок есть формула: метод наименьших "
                "квадратов. Правило о ней не знает, {end}",
            )
        ),
        View("weights", Both("Weights of the 4 × 4 switches", "Веса тумблеров 4 × 4")),
        Notice(
            Both(
                "Try step 0.15. One step moves the needle for that picture by step × 17 × error, "
                "since 16 switches and one constant take part. Above 2/17 = {limit:.3} the new "
                "error is larger than the old one, and learning runs away.\n\n"
                "Now show spoiled letters, too. No weights are right for all of them, so an error "
                "remains; the smaller the step, the closer to the least the rule ends.",
                "Попробуйте шаг 0,15. Одно исправление сдвигает стрелку для этой картинки на шаг × "
                "17 × ошибка: в нём участвуют 16 тумблеров и одна постоянная. Если шаг больше "
                "2/17 = {limit:.3}, новая ошибка больше прежней, и обучение идёт вразнос.\n\n"
                "Теперь добавьте испорченные буквы. Никакие веса не годятся сразу для всех, и "
                "ошибка остаётся; чем меньше шаг, тем ближе к наименьшей она в конце.",
            )
        ),
        Text(
            Both(
                "“Is just one of two switches up?” is too much for one Adaline. Least squares "
                "gives the weights {alone}: the best it can do is to say nothing. Madaline asks "
                "many Adalines, and the majority answers. When the majority is wrong, those whose "
                "needles are nearest to zero are moved, just as many as are needed; all others "
                "are left in peace.",
                "Вопрос «включён ли ровно один тумблер из двух?» одной Adaline не по силам. Метод "
                "наименьших квадратов даёт веса {alone}: лучшее, что она может, — промолчать. "
                "Madaline спрашивает много Adaline, и отвечает большинство. Если большинство "
                "ошиблось, сдвигают тех, чьи стрелки ближе всего к нулю, и ровно столько, сколько "
                "нужно; остальных не трогают.",
            )
        ),
        View(
            "plane",
            Both(
                "The answer for every position of the two switches; the four corners (±1, ±1) "
                "count. Passes: {madaline_passes}, all four right: {solved}.",
                "Ответ для любых положений двух тумблеров; важны четыре угла (±1, ±1). Проходов: "
                "{madaline_passes}, все четыре верны: {solved}.",
            ),
        ),
        Code((madaline,)),
        Truth(
            Both(
                "Widrow and Hoff showed each letter in two positions; here it takes all four, in "
                "our own drawing. In Madaline only the first layer learns, the vote is fixed "
                "(Ridgway's rule of 1962). Two trained layers had to wait for a smooth threshold: "
                "backpropagation of 1986 calls itself the generalised delta rule.",
                "Уидроу и Хофф показывали каждую букву в двух положениях; здесь их все четыре, и "
                "рисунок наш. В Madaline учится только первый слой, голосование задано заранее "
                "(правило Риджуэя, 1962). Чтобы учить два слоя, порог пришлось сделать гладким: "
                "обратное распространение 1986 года так и названо — обобщённое правило дельты.",
            ),
            source="Widrow, Hoff 1960, Adaptive Switching Circuits; "
            "Widrow, Lehr 1990, Proceedings of the IEEE 78; "
            "Rumelhart, Hinton, Williams 1986, Parallel Distributed Processing",
        ),
    ),
    expected=(
        Expect(
            "distance",
            0,
            Both("distance to least squares", "расстояние до наименьших квадратов"),
            tolerance=1e-6,
            at={"step": 0.1, "spoiled": False},
        ),
        Expect("limit", 2 / 17, Both("largest step", "наибольший шаг"), tolerance=1e-6),
        Expect(
            "alone", [0, 0, 0], Both("weights of one Adaline", "веса одной Adaline"), tolerance=1e-9
        ),
        Expect("solved", False, Both("one Adaline can", "одна Adaline может"), at={"adalines": 1}),
        Expect("solved", True, Both("a vote of three can", "три голоса могут"), at={"adalines": 3}),
    ),
)
