"""The start: what is imported, how quick it is, how it fails."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys

import click
import pytest

from svertka.cli import screen
from svertka.cli.program import COMMANDS, group
from svertka.errors import DataError
from svertka.version import __version__

HEAVY = {"torch", "numpy", "pydantic", "sklearn", "scipy", "PIL", "lark", "safetensors"}


def loaded_by(*words: str) -> set[str]:
    """The top-level modules that one call of the command line leaves loaded."""
    code = (
        "import json, sys; from svertka.cli import main; main(sys.argv[1:]);"
        "print(json.dumps(sorted({m.partition('.')[0] for m in sys.modules})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("words", [("--help",), ("--version",), ("train", "--help"), ("nope",)])
def test_the_start_imports_nothing_heavy(words):
    assert not loaded_by(*words) & (HEAVY | {"rich"})


@pytest.mark.parametrize("words", [("net", "resnet18"), ("nets",)])
def test_networks_are_shown_without_a_framework(words):
    assert not loaded_by(*words) & (HEAVY - {"lark"})


def seconds_of(*words: str) -> float:
    """Processor time of one start; it waits for nothing, so that idle this is its whole time."""
    # The first start may compile the modules, as an installation does; the others find that done.
    variables = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *words], env=variables, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


BARE_START = 0.012  # of Python itself, on the machine for which the limits are stated


@pytest.mark.parametrize(("words", "limit"), [(("--help",), 0.080), (("net", "resnet18"), 0.150)])
def test_a_quick_start_keeps_its_limit(words, limit):
    """Where Python itself starts more slowly, on a slow or busy machine, the limit grows alike.

    One quick start of many is enough: other work slows some of them, a defect slows all.
    """
    ours, bare = [], []
    for _ in range(30):
        bare.append(seconds_of("-c", "pass"))
        ours.append(seconds_of("-m", "svertka", *words))
        if min(ours) < limit * max(1.0, statistics.median(bare) / BARE_START):
            return
    pytest.fail(f"the best of 30 starts took {min(ours):.3f} s, of Python alone {min(bare):.3f} s")


def test_version(call):
    assert call("--version").out == f"svertka {__version__}\n"


def test_without_words_the_help_is_shown(program):
    answer = program()
    assert answer.code == 2
    assert "Commands:" in answer.err


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_what_the_command_says_of_itself(name):
    command = group.get_command(click.Context(group), name)
    assert (command.help or "").split("\n")[0] == COMMANDS[name]
    assert command.name == name


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_help_and_every_default_a_reason(name):
    command = group.get_command(click.Context(group), name)
    for param in command.params:
        if not isinstance(param, click.Option):
            continue
        assert param.help, f"{name} {param.opts} has no help"
        assert param.help[0].isupper(), f"{name} {param.opts}: help starts with a capital"
        if not param.is_flag:
            assert "[default: " in param.help, f"{name} {param.opts} does not explain its default"


def test_unknown_command_offers_the_nearest(call):
    answer = call("trian")
    assert (answer.code, answer.message) == (
        2,
        "There is no command 'trian'. Did you mean: train?",
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_can_be_quiet(name):
    command = group.get_command(click.Context(group), name)
    assert {"--quiet", "-q"} <= {opt for param in command.params for opt in param.opts}


def test_quiet_keeps_notes_off_stderr(call, tmp_path):
    words = ("net", "lenet5", "--as", "dot", "--out")
    assert call(*words, tmp_path / "a.dot").err.startswith("Written: ")
    assert call(*words, tmp_path / "b.dot", "-q").err == ""
    assert call("nets", "-q").out == call("nets").out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--json",), "There is no option '--json' before the command; it comes after: svertka"),
        (("completion", "csh"), "There is no shell 'csh'. Did you mean: zsh, fish, bash?"),
        (("completion",), "Missing argument 'SHELL'. Expected one of: bash, zsh, fish."),
        (("net", ""), "No net was named. Give a name, such as lenet5, or a text"),
        (("net", "xyzzy"), "in all)."),
    ],
)
def test_wrong_words_are_told_in_a_sentence(call, words, message):
    answer = call(*words)
    assert answer.code == 2
    assert message in answer.message
    assert "\n" not in answer.message
    assert len(answer.message) < 300


def test_unknown_option_offers_the_nearest(call):
    answer = call("train", "digits", "--epoch", "3")
    assert answer.code == 2
    assert "There is no option '--epoch'. Did you mean: --epochs?" in answer.message


def test_a_wrong_value_is_a_usage_error(call):
    answer = call("train", "digits", "--epochs", "many")
    assert answer.code == 2
    assert "--epochs" in answer.message
    assert "svertka train --help" in answer.message


@pytest.mark.parametrize(
    ("setting", "part"),
    [
        ("precison=fp32", "Did you mean: precision"),
        ("flip=no", "Did you mean: augment.flip"),
        ("batch=many", "batch cannot be 'many': expected a whole number."),
        ("precision=fp8", "precision cannot be 'fp8': expected 'auto', 'fp32' or 'bf16'."),
        ("fused=perhaps", "expected yes or no"),
        ("batch=0", "expected more than 0"),
        ("averaging=1", "expected less than 1"),
        ("learning_rate=inf", "expected a finite number"),
        ("augment.shift=-1", "augment.shift cannot be '-1'"),
        ("batch", "write NAME=VALUE"),
        ("epochs=3", "no setting 'epochs'"),
    ],
)
def test_a_wrong_setting_of_the_recipe(call, setting, part):
    answer = call("recipe", "--set", setting)
    assert answer.code == 2
    assert part in answer.message


def test_the_recipe_explains_itself(call):
    out = call("recipe", "digits", "--set", "precision=fp32", "--set", "channels_last=no").out
    assert "precision=fp32" in out
    assert "channels_last=no" in out
    assert "augment=shift" in out


def failing(error):
    @click.command("nets")
    def command() -> None:
        raise error

    return command


def test_an_unexpected_error_names_the_file_of_its_traceback(call, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(group, "get_command", lambda ctx, name: failing(RuntimeError("odd")))
    answer = call("nets")
    assert answer.code == 1
    assert "RuntimeError: odd" in answer.message
    (trace,) = tmp_path.iterdir()
    assert str(trace) in answer.message
    assert "Traceback" in trace.read_text()


def test_debug_shows_the_traceback(call, monkeypatch):
    monkeypatch.setattr(group, "get_command", lambda ctx, name: failing(RuntimeError("odd")))
    assert "Traceback" in call("--debug", "nets").err


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (DataError("bad \x1b[31mname"), 1, "error: bad \\x1b[31mname\n"),
        (KeyboardInterrupt(), 130, "Stopped.\n"),
        (KeyboardInterrupt("Go on: svertka resume x"), 130, "Go on: svertka resume x\n"),
        (click.Abort(), 130, "Stopped.\n"),
    ],
)
def test_errors_become_one_message(call, monkeypatch, error, code, message):
    monkeypatch.setattr(group, "get_command", lambda ctx, name: failing(error))
    answer = call("nets")
    assert (answer.code, answer.err.lstrip("\n"), answer.out) == (code, message, "")


OUTPUTS = [("--help",), ("--version",), ("net", "resnet18"), ("net", "resnet18", "--json")]
BUFFERED = ["", "1"]


def through_bash(line: str, **variables: str) -> subprocess.CompletedProcess[str]:
    line = line.replace("svertka", f"{sys.executable} -m svertka")
    return subprocess.run(
        ["bash", "-c", line], capture_output=True, text=True, env={**os.environ, **variables}
    )


@pytest.mark.parametrize("unbuffered", BUFFERED)
@pytest.mark.parametrize("words", OUTPUTS)
def test_a_closed_pipe_is_no_failure(words, unbuffered):
    """`svertka nets | head -1` ends well in a script with `set -o pipefail`, too."""
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as out:
        done = subprocess.run(
            [sys.executable, "-m", "svertka", *words],
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
            stdout=out,
            stderr=subprocess.PIPE,
        )
    assert (done.returncode, done.stderr) == (screen.PIPE_CLOSED, b"")


@pytest.mark.parametrize("unbuffered", BUFFERED)
@pytest.mark.parametrize("words", OUTPUTS)
@pytest.mark.parametrize(("place", "why"), [("/dev/full", "No space left"), ("&-", "it is closed")])
def test_output_that_cannot_be_written_is_one_message(words, place, why, unbuffered):
    done = through_bash(f"svertka {' '.join(words)} >{place}", PYTHONUNBUFFERED=unbuffered)
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: The output cannot be written: {why}")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("place", ["/dev/full", "&-"])
def test_a_stderr_that_takes_nothing_changes_nothing(place, tmp_path):
    words = f"net lenet5 --as dot --out {tmp_path / 'net.dot'}"
    assert through_bash(f"svertka {words} 2>{place}").returncode == 0
    assert (tmp_path / "net.dot").read_text().startswith("digraph")
    assert through_bash(f"svertka net nope 2>{place}").returncode == 2


def test_work_whose_reader_has_gone_is_broken_off(tmp_path):
    words = f"train digits --epochs 1000 --net 'fc{{classes}}' --out {tmp_path / 'run'}"
    line = f"svertka {words} 2>&1 | head -n 1; exit ${{PIPESTATUS[0]}}"
    assert through_bash(line).returncode == screen.CUT_OFF


def test_a_stream_that_lacks_a_sign_gets_a_plain_one(program):
    locale = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"}
    answer = program("net", "lenet5", encoding="ascii", **locale)
    assert answer.code == 0
    assert "61,706" in answer.out
    assert (
        "(224 + 2*3 - 7)/2 + 1 = 112.5"
        in program("net", "resnet18", encoding="ascii", **locale).out
    )
    wrong = program("net", "conv32k9p0", "--input", "3x7x7", encoding="ascii", **locale)
    assert "(7 + 2*0 - 9)/1 + 1 < 1" in wrong.err


def test_a_name_that_is_not_utf8_is_printed(program):
    answer = program("predict", os.fsdecode(b"run\xff"), "x.png", LC_ALL="C.UTF-8")
    assert answer.code == 1
    assert "Traceback" not in answer.err
