"""What can be added: a skip connection needs maps of one shape."""

from __future__ import annotations

import svertka
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
from svertka.lessons.views import Net, Table
from svertka.lessons.words import sides


def text(padding: int, maps: int, cured: bool) -> str:
    """Four layers; what the first gives is added to what the third gives."""
    short = f"conv{maps}k1p0" if cured else "id"
    branch = f"conv6p{padding}-relu-conv{maps}p{padding}"
    return f"conv6p{padding}-relu-({short} + {branch})-relu-conv6p{padding}"


def tried(net: str) -> str:
    """What svertka says of the net: the sum's shape, or the error."""
    try:
        plan = svertka.net(net, input=(3, 32, 32))
    except svertka.SvertkaError as error:
        return str(error).splitlines()[-1]
    added = next(layer for layer in plan.layers if layer.kind == "add")
    return "x".join(map(str, added.output))


def experiment(padding: int = 1, maps: int = 6, cured: bool = False) -> Outcome:
    wanted = text(padding, maps, cured)
    said = tried(wanted)
    fits = padding == 1 and (maps == 6 or cured)
    first = svertka.net(f"conv6p{padding}", input=(3, 32, 32)).output
    third = svertka.net(f"conv6p{padding}-conv6p{padding}-conv{maps}p{padding}", input=(3, 32, 32))
    short = (maps, *first[1:]) if cured else first
    alone = f"conv6p{padding}-relu-conv6p{padding}-relu-conv{maps}p{padding}-relu-conv6p{padding}"
    shown = svertka.net(wanted if fits else alone, input=(3, 32, 32))
    return Outcome(
        numbers={
            "sum": sides(shown.layer("add").output) if fits else None,
            "first": sides(short),
            "third": sides(third.output),
            "fits": fits,
            "said": said,
            "text": wanted,
        },
        views={
            "shapes": Table(
                columns=(Both("what is added", "что складываем"), _MAPS, _SIDES),
                rows=[
                    (
                        Both("first layer, by the skip connection", "первый слой, по обходу"),
                        *_row(short),
                    ),
                    (Both("third layer", "третий слой"), *_row(third.output)),
                    (
                        Both("do they fit?", "подходят?"),
                        _YES if short[0] == third.output[0] else _NO,
                        _YES if short[1:] == third.output[1:] else _NO,
                    ),
                ],
            ),
            "net": Net(
                shown,
                title=None if fits else Both("The same without the sum", "То же без суммы"),
            ),
        },
    )


def _row(shape: tuple[int, ...]) -> tuple[str, str]:
    return str(shape[0]), sides(shape[1:])


_MAPS, _SIDES = Both("maps", "карт"), Both("size", "размер")
_YES, _NO = Both("yes", "да"), Both("no", "нет")

LESSON = Lesson(
    name="skip-sizes",
    lectures=("001",),
    minutes=5,
    title=Both("What can be added", "Что можно сложить"),
    question=Both(
        "A skip connection adds the maps of two layers. What must they have in common?",
        "Skip connection складывает карты двух слоёв. Что у них должно совпадать?",
    ),
    parameters=(
        Choice("padding", Both("Padding", "Паддинг"), values=(0, 1), default=1),
        Choice(
            "maps",
            Both("Maps of the third layer", "Карт у третьего слоя"),
            values=(6, 8),
            default=6,
        ),
        Choice(
            "cured",
            Both("1×1 convolution on the skip connection", "Свёртка 1×1 на обходе"),
            values=(False, True),
            default=False,
        ),
    ),
    experiment=experiment,
    body=(
        Text(
            Both(
                "Four convolutions of 3×3 on a picture of 32×32, six maps each. What the first one "
                "gives shall be added to what the third one gives. Adding goes number by number: "
                "map to map, place to place. So there must be as many maps, and they must be "
                "equally large.",
                "Четыре свёртки 3×3 на картинке 32×32, в каждой шесть карт. Выход первой надо "
                "прибавить к выходу третьей. Складывают число с числом: карту с картой, место с "
                "местом. Значит, карт должно быть поровну и одного размера.",
            )
        ),
        View("shapes"),
        Notice(
            Both(
                "Without padding each 3×3 layer takes two pixels from the side: 30, 28, 26. After "
                "two more layers the maps no longer fit. Padding 1 keeps 32 everywhere, and the "
                "sum has six maps of 32×32.",
                "Без паддинга каждый слой 3×3 отнимает у стороны два пикселя: 30, 28, 26. Через "
                "два слоя карты уже не подходят. При паддинге 1 сторона всюду 32, и в сумме шесть "
                "карт 32×32.",
            )
        ),
        Expected(),
        View("net"),
        Text(
            Both(
                "In svertka's text `id` is the skip connection and `+` the sum. For `{text}` it "
                "answers: `{said}`",
                "В тексте сети `id` — это обход, а `+` — сумма. На `{text}` svertka отвечает: "
                "`{said}`",
            )
        ),
        Text(
            Both(
                "If only the number of maps differs, a 1×1 convolution on the skip connection "
                "makes them alike. With stride 2 it halves the side, too: that is how ResNet goes "
                "from one stage to the next.",
                "Если не совпадает только число карт, на обход ставят свёртку 1×1, и карт "
                "становится поровну. С шагом 2 она заодно вдвое уменьшает сторону: так ResNet "
                "переходит от одной ступени к другой.",
            )
        ),
        Code((text, tried)),
        Truth(
            Both(
                "The lecture puts pooling between the stages of ResNet. There is one pooling layer "
                "at its beginning; later the maps are halved by convolutions with stride 2. And "
                "the published depths are 18, 34, 50, 101 and 152.",
                "В лекции между ступенями ResNet стоит пулинг. На деле слой пулинга один, в "
                "начале, а дальше карты уменьшают свёртки с шагом 2. Опубликованы сети глубиной "
                "18, 34, 50, 101 и 152.",
            ),
            source="He et al. 2015, arXiv 1512.03385",
        ),
    ),
    expected=(
        Expect(
            "sum",
            "6×32×32",
            Both("the sum at padding 1", "сумма при паддинге 1"),
            at={"padding": 1, "maps": 6},
        ),
        Expect(
            "third",
            "6×26×26",
            Both("the third layer without padding", "третий слой без паддинга"),
            at={"padding": 0, "maps": 6},
        ),
        Expect(
            "fits",
            False,
            Both("without padding they can be added", "без паддинга их можно сложить"),
            at={"padding": 0},
        ),
        Expect(
            "sum",
            "8×32×32",
            Both("eight maps, with a 1×1 convolution", "восемь карт, со свёрткой 1×1"),
            at={"padding": 1, "maps": 8, "cured": True},
        ),
    ),
)
