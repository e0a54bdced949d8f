"""Backpropagation: every node multiplies what comes from above by its own derivative."""

from __future__ import annotations

import math

import numpy as np

from svertka.lessons.lesson import (
    Both,
    Choice,
    Code,
    Expect,
    Expected,
    Lesson,
    Notice,
    Outcome,
    Text,
    Truth,
    View,
)
from svertka.lessons.views import Graph, Node, Table
from svertka.lessons.words import sides as _sides

Y = 5.0
STEP = 1e-6


def small(x: float, y: float, z: float) -> dict[str, float]:
    """f = (x + y)·z, forward; then its gradients, backward."""
    q = x + y
    f = q * z
    df = 1.0  # f by itself
    dq, dz = df * z, df * q  # upstream times local: f = q·z
    dx, dy = dq * 1, dq * 1  # q = x + y
    return {"q": q, "f": f, "dq": dq, "dx": dx, "dy": dy, "dz": dz}


def neuron(w0: float, x0: float, w1: float, x1: float, b: float) -> tuple[float, list[float]]:
    """A neuron with two inputs and a sigmoid, and the gradients of all five numbers."""
    f = 1 / (1 + math.exp(-(w0 * x0 + w1 * x1 + b)))
    ds = f * (1 - f)  # the sigmoid's local gradient, by its own value
    return f, [ds * x0, ds * w0, ds * x1, ds * w1, ds]


def two_layers(
    x: np.ndarray, w1: np.ndarray, w2: np.ndarray, wanted: np.ndarray
) -> dict[str, np.ndarray]:
    """Loss |s − wanted|², s = W2·max(0, W1·x), and its gradients, each shaped like its variable."""
    h = np.maximum(0, w1 @ x)
    s = w2 @ h
    ds = 2 * (s - wanted)
    dw2, dh = np.outer(ds, h), w2.T @ ds
    da = dh * (h > 0)  # ReLU lets the gradient through where it let the number through
    dw1, dx = np.outer(da, x), w1.T @ da
    return {"s": s, "ds": ds, "W2": dw2, "h": dh, "W1": dw1, "x": dx}


def experiment(x: float = -2, z: float = -4) -> Outcome:
    found = small(x, Y, z)
    nudged = (small(x + STEP, Y, z)["f"] - found["f"]) / STEP
    f, gradients = neuron(2, -1, -3, -2, -3)
    random = np.random.default_rng(0)
    sides = {"x": (3072,), "W1": (100, 3072), "h": (100,), "W2": (10, 100), "s": (10,)}
    picture, w1, w2 = (random.normal(size=sides[name]) for name in ("x", "W1", "W2"))
    back = two_layers(picture, w1 / 55, w2 / 10, np.eye(10)[4])
    shapes = {name: back["ds" if name == "s" else name].shape for name in sides}
    return Outcome(
        numbers={
            **found,
            "nudged": nudged,
            "x": x,
            "z": z,
            "neuron": f,
            "gradients": gradients,
            "alike": shapes == sides,
        },
        views={
            "graph": Graph(_graph(x, z, found)),
            "shapes": Table(
                columns=(_VARIABLE, _NUMBERS, _GRADIENT),
                rows=[(name, _sides(sides[name]), _sides(shapes[name])) for name in sides],
            ),
            "neuron": Table(
                columns=(_VARIABLE, Both("value", "значение"), _GRADIENT),
                rows=list(zip(_NAMES, (2, -1, -3, -2, -3), gradients, strict=True)),
                forms=("", "", ".3"),
            ),
        },
    )


def _graph(x: float, z: float, found: dict[str, float]) -> list[Node]:
    return [
        Node("x", "x", x, found["dx"]),
        Node("y", "y", Y, found["dy"]),
        Node("z", "z", z, found["dz"]),
        Node("q", "+", found["q"], found["dq"], of=("x", "y"), local=(1, 1)),
        Node("f", "×", found["f"], 1, of=("q", "z"), local=(z, found["q"])),
    ]


_NAMES = ("w0", "x0", "w1", "x1", "b")
_VARIABLE, _NUMBERS = Both("variable", "переменная"), Both("its shape", "её размерность")
_GRADIENT = Both("its gradient", "её градиент")

LESSON = Lesson(
    name="backpropagation",
    lectures=("002",),
    minutes=8,
    title=Both("Gradients flow back", "Градиенты идут назад"),
    question=Both(
        "How does a weight deep inside the network learn which way to move?",
        "Как вес в глубине сети узнаёт, в какую сторону ему меняться?",
    ),
    parameters=(
        Choice("x", Both("x", "x"), values=(-2, 1, 3), default=-2),
        Choice("z", Both("z", "z"), values=(-4, 2), default=-4),
    ),
    experiment=experiment,
    body=(
        Text(
            Both(
                "A network is a long expression. Cut it into single operations, and it becomes a "
                "graph: numbers go in on one side, the loss comes out on the other. Here the graph "
                "is (x + y)·z.",
                "Сеть — это длинное выражение. Если разрезать его на отдельные операции, получится "
                "граф: с одной стороны входят числа, с другой выходит значение функции потерь. "
                "Здесь граф — (x + y)·z.",
            )
        ),
        View(
            "graph",
            Both(
                "Values go forward, gradients back. Point at a node.",
                "Значения идут вперёд, градиенты — назад. Наведите указатель на узел.",
            ),
        ),
        Text(
            Both(
                "Each node needs to know two things only. The local gradient: how its output "
                "changes with each of its inputs. The upstream gradient, which comes from above: "
                "how the end result changes with its output. Their product is the downstream "
                "gradient, and it goes on to the nodes below.",
                "Каждому узлу нужно знать только две вещи. Локальный градиент: как его выход "
                "меняется с каждым входом. Восходящий градиент, который приходит сверху: как "
                "конечный результат меняется с выходом узла. Их произведение — нисходящий "
                "градиент, он идёт дальше, к узлам ниже.",
            )
        ),
        Code((small,)),
        Notice(
            Both(
                "A sum hands its gradient to both inputs unchanged. A product hands each input "
                "the other one's value: the sum is {q} and z is {z}, so the gradient of z is {dz} "
                "and that of the sum {dq}. Check it: make x a millionth larger, and the result "
                "changes by {nudged} millionths.",
                "Сумма передаёт градиент обоим входам без изменений. Произведение передаёт каждому "
                "входу значение другого: сумма равна {q}, а z равно {z}, поэтому градиент z — "
                "{dz}, а градиент суммы — {dq}. Проверка: прибавим к x одну миллионную, и "
                "результат изменится на {nudged} миллионных.",
            )
        ),
        Expected(),
        Text(
            Both(
                "A whole neuron works alike: products, a sum, then the sigmoid. Its local gradient "
                "is f·(1 − f), so it needs nothing but its own output, here {neuron:.2}.",
                "Так же устроен и целый нейрон: произведения, сумма, затем сигмоида. Её локальный "
                "градиент равен f·(1 − f): достаточно её собственного выхода, здесь это "
                "{neuron:.2}.",
            )
        ),
        View("neuron"),
        Text(
            Both(
                "With vectors and matrices nothing changes but the notation. The lecture's "
                "network takes a picture of 3,072 numbers, has 100 hidden neurons and 10 answers. "
                "The loss is one number; so every gradient has the shape of its variable.",
                "С векторами и матрицами меняется только запись. Сеть из лекции получает картинку "
                "из 3\u00a0072 чисел, в ней 100 скрытых нейронов и 10 ответов. Функция потерь — "
                "одно число, поэтому у каждого градиента та же размерность, что у его переменной.",
            )
        ),
        View("shapes"),
        Code((two_layers,)),
        Truth(
            Both(
                "The rule was found several times: for computers by Linnainmaa in 1970, for "
                "networks by Werbos. The paper of 1986 made it popular by showing what hidden "
                "layers learn with it.",
                "Правило открывали не раз: для вычислительных машин — Линнайнмаа в 1970 году, для "
                "сетей — Вербос. Статья 1986 года прославила его, показав, чему с его помощью "
                "учатся скрытые слои.",
            ),
            source="Rumelhart, Hinton, Williams 1986; Griewank 2012, on the reverse mode",
        ),
    ),
    expected=(
        Expect("f", -12, Both("(−2 + 5)·(−4)", "(−2 + 5)·(−4)"), at={"x": -2, "z": -4}),
        Expect("dx", -4, Both("gradient of x", "градиент x"), at={"z": -4}),
        Expect("dy", -4, Both("gradient of y", "градиент y"), at={"z": -4}),
        Expect("dz", 3, Both("gradient of z", "градиент z"), at={"x": -2}),
        Expect("neuron", 0.7311, Both("the neuron's output", "выход нейрона"), tolerance=5e-5),
        Expect(
            "gradients",
            [-0.197, 0.393, -0.393, -0.590, 0.197],
            Both("gradients of w0, x0, w1, x1, b", "градиенты w0, x0, w1, x1, b"),
            tolerance=5e-4,
        ),
        Expect(
            "alike",
            True,
            Both(
                "every gradient is shaped like its variable",
                "размерности градиентов и переменных равны",
            ),
        ),
    ),
)
