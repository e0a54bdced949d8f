"""The perceptron: a machine that only corrects its mistakes, and what it cannot learn."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from svertka.lessons.drawn import LETTERS, figures, letter
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
from svertka.lessons.views import Heat, Line, Lines, Pictures

Array = npt.NDArray[np.floating]
SHOWN = "AEHORX"  # letters whose weights are drawn
WANTED = {"and": (0, 0, 0, 1), "or": (0, 1, 1, 1), "xor": (0, 1, 1, 0), "connected": (0, 1, 1, 0)}


def learn(pictures: Array, wanted: Array, passes: int = 500) -> tuple[Array, Array, list[int]]:
    """Rosenblatt's rule: only a mistake moves the weights, by the very picture it was made on."""
    weights, bias = np.zeros((wanted.shape[1], pictures.shape[1])), np.zeros(wanted.shape[1])
    mistakes = []
    for _ in range(passes):
        wrong = 0
        for x, d in zip(pictures, wanted, strict=True):
            error = d - (weights @ x + bias > 0)  # 1: missed, -1: called in vain, 0: right
            if error.any():
                weights += np.outer(error, x)
                bias += error
                wrong += int(np.abs(error).sum())
        mistakes.append(wrong)
        if wrong == 0:
            break
    return weights, bias, mistakes


def experiment(shift: int = 1, question: str = "xor") -> Outcome:
    letters, asked = reading(shift), asking(question)
    return Outcome({**letters.numbers, **asked.numbers}, {**letters.views, **asked.views})


def reading(shift: int) -> Outcome:
    """The alphabet, learned at all shifts by up to ``shift`` pixels."""
    pictures, names = alphabet(square(shift))
    order = np.random.default_rng(0).permutation(len(pictures))
    weights, bias, mistakes = learn(pictures[order], np.eye(26)[names[order]])

    def share(moved: list[tuple[int, int]], flipped: float = 0.0) -> float:
        seen, true = alphabet(moved)
        seen = np.abs(seen - (np.random.default_rng(1).random(seen.shape) < flipped))
        return float(((seen @ weights.T + bias).argmax(axis=1) == true).mean())

    numbers = {
        "shown": len(pictures),
        "passes": len(mistakes),
        "corrections": sum(mistakes),
        "left": mistakes[-1],
        "known": share(square(shift)),
        "beyond": share([place for place in square(shift + 1) if place not in square(shift)]),
        "noisy": share(square(shift), 0.05),
    }
    templates = [weights[LETTERS.index(name)].reshape(20, 20) for name in SHOWN]
    views = {
        "learning": falling(mistakes, Both("pass over all pictures", "проход по всем картинкам")),
        "weights": Pictures(
            [Picture(one, name, signed=True) for one, name in zip(templates, SHOWN, strict=True)]
        ),
        "shifts": Heat(
            np.array([share([place]) for place in square(3)]).reshape(7, 7),
            rows=[*range(-3, 4)],
            columns=[*range(-3, 4)],
            row_title=Both("pixels down", "пикселей вниз"),
            column_title=Both("pixels to the right", "пикселей вправо"),
            form=".0%",
            low=0,
            high=1,
        ),
    }
    return Outcome(numbers, views)


def asking(question: str) -> Outcome:
    """Four pictures of 400 pixels and a question to each."""
    four, answers = figures(bars=question == "connected"), np.array(WANTED[question])
    *_, mistakes = learn(four.reshape(4, 400), answers[:, None], passes=50)
    numbers = {
        "solved": mistakes[-1] == 0,
        "small_passes": len(mistakes),
        "difference": float(np.abs(four[0] + four[3] - four[1] - four[2]).max()),
    }
    pictures = [
        Picture(one, YES if answer else NO, low=0, high=1)
        for one, answer in zip(four, answers, strict=True)
    ]
    over = Both("pass over the four pictures", "проход по четырём картинкам")
    return Outcome(numbers, {"four": Pictures(pictures), "small": falling(mistakes, over)})


def falling(mistakes: list[int], over: Both) -> Lines:
    """Mistakes of every pass."""
    line = Line(Both("mistakes in a pass", "ошибок за проход"), mistakes)
    return Lines(x=range(1, len(mistakes) + 1), lines=[line], x_title=over)


def square(most: int) -> list[tuple[int, int]]:
    """All shifts by up to ``most`` pixels, row by row."""
    places = range(-most, most + 1)
    return [(dx, dy) for dy in places for dx in places]


def alphabet(shifts: list[tuple[int, int]]) -> tuple[Array, npt.NDArray[np.int64]]:
    """Every letter at every shift as rows of 400 pixels, and which letter it is."""
    rows = [letter(name, dx, dy).ravel() for name in LETTERS for dx, dy in shifts]
    return np.array(rows), np.repeat(np.arange(26), len(shifts))


YES, NO = Both("yes", "да"), Both("no", "нет")

LESSON = Lesson(
    name="perceptron",
    lectures=("002",),
    minutes=7,
    title=Both("The perceptron learns the alphabet", "Перцептрон учит алфавит"),
    question=Both(
        "Can a machine that only corrects its mistakes learn to read?",
        "Может ли научиться читать машина, которая умеет только исправлять свои ошибки?",
    ),
    parameters=(
        Choice(
            "shift",
            Both("Letters are shown moved by up to", "Буквы показывают со сдвигом до"),
            values=(0, 1, 2),
            texts=(
                Both("0 pixels", "0 пикселей"),
                Both("1 pixel", "1 пикселя"),
                Both("2 pixels", "2 пикселей"),
            ),
            default=1,
        ),
        Choice(
            "question",
            Both("Question to the four pictures", "Вопрос к четырём картинкам"),
            values=("and", "or", "xor", "connected"),
            texts=(
                Both("both lamps?", "обе лампы?"),
                Both("any lamp?", "хоть одна?"),
                Both("just one lamp?", "ровно одна?"),
                Both("of one piece?", "одним куском?"),
            ),
            default="xor",
            apart=True,
        ),
    ),
    experiment=experiment,
    body=(
        Text(
            Both(
                "Frank Rosenblatt's perceptron saw the world through 20 × 20 photocells: 400 "
                "pixels. Nobody told it how letters look. Every letter has an output of its own, "
                "with a weight for each pixel. The pixels are multiplied by the weights and added "
                "up; a sum above zero means “this is my letter”.\n\n"
                "It learns from mistakes alone. The answer is right: nothing changes. A letter was "
                "missed: its picture is added to the weights. Another letter was taken for it: "
                "that picture is subtracted.",
                "Перцептрон Фрэнка Розенблатта смотрел на мир через 20 × 20 фотоэлементов: 400 "
                "пикселей. Никто не объяснял ему, как выглядят буквы. У каждой буквы свой выход, а "
                "у выхода — вес для каждого пикселя. Пиксели умножаются на веса и складываются; "
                "сумма больше нуля значит «это моя буква».\n\n"
                "Учится он только на ошибках. Ответ верный — ничего не меняется. Свою букву "
                "пропустил — её картинка прибавляется к весам. Принял чужую за свою — её картинка "
                "вычитается.",
            )
        ),
        Code((learn,)),
        View(
            "learning",
            Both(
                "26 letters, {shown} pictures. After pass {passes} mistakes: {left}.",
                "26 букв, картинок: {shown}. Ошибок на проходе {passes}: {left}.",
            ),
        ),
        Notice(
            Both(
                "The mistakes end, and not by luck. If any weights at all answer every picture "
                "rightly, this rule finds such weights after a finite number of corrections. Here "
                "it needed {corrections}.",
                "Ошибки кончаются, и это не везение. Если хоть какие-то веса дают верный ответ на "
                "каждую картинку, правило найдёт такие веса за конечное число исправлений. Здесь "
                "их понадобилось {corrections}.",
            )
        ),
        View(
            "weights",
            Both(
                "The weights of six letters, put back into 20 × 20: light speaks for the letter, "
                "dark against it",
                "Веса шести букв, снова сложенные в 20 × 20: светлое говорит за букву, тёмное — "
                "против",
            ),
        ),
        Text(
            Both(
                "So the weights of a letter are a template. It bears a little dirt: with every "
                "twentieth pixel flipped, {noisy:.0%} of the letters are still read. But move a "
                "letter one pixel further than it was ever shown, and of those {beyond:.0%} are "
                "read.",
                "Веса буквы — это шаблон. Немного грязи он терпит: если испортить каждый двадцатый "
                "пиксель, верно прочитано {noisy:.0%} букв. Но стоит сдвинуть букву на один "
                "пиксель дальше, чем её показывали, — и верно прочитано {beyond:.0%}.",
            )
        ),
        View(
            "shifts",
            Both(
                "Share of letters read rightly, by how far they were moved",
                "Доля верно прочитанных букв в зависимости от сдвига",
            ),
        ),
        Notice(
            Both(
                "Choose a larger shift in learning: the square that is read grows, the work grows "
                "much faster. A convolution has this for nothing, because its small template "
                "visits every place.",
                "Выберите больший сдвиг при обучении: квадрат прочитанного растёт, а труда нужно "
                "намного больше. Свёртке это достаётся даром: её маленький шаблон сам обходит всю "
                "картинку.",
            )
        ),
        Text(
            Both(
                "And what if no weights exist? Below are four pictures and a question. Each has "
                "something on its left, something on its right. The rule makes passes until it "
                "makes no mistake, at most 50.",
                "А если нужных весов не существует? Ниже четыре картинки и вопрос. На каждой "
                "что-то есть слева и что-то справа. Правило повторяет проходы, пока не перестанет "
                "ошибаться, но не больше 50.",
            )
        ),
        View("four", Both("The right answer to each", "Верный ответ для каждой")),
        View(
            "small",
            Both(
                "Passes: {small_passes}. Without a mistake: {solved}.",
                "Проходов: {small_passes}. Без ошибок: {solved}.",
            ),
        ),
        Text(
            Both(
                "“Just one lamp?” and “of one piece?” never succeed, and no other rule would help. "
                "Add the first and the last picture, pixel by pixel: it is the same as the second "
                "plus the third (largest difference: {difference}). Whatever the weights, the two "
                "sums of outputs are equal, too. But the second and third should be above zero, "
                "the first and last not.",
                "С вопросами «ровно одна лампа?» и «одним куском?» ничего не выходит, и другое "
                "правило не поможет. Сложите первую картинку с последней, пиксель за пикселем: "
                "получится то же, что вторая плюс третья (наибольшая разность: {difference}). "
                "Значит, при любых весах равны и суммы выходов. А нужно, чтобы у второй и третьей "
                "выход был больше нуля, а у первой и последней — нет.",
            )
        ),
        Truth(
            Both(
                "In the real Mark I the weights did not sit on the pixels. Between them stood 512 "
                "association units, each wired to some photocells at random and for good; motors "
                "turned the weights behind them. The idea is of 1957, the machine was shown to the "
                "public in 1960.",
                "В настоящем Mark I веса стояли не прямо за пикселями. Между ними было 512 "
                "ассоциативных элементов; каждый был случайно и навсегда соединён с несколькими "
                "фотоэлементами, а веса за ними крутили моторы. Замысел относится к 1957 году, "
                "публике машину показали в 1960-м.",
            ),
            source="Rosenblatt 1958, Psychological Review 65; "
            "Hay, Lynch, Smith 1960, Mark I Perceptron Operators' Manual",
        ),
        Truth(
            Both(
                "Minsky and Papert proved more: if every association unit sees only a spot "
                "narrower than the figure, the same sum proves that no weights help. They did not "
                "prove that nets of several trained layers fail: those solve “just one lamp?”, as "
                "the lesson on the backpropagation net shows.",
                "Минский и Паперт доказали больше: если каждый ассоциативный элемент видит лишь "
                "участок у́же фигуры, та же сумма доказывает: никакие веса не помогут. Но они не "
                "доказывали, что бессильны сети из нескольких обучаемых слоёв: такая сеть решает "
                "задачу «ровно одна лампа?», как видно из урока о сети с обратным "
                "распространением.",
            ),
            source="Minsky, Papert 1969, Perceptrons; Novikoff 1962",
        ),
    ),
    expected=(
        Expect("left", 0, Both("mistakes in the last pass", "ошибок на последнем проходе")),
        Expect(
            "known", 1, Both("share of shown letters read", "прочитано показанных букв"), form="%"
        ),
        Expect("solved", True, Both("AND is learned", "И выучено"), at={"question": "and"}),
        Expect("solved", True, Both("OR is learned", "ИЛИ выучено"), at={"question": "or"}),
        Expect(
            "solved",
            False,
            Both("exclusive OR is learned", "исключающее ИЛИ выучено"),
            at={"question": "xor"},
        ),
        Expect(
            "solved",
            False,
            Both("connectedness is learned", "связность выучена"),
            at={"question": "connected"},
        ),
    ),
)
