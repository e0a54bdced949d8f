"""Completion: what the program answers, and what a real shell makes of it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

MAIN = "import sys; from svertka.cli import main; sys.exit(main())"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(call, shell):
    answer = call("completion", shell)
    assert answer.code == 0
    assert "_SVERTKA_COMPLETE" in answer.out


@pytest.mark.parametrize(
    ("words", "expected"),
    [("svertka tr", "train"), ("svertka net resn", "resnet18"), ("svertka train dig", "digits"),
     ("svertka train digits --see", "--seed")],
)  # fmt: skip
def test_the_shell_completes(words, expected):
    variables = {"_SVERTKA_COMPLETE": "bash_complete", "COMP_WORDS": words}
    variables["COMP_CWORD"] = str(words.count(" "))
    # The installed script's name is what click completes for.
    done = subprocess.run(
        [sys.executable, "-c", "from svertka.cli import main; main()"],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
    )
    assert f"plain,{expected}" in done.stdout.split()
    assert done.stderr == ""


def test_bash_itself_completes_names_and_files(tmp_path):
    """The script is loaded into an interactive bash, and the Tab key is pressed."""
    pexpect = pytest.importorskip("pexpect")
    program = tmp_path / "svertka"
    program.write_text(f"#!{sys.executable}\n{MAIN}\n")
    program.chmod(0o755)
    narrow = {**os.environ, "COLUMNS": "40"}  # no script may be folded
    words = [program, "completion", "bash"]
    script = subprocess.run(words, env=narrow, capture_output=True, check=True)
    (tmp_path / "script").write_bytes(script.stdout)
    (tmp_path / "pictures").mkdir()
    variables = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PS1": "$ "}
    bash = pexpect.spawn(
        "bash --norc --noprofile -i", cwd=tmp_path, env=variables, encoding="utf-8", timeout=60
    )
    try:
        bash.sendline("bind 'set bell-style none'; source ./script; echo re''ady")
        bash.expect("ready")
        for typed, completed in (("train dig", "digits "), ("train pict", "pictures")):
            bash.send(f"svertka {typed}\t")
            bash.expect_exact(f"svertka {typed.split()[0]} {completed}")
            bash.sendcontrol("u")
    finally:
        bash.close(force=True)
