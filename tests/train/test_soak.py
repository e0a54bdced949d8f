"""The soak of `make bench`, in small: two kills at random moments of the real command."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from marks import arrays

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_run_killed_at_random_moments_ends_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    import soak

    x, y = arrays(160)
    np.savez(tmp_path / "marks.npz", x=x, y=y)
    data = str(tmp_path / "marks.npz")
    outcome = soak.soak(tmp_path, kills=2, seed=0, data=data, epochs=6)
    assert sum(outcome.moments.values()) == 2
    assert outcome.differences == ()
    # A comparison that cannot fail would prove nothing.
    (tmp_path / "killed-1" / "model.safetensors").write_bytes(b"other")
    line = '{"event":"epoch","epoch":1,"val_loss":0.0}\n'
    (tmp_path / "killed-1" / "metrics.jsonl").write_text(line)
    found = soak.differences(tmp_path / "whole", tmp_path / "killed-1")
    assert found == ["weights", "metrics"]
