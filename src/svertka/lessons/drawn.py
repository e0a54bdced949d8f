"""Letters and digits drawn by hand for the lessons: small, black on white, the same everywhere."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.floating]

# Seven rows of five pixels a letter.
_LETTERS = """
A .###. #...# #...# ##### #...# #...# #...#
B ####. #...# #...# ####. #...# #...# ####.
C .###. #...# #.... #.... #.... #...# .###.
D ####. #...# #...# #...# #...# #...# ####.
E ##### #.... #.... ####. #.... #.... #####
F ##### #.... #.... ####. #.... #.... #....
G .###. #...# #.... #.### #...# #...# .###.
H #...# #...# #...# ##### #...# #...# #...#
I .###. ..#.. ..#.. ..#.. ..#.. ..#.. .###.
J ..### ...#. ...#. ...#. ...#. #..#. .##..
K #...# #..#. #.#.. ##... #.#.. #..#. #...#
L #.... #.... #.... #.... #.... #.... #####
M #...# ##.## #.#.# #.#.# #...# #...# #...#
N #...# ##..# #.#.# #..## #...# #...# #...#
O .###. #...# #...# #...# #...# #...# .###.
P ####. #...# #...# ####. #.... #.... #....
Q .###. #...# #...# #...# #.#.# #..#. .##.#
R ####. #...# #...# ####. #.#.. #..#. #...#
S .#### #.... #.... .###. ....# ....# ####.
T ##### ..#.. ..#.. ..#.. ..#.. ..#.. ..#..
U #...# #...# #...# #...# #...# #...# .###.
V #...# #...# #...# #...# #...# .#.#. ..#..
W #...# #...# #...# #.#.# #.#.# ##.## #...#
X #...# #...# .#.#. ..#.. .#.#. #...# #...#
Y #...# #...# .#.#. ..#.. ..#.. ..#.. ..#..
Z ##### ....# ...#. ..#.. .#... #.... #####
"""

# Nine rows of five pixels a digit.
_DIGITS = """
0 .###. #...# #...# #...# #...# #...# #...# #...# .###.
1 ..#.. .##.. ..#.. ..#.. ..#.. ..#.. ..#.. ..#.. .###.
2 .###. #...# ....# ....# ...#. ..#.. .#... #.... #####
3 .###. #...# ....# ....# ..##. ....# ....# #...# .###.
4 ...#. ..##. ..##. .#.#. .#.#. #..#. ##### ...#. ...#.
"""


def _read(drawn: str) -> dict[str, Picture]:
    lines = [line.split() for line in drawn.split("\n") if line]
    return {
        name: np.array([[c == "#" for c in row] for row in rows]) * 1.0 for name, *rows in lines
    }


_LETTER, _DIGIT = _read(_LETTERS), _read(_DIGITS)
LETTERS, DIGITS = tuple(_LETTER), tuple(_DIGIT)


def letter(name: str, dx: int = 0, dy: int = 0, *, size: int = 20) -> Picture:
    """A letter A-Z, 14 high and 10 wide, in a picture (size, size) of 0 and 1.

    It is moved ``dx`` pixels to the right and ``dy`` down.

    >>> letter("T").shape, int(letter("T").sum())
    ((20, 20), 44)
    """
    return _placed(np.kron(_LETTER[name], np.ones((2, 2))), dx, dy, size)


def digit(name: str, dx: int = 0, dy: int = 0, *, size: int = 20, thick: bool = False) -> Picture:
    """A digit 0-4, 9 high and 5 wide, in a picture (size, size); ``thick``: with a wider pen.

    >>> int(digit("1").sum())
    12
    """
    drawn = _DIGIT[name]
    if thick:
        wide = np.pad(drawn, ((0, 0), (0, 1)))
        drawn = np.maximum(wide, np.roll(wide, 1, axis=1))
    return _placed(drawn, dx, dy, size)


def figures(*, bars: bool) -> Picture:
    """Four pictures (4, 20, 20): neither end changed, the right one, the left one, both.

    Two lamps, off or on; or four ``bars`` whose ends are joined in one of two ways, so that the
    figure is of one piece when just one end is changed.

    >>> figures(bars=False).sum(axis=(1, 2)).tolist()
    [0.0, 16.0, 16.0, 32.0]
    """
    four = np.zeros((4, 20, 20))
    for index, picture in enumerate(four):
        for side, changed in (("left", index >= 2), ("right", index % 2 == 1)):
            if not bars:
                column = slice(3, 7) if side == "left" else slice(13, 17)
                picture[8:12, column] = changed
                continue
            picture[[2, 7, 12, 17], 2:18] = 1
            column = slice(2, 3) if side == "left" else slice(17, 18)
            for rows in [slice(7, 13)] if changed else [slice(2, 8), slice(12, 18)]:
                picture[rows, column] = 1
    return four


def _placed(drawn: Picture, dx: int, dy: int, size: int) -> Picture:
    height, width = drawn.shape
    top, left = (size - height) // 2 + dy, (size - width) // 2 + dx
    picture = np.zeros((size, size))
    picture[top : top + height, left : left + width] = drawn
    return picture
