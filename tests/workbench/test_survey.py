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


def test_a_network_beside_answers_the_same_pictures(seen: Survey) -> None:
    assert seen.responses is not None
    mine, other = seen.responses.of
    assert (mine.name, other.name) == ("shapes-1", "shapes-1 (2)")
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


def _tensor(picture: Image.Image) -> torch.Tensor:
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1).float() / 255


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--heat"], "--heat is of one picture"),
        (["x.png", "--data", "digits"], "leave out the picture"),
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
        survey(looked.foreign())
