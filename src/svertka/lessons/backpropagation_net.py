"""A net of 1986: two layers of weights, learned by sending gradients back."""

from __future__ import annotations

import numpy as np

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
from svertka.lessons.two_layers import INPUTS, MOST, learn, pictures, sigmoid, sweep, with_one
from svertka.lessons.views import Graph, Heat, Line, Lines, Node, Scatter, Table
from svertka.lessons.words import NBSP

MOMENTS = {"start": 0, "middle": 100, "end": MOST}
TO = f"{NBSP}→{NBSP}"  # a weight's name stays on one line


def experiment(
    task: str = "xor", hidden: int = 2, start: int = 3, moment: str = "start"
) -> Outcome:
    net, small = learning(task, hidden, start), looking(moment)
    return Outcome({**net.numbers, **small.numbers}, {**net.views, **small.views})


def learning(task: str, hidden: int, start: int) -> Outcome:
    """The chosen net, and always the one of the paper."""
    first, second, found = learn(task, hidden, start)
    x, wanted = pictures(task)
    answer, *_ = sweep(x, wanted, first, second)
    paper = learn("symmetry", 2, 3)[0][:6]
    sizes = np.sort(np.abs(paper[:3]), axis=0)
    numbers = {
        "pictures": len(x),
        "sweeps": len(found),
        "wrong": int(np.sum((answer > 0.5) != wanted)),
        "solved": bool(np.abs(answer - wanted).max() < 0.2),
        "ratio": (sizes / sizes[0]).mean(axis=1),
        "mirror": float(np.abs(paper + paper[::-1]).max() / np.abs(paper).max()),
    }
    rows = np.unique(np.linspace(0, len(found) - 1, 120).astype(int))
    error, by_first, by_second = found[rows].T
    sweeps = Both("sweep over all pictures", "проход по всем картинкам")
    views = {
        "learning": Lines(
            x=rows + 1,
            lines=[Line(Both("mean squared error", "средний квадрат ошибки"), error)],
            x_title=sweeps,
        ),
        "gradients": Lines(
            x=rows + 1,
            lines=[
                Line(Both("first layer", "первый слой"), by_first),
                Line(Both("second layer", "второй слой"), by_second),
            ],
            x_title=sweeps,
            y_title=Both("norm of the gradient", "норма градиента"),
            log_y=True,
        ),
        "weights": Heat(
            first[:-1].T,
            signed=True,
            rows=[*range(1, hidden + 1)],
            columns=[*range(1, INPUTS[task] + 1)],
            row_title=Both("hidden neuron", "скрытый нейрон"),
            column_title=Both("input", "вход"),
            form=".2",
        ),
    }
    return Outcome(numbers, views)


def looking(moment: str) -> Outcome:
    """The small net for one lamp of two, at a moment of its learning: the picture (1, 0)."""
    first, second, found = learn("xor", 2, 3, MOMENTS[moment])
    corners, odd = pictures("xor")
    seen = sigmoid(with_one(corners) @ first)
    x, wanted = corners[2], odd[2]
    sums = x @ first[:2] + first[2]
    hidden = seen[2]
    total = hidden @ second[:2] + second[2]
    answer = float(sigmoid(total))
    slopes, slope = hidden * (1 - hidden), answer * (1 - answer)
    at_total = (answer - wanted) * slope
    at_hidden = at_total * second[:2]
    at_sums = at_hidden * slopes
    nodes = [Node(X[i], X[i], x[i], (first[:2] @ at_sums)[i]) for i in (0, 1)]
    nodes += [Node(S[j], S[j], sums[j], at_sums[j], X, list(first[:2, j])) for j in (0, 1)]
    nodes += [Node(H[j], H[j], hidden[j], at_hidden[j], [S[j]], [slopes[j]]) for j in (0, 1)]
    nodes += [
        Node("Σ", "Σ", total, at_total, H, list(second[:2])),
        Node("σ", "σ", answer, answer - wanted, ["Σ"], [slope]),
        Node("L", "L", (answer - wanted) ** 2 / 2, 1.0, ["σ"], [answer - wanted]),
    ]
    rows = [
        *((f"{X[i]}{TO}{S[j]}", first[i, j], x[i], at_sums[j]) for j in (0, 1) for i in (0, 1)),
        *((f"{H[j]}{TO}Σ", second[j], hidden[j], at_total) for j in (0, 1)),
    ]
    views = {
        "graph": Graph(nodes),
        "table": Table(HEAD, [(*row, row[2] * row[3]) for row in rows], ("", *[".4"] * 4)),
        "space": Scatter(
            seen[:, 0],
            seen[:, 1],
            labels=["00", "01", "10", "11"],
            groups=[GROUPS[int(one)] for one in odd],
            x_title=Both("hidden neuron 1", "скрытый нейрон 1"),
            y_title=Both("hidden neuron 2", "скрытый нейрон 2"),
        ),
    }
    numbers = {"before": min(len(found), MOMENTS[moment]), "loss": nodes[-1].value}
    return Outcome(numbers, views)


X, S, H = ("x₁", "x₂"), ("Σ₁", "Σ₂"), ("σ₁", "σ₂")
GROUPS = (Both("wanted 0", "нужно 0"), Both("wanted 1", "нужно 1"))
HEAD = (
    Both("weight", "вес"),
    Both("value", "значение"),
    Both("local", "локальный"),
    Both("upstream", "восходящий"),
    Both("gradient of the weight", "градиент веса"),
)

LESSON = Lesson(
    name="backpropagation-net",
    lectures=("002",),
    minutes=8,
    title=Both(
        "Backpropagation: the middle learns, too", "Обратное распространение: учится и середина"
    ),
    question=Both(
        "Who tells the hidden neurons what to do?",
        "Кто говорит скрытым нейронам, что им делать?",
    ),
    parameters=(
        Choice(
            "task",
            Both("Task", "Задача"),
            values=("xor", "parity", "symmetry"),
            texts=(
                Both("just one of 2 is on", "включён ровно один из 2"),
                Both("an odd number of 4 is on", "включено нечётное число из 4"),
                Both("6 in mirror order", "6 стоят зеркально"),
            ),
            default="xor",
        ),
        Choice("hidden", Both("Hidden neurons", "Скрытых нейронов"), values=(1, 2, 4), default=2),
        Choice(
            "start",
            Both("First weights, draw", "Начальные веса, вариант"),
            values=(1, 2, 3),
            default=3,
        ),
        Choice(
            "moment",
            Both("Look at the small net at", "Посмотреть на маленькую сеть"),
            values=("start", "middle", "end"),
            texts=(
                Both("the beginning", "в начале"),
                Both("100 sweeps", "через 100 проходов"),
                Both("the end", "в конце"),
            ),
            default="start",
            apart=True,
        ),
    ),
    experiment=experiment,
    body=(
        Text(
            Both(
                "“Just one of two is on” defeats every net with one layer of weights. Two layers "
                "can do it, and everybody knew. But for the neurons in the middle nobody could say "
                "what answer is wanted of them. In 1986 Rumelhart, Hinton and Williams showed how "
                "they find out by themselves: put a smooth curve σ in place of the threshold, and "
                "let the error flow back along the weights.",
                "Задача «ровно один из двух включён» не по силам ни одной сети с одним слоем "
                "весов. Два слоя справятся, и это знали все. Но какой ответ правилен для нейронов "
                "в середине, никто сказать не мог. В 1986 году Румельхарт, Хинтон и Уильямс "
                "показали, как нейроны узнают это сами: вместо порога берётся гладкая кривая σ, и "
                "ошибка течёт по весам обратно.",
            )
        ),
        View(
            "graph",
            Both(
                "Always the same small net, whatever task is chosen: just one of 2 is on, two "
                "hidden neurons. The picture is (1, 0), and 1 is wanted. L = ½ (σ − 1)² = "
                "{loss:.4}. Sweeps before this: {before}.",
                "Какую бы задачу ни выбрать, сеть здесь одна и та же, маленькая: включён ровно "
                "один из 2, скрытых нейронов два. Картинка (1, 0), для неё нужен ответ 1. "
                "L = ½ (σ − 1)² = {loss:.4}. Проходов до этого: {before}.",
            ),
        ),
        Text(
            Both(
                "Read it from L to the left. The upstream gradient comes from above: how L changes "
                "with the node's output. The local gradient belongs to the node alone: how its "
                "output changes with its input. Their product is the downstream gradient, and for "
                "the node below it is the upstream one. For a weight, the local gradient is simply "
                "the number that comes in through it.",
                "Читайте от L налево. Восходящий градиент приходит сверху: как меняется L, когда "
                "меняется выход узла. Локальный градиент знает сам узел: как меняется его выход, "
                "когда меняется вход. Их произведение — нисходящий градиент; для узла ниже он и "
                "есть восходящий. У веса локальный градиент совсем прост: это число, которое через "
                "него входит.",
            )
        ),
        View("table"),
        View(
            "space",
            Both(
                "The four pictures as the two hidden neurons see them",
                "Четыре картинки глазами двух скрытых нейронов",
            ),
        ),
        Notice(
            Both(
                "Take the small net from the beginning to the end. The hidden neurons move the "
                "four points until one straight line separates 01 and 10 from 00 and 11; that line "
                "is all that the last layer can draw. At the end the gradients are small: little "
                "is left to mend.",
                "Проведите маленькую сеть от начала к концу. Скрытые нейроны двигают четыре точки, "
                "пока 01 и 10 не станет можно отделить от 00 и 11 одной прямой, а прямая — это "
                "всё, что умеет последний слой. В конце градиенты малы: исправлять почти нечего.",
            )
        ),
        Code((sweep,)),
        View(
            "learning",
            Both(
                "The net that you have chosen: {pictures} pictures, {sweeps} sweeps. All answers "
                "are within 0.2 of what is wanted: {solved}; on the wrong side: {wrong}.",
                "Сеть, которую вы выбрали. Картинок: {pictures}, проходов: {sweeps}. До нужных "
                "ответов меньше 0,2: {solved}; не на той стороне: {wrong}.",
            ),
        ),
        View("gradients"),
        Notice(
            Both(
                "One hidden neuron is never enough: try it. And even where there are enough, some "
                "first weights lead into a valley from which no small step leads out: look for a "
                "draw that fails.",
                "Одного скрытого нейрона не хватает никогда: проверьте. А бывает, что нейронов "
                "достаточно, но от некоторых начальных весов попадаешь в яму, из которой малыми "
                "шагами не выйти: найдите такой вариант.",
            )
        ),
        Text(
            Both(
                "The paper's own example: six inputs, two hidden neurons; do the six stand in "
                "mirror order? Choose it and look at the weights. Those of mirrored inputs are "
                "equal with opposite signs, so a mirror image gives zero. And their sizes are "
                "about as 1, 2 and 4 ({ratio:.1}), so nothing else does: the others never cancel "
                "by chance. Nobody told the net.",
                "Пример из самой статьи: шесть входов, два скрытых нейрона; стоят ли все шесть "
                "зеркально? Выберите эту задачу и посмотрите на веса. У зеркальных входов они "
                "равны и противоположны по знаку, поэтому зеркальный ряд даёт нуль. А по величине "
                "они относятся примерно как 1, 2 и 4 ({ratio:.1}), поэтому нуля не даёт ничто "
                "другое: случайно остальные друг друга не погасят. Сети этого никто не "
                "подсказывал.",
            )
        ),
        View(
            "weights",
            Both(
                "Weights of the first layer of the chosen net", "Веса первого слоя выбранной сети"
            ),
        ),
        Truth(
            Both(
                "The lecture says that backpropagation became popular in 1986; it was not invented "
                "then. Linnainmaa published the method for any computation in 1970, Werbos used it "
                "for nets in his thesis of 1974. The paper's net for symmetry took 1,425 sweeps "
                "with the same step and the same range of first weights as here; other first "
                "weights, other numbers.",
                "Лекция говорит, что в 1986 году обратное распространение стало популярным; "
                "придумано оно раньше. Линнайнмаа опубликовал метод для любых вычислений в 1970 "
                "году, Вербос применил его к сетям в диссертации 1974 года. Сеть из статьи училась "
                "симметрии 1\u00a0425 проходов, с тем же шагом и тем же разбросом начальных весов, "
                "что и здесь; другие начальные веса — другое число.",
            ),
            source="Rumelhart, Hinton, Williams 1986, Nature 323; "
            "Schmidhuber 2015, Neural Networks 61",
        ),
    ),
    expected=(
        Expect(
            "solved",
            True,
            Both("two hidden neurons do it", "два скрытых нейрона справляются"),
            at={"task": "xor", "hidden": 2, "start": 3},
        ),
        Expect(
            "solved",
            False,
            Both("one hidden neuron does it", "один скрытый нейрон справляется"),
            at={"hidden": 1},
        ),
        Expect(
            "solved",
            True,
            Both("symmetry is learned by two", "симметрию выучивают два"),
            at={"task": "symmetry", "hidden": 2, "start": 3},
        ),
        Expect("ratio", [1, 2, 4], Both("sizes of its weights", "величины её весов"), 0.1, ".1"),
        Expect(
            "mirror", 0, Both("mirrored weights cancel", "зеркальные веса гасятся"), tolerance=0.02
        ),
    ),
)
