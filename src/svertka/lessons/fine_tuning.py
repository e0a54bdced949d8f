"""Fine-tuning: what a network learned from a million photographs, on a thousand small pictures."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory

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

# Glyphs of twenty kinds, part of svertka; any folder of colour pictures will do.
PICTURES = str(files("svertka.lessons") / "emoji.zip")
NET, SEEDS, BUDGET = "efficientnet_lite0", 3, "1m"


def frozen() -> list[float]:
    """Only a last layer is learned, a logistic regression on what the others make of pictures."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    data, net = svertka.open_data(PICTURES, size=128), svertka.pretrained(NET)
    assert data.test is not None
    known, unseen = (
        svertka.look.embed(net, part, most=len(part), tsne=False).features
        for part in (data.train, data.test)
    )
    last = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=2000))
    return [float(last.fit(known, data.train.y).score(unseen, data.test.y))]


def trained(weights: str) -> list[float]:
    """All layers are learned, from ImageNet's weights or from none; accuracy of each training."""
    found = []
    for seed in range(SEEDS):
        with TemporaryDirectory() as place:
            out = Path(place) / "run"
            run = svertka.train(PICTURES, weights=weights, budget=BUDGET, seed=seed, out=out)
            assert isinstance(run, svertka.Run)
            assert run.scores is not None
            found.append(run.scores.metrics["accuracy"].value)
    return found


def experiment() -> Outcome:
    found = {"frozen": frozen(), "tuned": trained("imagenet"), "scratch": trained("none")}
    data = svertka.open_data(PICTURES)
    unseen = len(data.test or ())
    middle = {way: mean(runs) for way, runs in found.items()}
    reach = {way: 1.96 * (share * (1 - share) / unseen) ** 0.5 for way, share in middle.items()}
    return Outcome(
        numbers={
            **middle,
            "gain": middle["tuned"] - middle["scratch"],
            "wins": min(found["tuned"]) > max(found["scratch"]),
            "count": len(data.train),
            "unseen": unseen,
            "seeds": SEEDS,
        },
        views={
            "accuracy": Bars(
                [_NAMES[way] for way in found],
                list(middle.values()),
                [middle[way] - reach[way] for way in found],
                [middle[way] + reach[way] for way in found],
                form=".1%",
            ),
            "runs": Table(
                columns=(_WAY, Both("each training, %", "каждое обучение, %")),
                rows=[
                    (_NAMES[way], [round(100 * share, 1) for share in runs])
                    for way, runs in found.items()
                ],
            ),
        },
    )


_NAMES = {
    "frozen": Both(
        "pretrained, only the last layer learns", "предобученная, учится последний слой"
    ),
    "tuned": Both("pretrained, then all layers learn", "предобученная, затем учатся все слои"),
    "scratch": Both("from scratch", "с нуля"),
}
_WAY = Both("way", "способ")

LESSON = Lesson(
    name="fine-tuning",
    lectures=("001",),
    minutes=7,
    title=Both("Fine-tuning", "Дообучение"),
    question=Both(
        "Can a network that learned to tell dogs from teapots help you with a thousand emoji?",
        "Поможет ли сеть, которая училась отличать собак от чайников, разобрать тысячу эмодзи?",
    ),
    experiment=experiment,
    stored=True,
    body=(
        Text(
            Both(
                "The early layers of a network find edges, corners and textures, and those are the "
                "same in photographs of dogs and in your pictures. So one need not begin with "
                "random weights. Take a network that has learned from ImageNet, put a new last "
                "layer with your classes on it, and go on training.",
                "Первые слои сети находят границы, углы и текстуры, а они одинаковы и на "
                "фотографиях собак, и на ваших картинках. Поэтому начинать со случайных весов "
                "необязательно. Берём сеть, обученную на ImageNet, ставим новый последний слой с "
                "нашими классами и учим дальше.",
            )
        ),
        Text(
            Both(
                "It is done in two steps. At first the old layers are frozen: a new layer of "
                "random weights would only shake them. Only the last layer learns, on what the "
                "others make of each picture. Then all layers learn, the early ones slowly.",
                "Это делают в два шага. Сначала прежние слои заморожены: новый слой со случайными "
                "весами только расшатал бы их. Учится один последний слой — на том, что остальные "
                "видят в каждой картинке. Затем учатся все слои, ранние — медленно.",
            )
        ),
        Text(
            Both(
                "The test is hard on purpose. Twenty kinds of emoji, {count} pictures in three "
                "drawing styles to learn from; then {unseen} pictures drawn by other people, in a "
                "style that no training has seen.",
                "Проверка нарочно трудная. Двадцать видов эмодзи; картинок для обучения {count}, в "
                "трёх стилях; затем {unseen} картинок, нарисованных другими людьми в стиле, "
                "которого при обучении не было.",
            )
        ),
        View(
            "accuracy",
            Both(
                "Accuracy on the unseen style, with 95% intervals",
                "Точность на незнакомом стиле; отрезки — 95%-интервалы",
            ),
        ),
        Notice(
            Both(
                "In one minute of training, weights from elsewhere raise the accuracy from "
                "{scratch:%} to {tuned:%}. Even frozen, with only its last layer learned, the "
                "network reaches {frozen:%}; what all layers add to that is within the intervals.",
                "За минуту обучения чужие веса поднимают точность с {scratch:%} до {tuned:%}. Даже "
                "замороженная сеть, в которой учится один последний слой, даёт {frozen:%}; "
                "прибавка от обучения всех слоёв не выходит за пределы интервалов.",
            )
        ),
        View("runs"),
        Expected(),
        Code((frozen, trained)),
        Truth(
            Both(
                "The gain is large because there are few pictures and many of the classes are "
                "things that ImageNet shows. With very many pictures of your own, or with images "
                "unlike any photograph, training from scratch catches up.",
                "Выигрыш велик, потому что картинок мало, а многое из этих классов есть и в "
                "ImageNet. Если своих картинок очень много или они не похожи на фотографии, "
                "обучение с нуля догоняет.",
            ),
            source="Yosinski et al. 2014, arXiv 1411.1792; He et al. 2018, arXiv 1811.08883",
        ),
    ),
    expected=(
        Expect(
            "wins",
            True,
            Both(
                "every fine-tuned training beats every one from scratch",
                "каждое дообучение лучше каждого обучения с нуля",
            ),
        ),
    ),
)
