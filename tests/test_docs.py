"""The documentation is held to the code: its commands exist, and what exists is documented."""

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from headwater.cli.main import cli
from headwater.core.reasons import Code
from needs import ROOT

README = (ROOT / "README.md").read_text("utf-8")
GUIDE_FILES = (*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md")
GUIDES = "\n".join(path.read_text("utf-8") for path in GUIDE_FILES)
FENCE = re.compile(r"^```(?:sh|console|bash)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands(group: Any, name: str = "headwater") -> Iterator[tuple[str, Any]]:
    """Every leaf of the command line, as one types it. (Typer brings a Click of its own, hence Any.)"""
    parts = getattr(group, "commands", None)
    if parts is None:
        yield name, group
    else:
        for part, child in parts.items():
            yield from commands(child, f"{name} {part}")


LEAVES = dict(commands(typer.main.get_command(cli)))


def typed() -> Iterator[str]:
    """Every line of a shell block that runs headwater."""
    for block in FENCE.findall(GUIDES):
        for line in block.replace("\\\n", " ").splitlines():
            for part in re.split(r"&&|\|", line.strip().removeprefix("$ ")):
                words = part.split()
                if words and words[0].rpartition("/")[2] == "headwater":
                    yield part.strip()
    for path in GUIDE_FILES:
        if path.name != "design.md":  # the design also speaks of what is not built yet
            yield from re.findall(r"`(headwater [a-z][^`\n]*)`", path.read_text("utf-8"))


@pytest.mark.parametrize("line", sorted(set(typed())))
def test_a_command_in_the_guides_exists_and_its_options_too(line: str) -> None:
    words = shlex.split(line, comments=True)
    name = next((leaf for n in (3, 2) if (leaf := " ".join(["headwater", *words[1:n]])) in LEAVES), None)
    is_group = any(leaf.startswith(f"headwater {words[1]} ") for leaf in LEAVES) if len(words) == 2 else False
    assert name is not None or is_group or words[1:2] in ([], ["--help"], ["--version"]), f"none such: {line}"
    if name is not None:
        known = {option for param in LEAVES[name].params for option in (*param.opts, *param.secondary_opts)}
        given = {word.partition("=")[0] for word in words[1:] if word.startswith("--")}
        assert given <= known | {"--help"}, line


@pytest.mark.parametrize("name", sorted(LEAVES))
def test_every_command_is_in_a_guide(name: str) -> None:
    assert name in GUIDES, f"`{name}` stands in no guide"


@pytest.mark.parametrize("name", sorted(LEAVES))
def test_every_commands_help_has_an_example(name: str) -> None:
    command = LEAVES[name]
    words = f"{command.help}\n{command.epilog}"
    assert re.search(rf"\b{re.escape(name)}\b", words), f"`{name} --help` shows no example"


@pytest.mark.parametrize("code", list(Code))
def test_every_reason_is_documented(code: Code) -> None:
    assert f"`{code}`" in (ROOT / "docs/reasons.md").read_text("utf-8")


def test_the_readme_sets_up_and_runs_in_one_line_each() -> None:
    lines = [line for block in FENCE.findall(README) for line in block.splitlines()]
    assert any(re.match(r"python3 -m venv .*headwater demo$", line) for line in lines)
    assert any(re.match(r"python3 -m venv .*pytest$", line) for line in lines)


def test_every_picture_and_page_that_is_linked_is_there() -> None:
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
            if "://" not in target and not target.startswith("mailto:"):
                assert (page.parent / target).exists(), f"{page.name} links {target}"
