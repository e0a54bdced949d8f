"""Two processes never write one run folder; a killed holder leaves it free."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from svertka.errors import StoreError
from svertka.store import RunFolder

HOLDER = """
import sys, time
from svertka.store import RunFolder
with RunFolder(__import__("pathlib").Path(sys.argv[1])).lock():
    print("held", flush=True)
    time.sleep(60)
"""


def test_another_process_is_named_and_a_kill_frees(tmp_path: Path) -> None:
    folder = RunFolder.create("x", root=tmp_path)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder.path)], stdout=subprocess.PIPE, text=True
    )
    with holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            with (
                pytest.raises(StoreError, match=rf"another process \(number {holder.pid}\)"),
                folder.lock(),
            ):
                pass
        finally:
            holder.kill()
    (folder.path / ".model.json.0a0a0a0a.tmp").write_text("half")
    with folder.lock():
        assert not list(folder.path.glob(".*.tmp"))
        with pytest.raises(StoreError, match="another process"), folder.lock():
            pass
    with folder.lock():
        pass
