"""How what is odd about data is told: the serious first, every kind with its files."""

import re

import numpy as np
from PIL import Image

from made import pets, picture, put
from svertka.data import open_data
from svertka.data.problems import Problem, in_groups
from svertka.train.events import Opened


def test_lost_files_come_first_and_every_kind_names_its_files(tmp_path):
    folder = pets(tmp_path / "pets")
    frames = [Image.fromarray(picture(n)) for n in range(100, 102)]
    for number in range(14):
        path = folder / "cat" / f"a{number}.gif"
        frames[0].putpixel((0, 0), number)
        frames[0].save(path, save_all=True, append_images=frames[1:])
        put(folder / "dog" / f"a{number}.png", picture(number + 200, (3, 2)))
    (folder / "dog" / "corrupt.png").write_bytes((folder / "dog" / "1.png").read_bytes()[:50])
    (folder / "dog" / "text.jpg").write_text("hello")
    for number in range(5):
        (folder / "dog" / f"z{number}.png").write_bytes(b"")
    for dataset in open_data(folder, size=(9, 7)), open_data(folder, size=(9, 7)):  # and cached
        text = str(dataset)
        at = text.index("Not used (7):")
        assert text[at:].splitlines() == [
            "Not used (7):",
            "  dog/corrupt.png: truncated: the file ends before the picture does",
            "  dog/text.jpg: holds text, not a picture",
            "  empty file (0 bytes): dog/z0.png, dog/z1.png, dog/z2.png and 2 more",
            "Worth knowing (28):",
            "  holds 2 pictures, the first is used: cat/a0.gif, cat/a1.gif, cat/a10.gif and "
            "11 more",
            "  less than half of 7x9 and enlarged to it: dog/a0.png, dog/a1.png, dog/a10.png and "
            "11 more",
            "The whole list: svertka data SOURCE --json, or .problems in Python",
        ]
        opened = str(Opened("pets", 2, dataset.counts, dataset.problems))
        assert opened.splitlines()[1:-1] == text[at:].splitlines()[:-1]
        assert opened.endswith("The whole list: the run's report")
        assert [p.lost for p in dataset.problems] == [True] * 7 + [False] * 28


def test_headings_add_up():
    random = np.random.default_rng(0)
    for count in 1, 3, 4, 40:
        problems = [
            Problem(f"{i}.png", f"kind {chr(97 + random.integers(15))}", lost=bool(i % 2))
            for i in range(count)
        ]
        for head, *lines in in_groups(problems, "elsewhere"):
            lines = [line for line in lines if not line.startswith("The whole list")]
            named = sum(line.count(".png") for line in lines)
            more = sum(int(n) for line in lines for n in re.findall(r"(\d+) more", line))
            assert head.endswith(f" ({named + more}):")


def test_nothing_is_nothing_and_few_need_no_other_place():
    assert in_groups([], "elsewhere") == []
    assert in_groups([Problem(".", "a\x1bnote")], "elsewhere") == [
        ["Worth knowing (1):", "  a\\x1bnote"]
    ]
