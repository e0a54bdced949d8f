"""The rules of the house that no other tool checks."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import click
import pytest

import cli_reference
import svertka
from svertka.cli.program import COMMANDS, group

ROOT = Path(__file__).parent.parent
CODE = sorted(
    path for room in ("src", "tests", "tools", "benchmarks") for path in (ROOT / room).rglob("*.py")
)
LIBRARY = sorted((ROOT / "src").rglob("*.py"))
READMES = ("README.md", "README.ru.md")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_a_file_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 320


def functions(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize("path", LIBRARY, ids=name_of)
def test_a_function_is_short(path):
    """About 40 lines of body, without the docstring; 50 is where about ends."""
    for function in functions(ast.parse(path.read_text(encoding="utf-8"))):
        body = function.body[1:] if ast.get_docstring(function) else function.body
        lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
        assert lines <= 50, f"{function.name} has {lines} lines"


@pytest.mark.parametrize("path", [p for p in LIBRARY if p.name != "runtime.py"], ids=name_of)
def test_only_runtime_reads_the_environment(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"environ", "environb", "getenv", "putenv"}
        if isinstance(node, ast.ImportFrom):
            assert not {a.name for a in node.names} & {"environ", "getenv"}


LOADS_CODE = {"cPickle", "dill", "cloudpickle", "shelve", "marshal", "joblib"}


@pytest.mark.parametrize("path", LIBRARY, ids=name_of)
def test_nothing_is_unpickled_or_executed(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert not {a.name.partition(".")[0] for a in node.names} & LOADS_CODE
        if isinstance(node, ast.ImportFrom):
            assert (node.module or "").partition(".")[0] not in LOADS_CODE
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "pickle":
            assert node.attr == "UnpicklingError"  # the error may be caught, nothing else
        if isinstance(node, ast.Call):
            check_call(node)


def check_call(node: ast.Call) -> None:
    """Calls that could run what a file says."""
    given = {k.arg: getattr(k.value, "value", None) for k in node.keywords}
    called = ast.unparse(node.func)
    assert called not in {"eval", "exec", "compile", "__import__"}
    if called in {"np.load", "numpy.load"}:
        assert given.get("allow_pickle") is False, "np.load without allow_pickle=False"
    if called == "torch.load":
        assert given.get("weights_only") is True, "torch.load without weights_only=True"
    assert given.get("allow_pickle") is not True


def test_the_public_names_are_sorted_and_exist():
    names = svertka.__all__
    assert names == sorted(names)
    for name in names:
        assert getattr(svertka, name) is not None
    assert set(names) <= set(dir(svertka))


def test_an_unknown_public_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nope"):
        _ = svertka.nope


def test_importing_svertka_is_light():
    heavy = "{'torch', 'numpy', 'pydantic', 'sklearn', 'PIL', 'click', 'rich'}"
    code = f"import sys, svertka; sys.exit(bool({heavy} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_module_imports():
    for path in LIBRARY:
        parts = path.relative_to(ROOT / "src").with_suffix("").parts
        if parts[-1] != "__main__":
            importlib.import_module(".".join(parts).removesuffix(".__init__"))


# Documents


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.M | re.S)


def without_comments(block: str) -> list[str]:
    lines = [re.sub(r"\s+#.*|^#.*", "", line).rstrip() for line in block.splitlines()]
    return [line for line in lines if line]


def test_both_readmes_have_the_same_parts():
    english, russian = (read(name) for name in READMES)
    levels = [re.findall(r"^(#+) ", text, flags=re.M) for text in (english, russian)]
    assert levels[0] == levels[1]
    for language in ("sh", "python", "text"):
        ours, theirs = (blocks(text, language) for text in (english, russian))
        assert [without_comments(b) for b in ours] == [without_comments(b) for b in theirs]
    assert len(re.findall(r"^\| ", english, flags=re.M)) == len(
        re.findall(r"^\| ", russian, flags=re.M)
    )


@pytest.mark.parametrize("name", [*READMES, "CONTRIBUTING.md", "docs/architecture.md"])
def test_the_links_of_a_document_lead_somewhere(name):
    for target in re.findall(r"\]\(([^)#]+)\)", read(name)):
        if not target.startswith("http"):
            assert ((ROOT / name).parent / target).exists(), target


@pytest.mark.parametrize("name", READMES)
def test_the_figures_of_a_readme_are_those_that_were_measured(name):
    rows = re.findall(
        r"^\| .*\| (.*) \| (.*) \| \[.*\]\((benchmarks/results/.*)\) \|$", read(name), re.M
    )
    assert len(rows) > 5
    for ours, theirs, place in rows:
        figures = re.findall(r"\d[\d., ]*", f"{ours} | {theirs}")
        assert figures
        for figure in figures:
            number = figure.strip(" ,.")
            if name == READMES[1]:  # 22 517,5 is 22,517.5 in English
                number = number.replace(",", ".").replace(" ", ",")
            assert f" {number} " in read(place), (number, place)


@pytest.mark.parametrize("name", READMES)
def test_the_commands_of_a_readme_exist(name):
    lines = [line for block in blocks(read(name), "sh") for line in without_comments(block)]
    assert lines
    recipes = re.findall(r"^([a-z-]+):", read("Makefile"), flags=re.M)
    for line in lines:
        words = line.split()
        if words[0] == "make":
            assert words[1] in recipes
        elif words[0] == "svertka":
            assert words[1] in COMMANDS
            command = group.get_command(click.Context(group), words[1])
            known = {name for param in command.params for name in param.opts}
            assert {word for word in words if word.startswith("--")} <= known


def test_the_readme_python_runs(tmp_path):
    (block,) = blocks(read("README.md"), "python")
    assert len(block.strip().splitlines()) <= 10
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", block], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_the_command_reference_is_current():
    assert read("docs/cli.md") == cli_reference.reference(), "run `make docs`"


def test_every_recipe_of_the_makefile_is_explained():
    recipes = re.findall(r"^[a-z-]+:.*$", read("Makefile"), flags=re.M)
    assert len(recipes) > 8
    for recipe in recipes:
        assert "# " in recipe, recipe


def test_every_dependency_has_its_tested_version():
    project = tomllib.loads(read("pyproject.toml"))["project"]
    needs = sum(project["optional-dependencies"].values(), project["dependencies"])
    wanted = {re.match(r"[\w-]+", need).group().lower() for need in needs}
    pinned = {line.partition("==")[0].lower() for line in read("constraints.txt").splitlines()}
    assert wanted <= pinned


def test_the_wheel_holds_everything(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", tmp_path, ROOT],
        capture_output=True,
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(
        ["git", "ls-files", "src"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert {name.removeprefix("src/") for name in tracked} <= packed
    for needed in ("svertka/py.typed", "svertka/page/studio.html", "svertka/nets/catalogue"):
        assert any(name.startswith(needed) for name in packed), needed
