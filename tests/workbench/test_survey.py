"""A survey: the room's numbers, gathered; what the page gets is what they are."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import looked
from svertka import look
from svertka.cli import main
from svertka.data import Pictures
from svertka.errors import UsageError
from svertka.look.plain import unpacked
from svertka.workbench.run import Run
from svertka.workbench.survey import Survey
from svertka.workbench.surveying import survey


@pytest.fixture(scope="module")
def seen(run: Run) -> Survey:
    return run.survey(beside=[run])


def test_it_shows_what_the_run_has_not_learned(run: Run, seen: Survey) -> None:
    scores = run.scores
    assert scores is not None
    assert (seen.part, len(seen.embedding)) == (scores.part, scores.n)
    assert seen.accuracy == pytest.approx(scores.metrics["accuracy"].value)
    off_diagonal = np.array(scores.confusion)
    np.fill_diagonal(off_diagonal, 0)
    assert seen.confused is not None
    assert sum(len(pair.rows) for pair in seen.confused.pairs) == off_diagonal.sum()


def test_neighbours_are_those_of_a_loop(seen: Survey) -> None:
    x = seen.embedding.features.astype(float)
    for place in (0, 5):
        cosine = [float(a @ x[place] / np.linalg.norm(a) / np.linalg.norm(x[place])) for a in x]
        cosine[place] = -2
        found = seen.neighbours[place]
        assert found.cosine == pytest.approx(sorted(cosine, reverse=True)[:8], abs=1e-5)
        assert place not in found.places


def test_a_network_beside_answers_the_same_pictures(run: Run, seen: Survey) -> None:
    assert seen.responses is not None
    mine, other = seen.responses.of
    assert (mine.name, other.name) == ("shapes-1", "shapes-1 (2)")
    assert [name for name, _ in seen.flows] == ["shapes-1", "shapes-1 (2)"]
    np.testing.assert_array_equal(seen.flows[1][1].gradient, look.read_flow(run.folder).gradient)
    np.testing.assert_array_equal(mine.shift_accuracy, other.shift_accuracy)
    assert mine.shift_change[4, 4] < 1e-6  # the middle is no shift at all


def test_thumbnails_are_the_pictures(run: Run, seen: Survey) -> None:
    kind, _, data = seen.thumbnails.image.partition(";base64,")
    assert kind == "data:image/png"
    sheet = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))
    dataset, (part, *_) = run.unlearned(run.folder.load_start().source)
    x = dataset.parts[part].take(seen.embedding.rows)
    for place in (0, 3, len(x) - 1):
        row, column = divmod(place, seen.thumbnails.columns)
        tile = sheet[12 * row : 12 * row + 12, 12 * column : 12 * column + 12]
        np.testing.assert_array_equal(tile, x[place, ..., 0])


def test_json_and_arrays_have_the_same_numbers(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["look", str(run.path), "--json", "--npz", str(tmp_path / "s.npz")]) == 0
    told = json.loads(capsys.readouterr().out)
    arrays = np.load(tmp_path / "s.npz")
    np.testing.assert_array_equal(np.float32(told["embedding"]["tsne"]), arrays["tsne"])
    np.testing.assert_array_equal(told["embedding"]["truth"], arrays["y"])
    np.testing.assert_array_equal(
        told["responses"][0]["shift"]["accuracy"], arrays["response/shapes-1/shift_accuracy"]
    )
    assert told["command"] == f"svertka look {run.path} --out survey.html"
    flow = look.read_flow(run.folder)
    assert flow is not None
    np.testing.assert_array_equal(unpacked(told["flow"]["weight"]), np.float32(flow.weight))
    np.testing.assert_array_equal(arrays["flow/steps"], flow.steps)
    for layer in told["filters"]:
        whole = arrays[f"filters/{layer['layer']}/weights"]
        drawn = whole[np.array(layer["shown"])[:, None], np.array(layer["planes"])]
        np.testing.assert_array_equal(unpacked(layer["weights"]), drawn)
        np.testing.assert_array_equal(unpacked(layer["distance"]) > 0, True)
    for field in told["fields"]:
        np.testing.assert_allclose(
            unpacked(field["weights"]), arrays[f"field/{field['layer']}"], atol=1e-7
        )


def test_pictures_without_classes_and_any_module() -> None:
    module = look.Subject(looked.foreign(), prepare=_tensor)
    x = looked.pixels(12)
    seen = survey(module, Pictures(x, [-1] * 12, tuple(map(str, range(12)))))
    assert seen.accuracy is None
    assert seen.thresholds is None
    assert seen.flow is None
    assert {field.layer for field in seen.fields} == {"stem", "block.conv1", "block.conv2"}
    assert "12 pictures" in str(seen)


def test_a_network_without_pictures_shows_its_filters() -> None:
    seen = survey(looked.foreign())
    assert [layer.filters.layer for layer in seen.filters] == ["stem", "block.conv1", "block.conv2"]
    assert all(layer.best is None and len(layer.dreams) == 6 for layer in seen.filters)
    assert seen.to_dict()["embedding"] is None
    assert "its filters and fields" in str(seen)


def test_pictures_with_labels_have_the_parts_that_make_sense() -> None:
    contract = looked.CONTRACT.model_copy(update={"task": "labels"})
    subject = look.Subject(looked.Foreign(3).eval(), contract.classes, contract)
    y = np.random.default_rng(0).integers(2, size=(20, 3)).astype(np.uint8)
    y[4] = 255
    seen = survey(subject, Pictures(looked.pixels(20), y, tuple(map(str, range(20)))))
    assert seen.embedding is not None
    assert seen.thresholds is not None
    assert seen.responses is not None
    assert seen.confused is None
    assert seen.thresholds.n == 19
    assert [curve.support for curve in seen.thresholds.curves] == (y[y[:, 0] < 2] == 1).sum(
        0
    ).tolist()
    logits = subject.answer(next(subject.batches(looked.pixels(20)))[1])
    expected = torch.sigmoid(logits).detach().numpy()
    np.testing.assert_allclose(seen.embedding.probabilities, expected, atol=1e-6)
    known = y[:, 0] < 2
    right = ((expected > 0.5) == y)[known].mean()
    assert seen.responses.of[0].accuracy == pytest.approx(right)


def _tensor(picture: Image.Image) -> torch.Tensor:
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1).float() / 255


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--heat"], "--heat is of one picture"),
        (["x.png", "--data", "digits"], "leave out the picture"),
        (["x.png", "--filters", "conv1"], "leave out the picture"),
    ],
)
def test_options_that_do_not_go_together(
    run: Run, words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["look", str(run.path), *words]) == 2
    assert message in capsys.readouterr().err


def test_what_cannot_be_surveyed_is_told(run: Run, tmp_path: Path) -> None:
    other = looked.a_run(tmp_path)
    with pytest.raises(UsageError, match="train both on the same data"):
        run.survey(beside=[Run(other)])
    with pytest.raises(UsageError, match="Nobody knows how this network wants"):
        survey(looked.foreign(), "digits")
    with pytest.raises(UsageError, match="nothing has no filters"):
        run.survey(filters=["nothing"])
