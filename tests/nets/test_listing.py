from __future__ import annotations

import json

from svertka.nets.catalogue import names
from svertka.nets.listing import HEAD, listing


def test_the_table_has_a_line_for_every_net():
    lines = str(listing()).splitlines()
    assert lines[0].split() == list(HEAD)
    assert [line.split()[0] for line in lines[1:]] == list(names())
    row = next(line for line in lines if line.startswith("resnet34"))
    figures = "resnet34 2015 3x224x224 34 21,797,672 3,663,761,408 26.69 8.58 torchvision, one crop"
    assert " ".join(row.split()) == figures


def test_the_table_as_json():
    payload = json.loads(json.dumps(listing().to_dict()))
    assert payload["alexnet"]["paper"].startswith("Krizhevsky, Sutskever, Hinton")
    assert payload["alexnet"]["year"] == 2012
    assert payload["linear"]["top1_error"] is None
