"""Everything that is measured, one script after the other: ``make bench``.

Takes about two hours on two cores; each script can be run alone, see its first lines.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPTS = (
    ("accuracy.py", "digits"),
    ("accuracy.py", "digits", "--budget", "5m"),
    ("accuracy.py", "fashion"),
    ("accuracy.py", "fashion-full"),
    ("finetune.py",),
    ("speed.py",),
    ("convolution.py",),
    ("predict.py",),
    ("data.py",),
    ("hog.py",),
    ("likeness.py",),
    ("soak.py",),
    ("flow.py",),
    ("look.py",),
    ("pictures.py",),
    ("mutated.py",),
    ("linear.py",),
    ("undecoded.py",),
)


def main() -> None:
    for name, *options in SCRIPTS:
        path = Path(__file__).with_name(name)
        subprocess.run([sys.executable, str(path), *options], check=True)


if __name__ == "__main__":
    main()
