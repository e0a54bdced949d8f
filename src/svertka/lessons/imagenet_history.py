"""The winners of the ImageNet contest: how the error fell, and how the networks grew."""

from __future__ import annotations

from typing import NamedTuple

import svertka
from svertka.lessons.lesson import (
    Both,
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
from svertka.lessons.views import Bars, Table


class Winner(NamedTuple):
    """Who won in a year: top-5 error in per cent on the test part; layers with weights."""

    year: int
    name: str
    error: float
    layers: int | None  # of its networks; None: no network, or many of different depths
    net: bool
    source: str


WINNERS = (
    Winner(2010, "NEC-UIUC", 28.2, None, False, "Lin et al. 2011"),
    Winner(2011, "XRCE", 25.8, None, False, "Sánchez, Perronnin 2011"),
    Winner(2012, "AlexNet", 15.3, 8, True, "Krizhevsky et al. 2012"),
    Winner(2013, "Clarifai", 11.2, 8, True, "Zeiler, Fergus 2013"),
    Winner(2014, "GoogLeNet", 6.7, 22, True, "Szegedy et al. 2014"),
    Winner(2015, "ResNet", 3.57, 152, True, "He et al. 2015"),
    Winner(2016, "Trimps-Soushen", 2.99, None, True, "image-net.org, 2016"),
    Winner(2017, "SENet", 2.25, 154, True, "Hu et al. 2017"),
)
HUMAN = 5.1  # one trained person, 1,500 pictures: Russakovsky et al. 2015


def grown(names: tuple[str, ...]) -> list[tuple[str, int, int]]:
    """Each network with its layers, those that have weights, and its parameters."""
    plans = [(name, svertka.net(name)) for name in names]
    return [(name, plan.depth, plan.parameters) for name, plan in plans]


def experiment() -> Outcome:
    years = [winner.year for winner in WINNERS]
    errors = [winner.error for winner in WINNERS]
    first_net = next(winner for winner in WINNERS if winner.net)
    last_without = WINNERS[WINNERS.index(first_net) - 1]
    better = next(winner for winner in WINNERS if winner.error < HUMAN)
    net = svertka.net("googlenet")
    nets = grown(("alexnet", "vgg19", "googlenet", "resnet152"))
    return Outcome(
        numbers={
            "first": str(years[0]),
            "first_error": errors[0],
            "last_error": errors[-1],
            "net_year": str(first_net.year),
            "leap": last_without.error - first_net.error,
            "human": HUMAN,
            "human_year": str(better.year),
            "depths": [depth for _, depth, _ in nets],
            "plain": net.parameters - net.side_parameters,
        },
        views={
            "errors": Bars(
                [*(f"{winner.year}: {winner.name}" for winner in WINNERS), PERSON],
                [*errors, HUMAN],
                form=".1",
            ),
            "winners": Table(
                columns=COLUMNS,
                rows=[
                    [str(w.year), w.name, w.error, YES if w.net else NO, w.layers, w.source]
                    for w in WINNERS
                ],
            ),
            "nets": Table(
                columns=(NET, LAYERS, PARAMETERS),
                rows=nets,
            ),
        },
    )


PERSON = Both("a person", "человек")
YES, NO = Both("yes", "да"), Both("no", "нет")
LAYERS, NET = Both("layers", "слоёв"), Both("network", "сеть")
PARAMETERS = Both("parameters", "параметров")
COLUMNS = (
    Both("year", "год"),
    Both("winner", "победитель"),
    Both("errors, %", "ошибок, %"),
    Both("a network?", "нейросеть?"),
    LAYERS,
    Both("source", "источник"),
)

LESSON = Lesson(
    name="imagenet-history",
    lectures=("000", "001"),
    minutes=6,
    title=Both("Eight years of one contest", "Восемь лет одного конкурса"),
    question=Both(
        "When did computers begin to name pictures better than people do?",
        "Когда компьютер стал называть картинки точнее человека?",
    ),
    experiment=experiment,
    body=(
        Text(
            Both(
                "ImageNet is a collection of labelled photographs. The full one has 14 million of "
                "them in about 22,000 classes; the contest took a part with 1,000 classes: 1.2 "
                "million pictures to learn from, 100,000 to be tested on. From {first} to 2017 "
                "the best teams met every year.",
                "ImageNet — собрание размеченных фотографий. В полном их 14 миллионов, примерно в "
                "22\u00a0000 классов; для конкурса взяли часть на 1\u00a0000 классов: 1,2 миллиона "
                "картинок для обучения и 100\u00a0000 для проверки. Лучшие команды встречались "
                "каждый год, с {first} по 2017.",
            )
        ),
        View("errors", Both("Errors, %", "Ошибок, %")),
        Notice(
            Both(
                "Look for the steepest step. Until {net_year} the winners measured features that "
                "people had thought of, as HOG does. Then AlexNet came, a convolutional network, "
                "and the error fell by {leap:.1} points in one year. Nothing but networks has "
                "won since.",
                "Найдите самую крутую ступень. До {net_year} года побеждали модели на признаках, "
                "придуманных людьми, вроде HOG. Потом пришла AlexNet, свёрточная нейросеть, и за "
                "один год доля ошибок упала на {leap:.1} пункта. С тех пор побеждали только "
                "нейросети.",
            )
        ),
        Text(
            Both(
                "In {human_year} ResNet went below the {human:.1}% of a person. In seven years "
                "{first_error:.1}% became {last_error:.2}%, and the contest of classification "
                "ended.",
                "В {human_year} году ResNet опустилась ниже {human:.1}\u00a0% — столько ошибок "
                "сделал человек. За семь лет из {first_error:.1}\u00a0% стало "
                "{last_error:.2}\u00a0%, и конкурс по классификации закончился.",
            )
        ),
        View(
            "winners",
            Both(
                "Layers: those with weights. A dash: no network, or many of different depths.",
                "Слои — те, у которых есть веса. Прочерк: не нейросеть или много сетей разной "
                "глубины.",
            ),
        ),
        Expected(),
        Text(
            Both(
                "The networks grew deeper, and the deepest of them is no heavier than the first. "
                "svertka has them in its catalogue, and counts their layers from the text itself:",
                "Сети становились глубже, и самая глубокая из них не тяжелее первой. Они есть в "
                "каталоге svertka, и слои сосчитаны прямо по тексту сети:",
            )
        ),
        View(
            "nets",
            Both(
                "Parameters counted from the texts. GoogLeNet is as torchvision has it, with side "
                "classifiers that only training needs; without them it has {plain}. Its paper says "
                "no more than “12 times fewer than AlexNet”.",
                "Параметры посчитаны по текстам. GoogLeNet — как в torchvision, с боковыми "
                "классификаторами, которые нужны только при обучении; без них параметров {plain}. "
                "В самой статье сказано лишь «в 12 раз меньше, чем у AlexNet».",
            ),
        ),
        Code((grown,)),
        Truth(
            Both(
                "- The contest began in 2010. Work on the collection had begun a few years before, "
                "and it was shown in 2009.\n"
                "- An answer counted as right if the true class was among five guesses. With one "
                "guess AlexNet was wrong on 37.5% of the pictures of 2010.\n"
                "- AlexNet's 15.3% is seven networks together, two of them trained on more "
                "pictures first; with the contest's pictures alone it was 16.4%. So with Clarifai: "
                "11.2% with more pictures, 11.7% without. The 3.57% of ResNet is six networks.\n"
                "- VGG with its 19 layers was second in 2014.\n"
                "- The {human:.1}% come from one person who had practised. A person confuses "
                "breeds of dogs; networks fall for small and thin things.\n"
                "- Convolutional networks did work before 2012: LeCun's read postcodes in 1989 "
                "and cheques in the 1990s. What was missing were pictures and fast processors.",
                "- Конкурс начался в 2010 году. Собирать базу начали на несколько лет раньше, а "
                "показали её в 2009.\n- Ответ считался верным, если правильный класс был среди "
                "пяти догадок. С одной догадкой AlexNet ошибалась на 37,5\u00a0% картинок 2010 "
                "года.\n- 15,3\u00a0% у AlexNet — это семь сетей вместе, две из них сначала "
                "учились на дополнительных картинках; только на картинках конкурса вышло "
                "16,4\u00a0%. Так и у Clarifai: 11,2\u00a0% с дополнительными картинками, "
                "11,7\u00a0% без них. А 3,57\u00a0% у ResNet — это шесть сетей.\n- VGG с её 19 "
                "слоями была в 2014 году второй.\n- {human:.1}\u00a0% — результат одного "
                "человека, который потренировался. Человек путает породы собак; сети ошибаются на "
                "мелких и тонких предметах.\n- Свёрточные сети работали и до 2012 года: сеть "
                "Лекуна читала почтовые индексы в 1989, а чеки — в 1990-х. Не хватало картинок "
                "и быстрых процессоров.",
            ),
            source="Russakovsky et al. 2015, arXiv 1409.0575; Deng et al. 2009; "
            "Krizhevsky et al. 2012; Simonyan, Zisserman 2014, arXiv 1409.1556; "
            "LeCun et al. 1989, 1998",
        ),
    ),
    expected=(
        Expect("first", "2010", Both("the first contest", "первый конкурс")),
        Expect(
            "net_year", "2012", Both("the first year a network won", "впервые победила нейросеть")
        ),
        Expect(
            "leap",
            10.5,
            Both("points that AlexNet was better by", "на столько пунктов AlexNet оказалась лучше"),
        ),
        Expect("human_year", "2015", Both("better than a person", "точнее человека")),
        Expect(
            "depths",
            [8, 19, 22, 152],
            Both(
                "layers of AlexNet, VGG, GoogLeNet, ResNet", "слои AlexNet, VGG, GoogLeNet, ResNet"
            ),
        ),
    ),
)
