"""The house rules a machine can hold us to: lint, format, types, arrows, budgets, and what a commit holds."""

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from needs import ROOT

BIN = Path(sys.executable).parent


@cache
def tracked() -> tuple[Path, ...]:
    """The project's files, as git knows them; in an unpacked archive, those that look like ours."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = listed.stdout.splitlines() if listed.returncode == 0 else []
    found = [ROOT / name for name in names] or [
        path
        for top in ("src", "tests", "docs", "playbooks")
        for path in (ROOT / top).rglob("*")
        if path.is_file()
    ]
    return tuple(path for path in found if path.is_file() and "__pycache__" not in path.parts)


def sources() -> list[Path]:
    """Python files of the package."""
    return [path for path in tracked() if path.suffix == ".py" and path.is_relative_to(ROOT / "src")]


def texts() -> Iterator[tuple[Path, str]]:
    """Every tracked text file but the licence."""
    for path in tracked():
        if path.suffix not in {".png", ".woff2", ".ico", ".gz"} and path.name != "LICENSE":
            yield path, path.read_text("utf-8", errors="replace")


def nodes() -> Iterator[tuple[Path, ast.AST]]:
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            yield path, node


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "command",
    [("ruff", "check"), ("ruff", "format", "--check"), ("mypy",), ("lint-imports", "--no-cache")],
    ids=" ".join,
)
def test_the_gate_is_clean(command: tuple[str, ...]) -> None:
    ran = subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout[-8000:] + ran.stderr[-2000:]


def test_no_file_is_longer_than_400_lines_and_half_are_under_150() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in sources()}
    long = {str(path.relative_to(ROOT)): n for path, n in lengths.items() if n > 400}
    assert not long
    assert statistics.median(lengths.values()) < 150


def test_no_function_is_longer_than_50_lines() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for path, node in nodes()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and "migrations" not in path.parts  # a migration is a list of tables
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= 50
    }
    assert not long


def test_broad_excepts_stand_only_at_the_process_boundaries() -> None:
    broad = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, node in nodes()
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
    ]
    assert len(broad) <= 3, broad


def test_every_exception_to_a_rule_gives_its_reason() -> None:
    bare = re.compile(
        r"#\s*noqa(?!: [A-Z]+[0-9]+(, ?[A-Z]+[0-9]+)* - \S)|#\s*type: ignore(?!\[[a-z, -]+\]\s+# \S)"
    )
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        if path.suffix == ".py" and path.name != "test_house.py"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if bare.search(line)
    ]
    assert not found


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b|raise NotImplemented" r"Error|mark\.xf" r"ail")
    assert not [
        f"{path.relative_to(ROOT)}" for path, text in texts() if path.suffix == ".py" and later.search(text)
    ]


def test_no_commit_holds_a_package_registrys_host_or_a_path_of_somebodys_machine() -> None:
    hosts = r"pypi\.or" r"g|pythonhost" r"ed|npmjs\.or" r"g|debian\.or" r"g|index-ur" r"l"
    places = r"(?<![\w.])/(wor" r"k|home/\w+|Users/\w+)/"
    found = re.compile(f"{hosts}|{places}")
    assert not {
        f"{path.relative_to(ROOT)}: {hit.group()}"
        for path, text in texts()
        if (hit := found.search(text)) is not None
    }


def test_a_module_of_ours_says_what_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in sources()
        if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert not silent
