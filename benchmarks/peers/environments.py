"""A virtual environment for each library, with pinned versions, outside the source tree."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

from svertka.runtime import cache_folder

HOME = cache_folder().parent / "svertka-bench"

# The same torch as svertka's own constraints name, so that libraries are compared and not builds.
_TORCH = "torch==2.13.0"
_KERAS = "keras==3.15.1"
ENVIRONMENTS: dict[str, tuple[str, ...]] = {
    "tensorflow": ("tensorflow-cpu==2.21.0", _KERAS),
    "jax": ("jax==0.10.2", _KERAS),
    "torch": (_TORCH, _KERAS, "lightning==2.6.6"),
    "fastai": (_TORCH, "torchvision==0.28.0", "fastai==2.8.12"),
}


class Missing(Exception):
    """Why a library cannot be had on this machine, in words."""


def python_of(name: str) -> Path:
    """The interpreter of an environment, which is made first if need be; raises ``Missing``.

    "svertka" is the environment that this script runs in.
    """
    if name == "svertka":
        return Path(sys.executable)
    wanted = ENVIRONMENTS[name]
    # Other versions get another folder, and one that was left half made has no stamp.
    mark = hashlib.sha256(" ".join([sys.version, *wanted]).encode()).hexdigest()[:8]
    folder = HOME / "environments" / f"{name}-{mark}"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    stamp = folder / "ready"
    if not stamp.exists():
        print(f"installing {', '.join(wanted)} into {folder}", flush=True)
        venv.create(folder, clear=True, with_pip=True)
        command = [python, "-m", "pip", "install", "--quiet", *wanted]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
            raise Missing((errors or ["pip failed"])[-1].removeprefix("ERROR: "))
        stamp.write_text("\n".join(wanted) + "\n")
    return python
