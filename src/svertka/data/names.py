"""What people call things: parts of a set, columns of a table, fields of a shard."""

from __future__ import annotations

import re
from collections.abc import Sequence

from svertka.data.assemble import TEST, TRAIN, VAL

_PARTS = {
    **dict.fromkeys(("train", "training", "trainset", "trainingset"), TRAIN),
    **dict.fromkeys(("val", "valid", "validation", "dev", "valset", "validset"), VAL),
    **dict.fromkeys(("test", "testing", "testset", "testingset"), TEST),
}
_FOLDERS = ("train", "training", "val", "valid", "validation", "dev", "test", "testing")

# In the order of preference; spaces, dashes, underscores and capitals do not matter.
PICTURES = (
    *("path", "filepath", "imagepath", "imgpath", "picturepath", "filepaths", "relativepath"),
    *("file", "filename", "imagefile", "imagefilename", "image", "img", "picture", "photo"),
    *("imagename", "imgname", "imageid", "imgid", "pictureid", "fileid", "idcode", "name", "id"),
)
LABELS = (
    *("label", "labels", "class", "classname", "classlabel", "labelname", "category"),
    *("categoryname", "target", "y", "expected", "species", "breed", "diagnosis", "dx", "type"),
    *("answer", "truth", "cls", "tag", "tags", "finelabel", "classid", "labelid", "categoryid"),
    *("findinglabels", "attributes", "genres"),
)
PARTS = ("split", "part", "subset", "set", "dataset", "partition", "usage", "phase", "fold")


def part_called(name: str) -> int | None:
    """The part that a folder called exactly so holds, in any case.

    >>> part_called("Validation"), part_called("test tubes")
    (1, None)
    """
    return _PARTS[name.lower()] if name.lower() in _FOLDERS else None


def part_within(name: str) -> int | None:
    """The part that one of the words of a name speaks of; None where none or several do.

    >>> part_within("trainLabels.csv"), part_within("testset"), part_within("train_test.csv")
    (0, 2, None)
    """
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", name)
    found = {_PARTS[word.lower()] for word in words if word.lower() in _PARTS}
    return found.pop() if len(found) == 1 else None


def plain(name: str) -> str:
    """A column's name without what people write differently.

    >>> plain("Image_ID "), plain("file-name")
    ('imageid', 'filename')
    """
    return re.sub(r"[\W_]+", "", name).lower()


def rank(name: str, known: Sequence[str]) -> int:
    """How early a name stands among the known ones; their number where it does not."""
    return known.index(plain(name)) if plain(name) in known else len(known)


def best(names: Sequence[str], known: Sequence[str]) -> int | None:
    """The place in ``names`` of the most usual one; None where none is usual.

    >>> best(["width", "breed", "label"], LABELS)
    2
    """
    ranks = [rank(name, known) for name in names]
    place = min(range(len(ranks)), key=ranks.__getitem__, default=0)
    return place if ranks and ranks[place] < len(known) else None
