"""Diagrams: valid in their languages, nothing outside its box, nothing twice, nothing lost."""

from __future__ import annotations

import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from itertools import combinations, pairwise

import pytest
from hypothesis import HealthCheck, given, settings

from random_nets import fitting
from svertka.errors import UnknownName
from svertka.export import DRAWN, FORMS, text_of
from svertka.export.cards import sheet
from svertka.export.dot import dot
from svertka.export.flow import flow_of, layers_of
from svertka.export.graph import graph_of
from svertka.export.layout import place
from svertka.export.mermaid import mermaid
from svertka.export.shapes import SMALL, SUB, TITLE, width_of
from svertka.export.svg import svg
from svertka.grammar import resolve
from svertka.nets.catalogue import find, names

SVG = "{http://www.w3.org/2000/svg}"
AWKWARD = {
    "hostile names": "end(graph) = (id | conv{graph}-relu)\nend(3)-end(4)-end(3)*2-fc2",
    "only a skip": "(id + id)-(id | id | relu)-fc2",
    "many lanes": "(conv2 | conv3 | (conv4 | id)-relu | id)*3-gap-fc2",
    "side": "a = aux((conv2 | conv3)-gap-fc{classes})-conv4\nconv4-relu-a-(id + a)-gap-fc{classes}",
    "nothing": "id",
    "flat": "flatten",
    "deep": "(id + conv4s2-(id + conv4s2-relu-up2)-up2)-fc2",
    "deep, one box": "(id | pool-up)-(id + [pool-up])-fc2",
    "long": "[conv8-relu-conv4]*30-fc2",
}


def awkward(name):
    return resolve(AWKWARD[name], input=(4, 16, 16), classes=2)


def every_plan():
    yield from ((name, resolve(find(name))) for name in names())
    yield from ((name, awkward(name)) for name in AWKWARD)


PLANS = dict(every_plan())


# SVG


def rects_of(root):
    """(class, left, top, right, bottom) of every rectangle of the drawing."""
    found = []
    for rect in root.iter(f"{SVG}rect"):
        x, y, w, h = (float(rect.get(key, 0)) for key in ("x", "y", "width", "height"))
        found.append((rect.get("class"), x, y, x + w, y + h))
    return found


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_an_svg_is_whole(name, lang):
    text = svg(PLANS[name], lang)
    root = ElementTree.fromstring(text)
    _, _, width, height = map(float, root.get("viewBox").split())
    assert width / height == pytest.approx(16 / 9, rel=1e-3)
    for forbidden in ("<script", "href", "url(", "<image", "foreignObject", "@import"):
        assert forbidden not in text
    group = root.find(f"{SVG}g")
    x, y = map(float, re.findall(r"[\d.-]+", group.get("transform")))
    for _, left, top, right, bottom in rects_of(group):
        assert 0 <= left + x < right + x <= width
        assert 0 <= top + y < bottom + y <= height
    for path in root.iter(f"{SVG}path"):
        assert not re.search(r"nan|inf", path.get("d"))


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_boxes_do_not_overlap_and_hold_their_words(name, lang):
    plan = PLANS[name]
    picture = place(sheet(plan, flow_of(plan)), plan.input, lang, 0.0).picture
    frames = [rect for rect in picture.rects if rect.kind in ("frame", "card")]
    boxes = [rect for rect in picture.rects if rect not in frames and rect.kind != "badge"]
    stacked = {(a.w, a.h) for a, b in pairwise(boxes) if (a.w, a.h) == (b.w, b.h)}
    for a, b in combinations(boxes, 2):
        apart = a.x + a.w <= b.x or b.x + b.w <= a.x or a.y + a.h <= b.y or b.y + b.h <= a.y
        behind = (a.w, a.h) == (b.w, b.h) and (a.w, a.h) in stacked and abs(a.x - b.x) <= 10
        assert apart or behind, (a, b)
    for frame in frames:
        for box in boxes:
            inside = frame.x <= box.x and box.x + box.w <= frame.x + frame.w
            inside &= frame.y <= box.y and box.y + box.h <= frame.y + frame.h
            outside = (
                box.x + box.w <= frame.x or frame.x + frame.w <= box.x
                or box.y + box.h <= frame.y or frame.y + frame.h <= box.y
            )  # fmt: skip
            assert inside or outside, (frame, box)
    sizes = {"title": TITLE, "sub": SUB}
    for word in picture.words:
        if word.role in sizes:
            half = width_of(word.text, sizes[word.role], bold=word.role == "title") / 2
            assert any(
                box.x <= word.x - half and word.x + half <= box.x + box.w
                and box.y <= word.y - SMALL and word.y <= box.y + box.h
                for box in boxes
            ), word  # fmt: skip


def test_an_svg_says_what_the_net_is():
    text = svg(resolve(find("resnet50")))
    for part in ("resnet50", "3×224×224 → 1000", "25.6 M parameters", "block(n)", "conv 4n", "×5"):
        assert f"{part}" in text
    russian = svg(resolve(find("unet")), "ru")
    for part in ("31 млн параметров", "сквозная связь", "склейка по каналам", "вход"):
        assert part in russian


def test_joins_and_skips_are_drawn():
    def count(name):
        root = ElementTree.fromstring(svg(resolve(find(name))))
        group = root.find(f"{SVG}g")
        skips = [p for p in group.iter(f"{SVG}path") if p.get("class") == "skip"]
        nodes = [p for p in group.iter() if p.get("class") == "node"]
        return len(skips), len(nodes)

    assert count("resnet18") == (1, 2)  # a card with a skip, one with a convolution in its place
    assert count("densenet121") == (1, 1)
    assert count("unet") == (4, 4)
    assert count("googlenet") == (0, 1)
    assert count("vgg16") == (0, 0)


def test_hostile_names_do_no_harm():
    plan = resolve("relu", input=(1, 4, 4))
    object.__setattr__(plan, "name", '"><script>\x00\x1b&amp;')
    root = ElementTree.fromstring(svg(plan))
    assert root.find(f"{SVG}title").text == '"><script>&amp;'
    assert '"\\"><script>&amp;"' in dot(plan)


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=40)
@given(fitting())
def test_random_nets_are_drawn(drawn):
    text, size = drawn
    plan = resolve(text, input=size)
    ElementTree.fromstring(svg(plan))
    check_mermaid(mermaid(plan))
    check_dot(dot(plan))


# Mermaid and DOT

_LABEL = r'"(?:[\w .,·×…()+\-=:/]|\#\d+;|<br/>)*"'
_MERMAID = re.compile(
    rf"""    \s*(?:
        n\d+(?:\[{_LABEL}\]|\(\({_LABEL}\)\)):::[a-z]+
      | n\d+\ (?:-->|-\.->)\ n\d+
      | subgraph\ c\d+\[{_LABEL}\]
      | end
      | classDef\ [a-z]+\ fill:\#[0-9a-f]{{6}},stroke:\#[0-9a-f]{{6}},color:\#[0-9a-f]{{6}}
    )""",
    re.VERBOSE,
)


def check_mermaid(text):
    """Every line is one of the few forms that we write, frames are closed, edges meet nodes."""
    head, *lines = text.splitlines()
    assert head == "flowchart LR"
    for line in lines:
        assert _MERMAID.fullmatch(line), line
    assert sum("subgraph" in line for line in lines) == sum(line.strip() == "end" for line in lines)
    known = set(re.findall(r"^\s*(n\d+)[\[(]", text, flags=re.M))
    assert set(re.findall(r"n\d+(?= -)|(?<=> )n\d+", text)) <= known


_STRING = r'"(?:[^"\\\n]|\\["\\n])*"'
_DOT = re.compile(
    rf"""\s*(?:
        (?:graph|node|edge)\ \[.*\];
      | label={_STRING};
      | n\d+\ \[label={_STRING},\ fillcolor="\#\w+",\ color="\#\w+"(?:,\ shape=circle)?\];
      | n\d+\ ->\ n\d+(?:\ \[style=dashed\])?;
      | subgraph\ cluster_\d+\ \{{
      | \}}
    )""",
    re.VERBOSE,
)


def check_dot(text):
    head, *lines = text.splitlines()
    assert re.fullmatch(rf"digraph {_STRING} \{{", head)
    for line in lines:
        assert _DOT.fullmatch(line), line
    assert sum(line.endswith(" {") for line in lines) + 1 == sum(s.strip() == "}" for s in lines)


@pytest.mark.parametrize("name", PLANS)
def test_graphs_are_valid_and_complete(name):
    plan = PLANS[name]
    check_mermaid(mermaid(plan, "ru"))
    check_dot(dot(plan, "ru"))
    graph = graph_of(plan, "en")
    reached = {0}
    for edge in graph.edges:
        assert edge.start in reached
        reached.add(edge.stop)
    assert reached == set(range(len(graph.nodes)))
    kinds = {layer.kind for layer in plan.layers if layer.kind not in ("add", "concat", "flatten")}
    assert kinds - {"flatten"} == {x.kind for x in layers_of(flow_of(plan))} - {"flatten"}


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs Graphviz")
@pytest.mark.parametrize("name", ["resnet18", "googlenet", "unet", "hostile names", "side"])
def test_graphviz_draws_the_graph(name):
    done = subprocess.run(["dot", "-Tsvg"], input=dot(PLANS[name]), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    ElementTree.fromstring(done.stdout)


def test_repeats_are_folded():
    text = mermaid(resolve(find("resnet152")))
    assert '["block(256) ×35"]' in text
    assert len(text.splitlines()) < 150


def test_forms_and_languages_are_offered_by_name():
    plan = resolve("fc2")
    for form in FORMS:
        assert text_of(plan, form)
    with pytest.raises(UnknownName, match="Did you mean: mermaid"):
        text_of(plan, "mermade")
    for form in DRAWN:
        with pytest.raises(UnknownName, match="no language 'de'"):
            text_of(plan, form, "de")
