"""Story files: what they may say, and sentences with line and column where they say something else."""

from datetime import timedelta
from pathlib import Path

import pytest

from headwater.cli.story import Click, End, Fire, Say, StoryError, Write, read_story
from needs import ROOT

STORIES = sorted((ROOT / "src/headwater/sample/stories").glob("*.yaml"))

WHOLE = """\
story: mine
title: Mine
about: What happens.
look: {as: person:ana, in: "#retrieval"}
alerts:
  slow: {labels: {alertname: Slow, handler: docs-search}, annotations: {summary: It is slow}}
steps:
  - {at: 0s, say: It begins.}
  - {at: 1m30s, fire: [slow]}
  - {at: 2m, who: person:ana, in: "#retrieval", click: Add note, fill: {Note: Looking}}
  - {at: 3m, who: person:ana, in: "#retrieval", write: Still looking.}
  - {at: 4m, end: [slow]}
try: [Click Resolve.]
"""


def story(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(text, "utf-8")
    return path


def complaint(tmp_path: Path, text: str) -> str:
    with pytest.raises(StoryError) as wrong:
        read_story(story(tmp_path, text))
    return str(wrong.value)


def test_a_story_says_when_what_happens(tmp_path: Path) -> None:
    read = read_story(story(tmp_path, WHOLE))
    assert [type(step.deed) for step in read.steps] == [Say, Fire, Click, Write, End]
    assert read.steps[1].at == timedelta(seconds=90)
    assert read.length == timedelta(minutes=4)
    click = read.steps[2].deed
    assert isinstance(click, Click)
    assert (click.who, click.channel, click.button) == ("person:ana", "#retrieval", "Add note")
    assert click.fill == {"Note": "Looking"}
    assert read.alerts["slow"].labels["handler"] == "docs-search"
    assert read.look is not None
    assert (read.look.who, read.look.channel) == ("person:ana", "#retrieval")
    assert read.try_next == ("Click Resolve.",)


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_a_shipped_story_reads_and_is_called_as_its_file(path: Path) -> None:
    assert read_story(path).name == path.stem


def test_three_stories_are_shipped() -> None:
    assert {"nomad-status-first", "narrow-topic", "rater-storm"} <= {path.stem for path in STORIES}


@pytest.mark.parametrize(
    ("old", "new", "where", "sentence"),
    [
        ("fire: [slow]", "fire: [slwo]", ":9:5:", 'called "slwo". Did you mean "slow"?'),
        ("fire: [slow]", "fires: [slow]", ":9:", 'no key "fires"'),
        ("at: 2m,", "at: 1m,", ":10:5:", "in order of time"),
        ("at: 2m,", "at: soon,", ":10:", '"soon" can\'t stand here'),
        ("who: person:ana, in", "in", ":10:5:", "click needs who does it"),
        ("say: It begins.", "say: It begins., fire: [slow]", ":8:5:", "this one has say and fire"),
        ("say: It begins.", "", ":8:5:", "this one has none"),
        ("title: Mine\n", "", ":1:1:", '"title" is missing'),
        ("say: It begins.", "deliver: absent.json", ":8:", "There is no file"),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_the_mend(
    tmp_path: Path, old: str, new: str, where: str, sentence: str
) -> None:
    assert old in WHOLE
    said = complaint(tmp_path, WHOLE.replace(old, new, 1))
    assert f"mine.yaml{where}" in said
    assert sentence in said


def test_an_empty_file_and_an_absent_one_are_told_apart(tmp_path: Path) -> None:
    assert "is empty" in complaint(tmp_path, "")
    with pytest.raises(StoryError, match="can't be read"):
        read_story(tmp_path / "absent.yaml")


def test_what_is_not_yaml_is_named_with_its_line(tmp_path: Path) -> None:
    assert "mine.yaml:2:" in complaint(tmp_path, "story: x\n\ttitle: y\n")


def test_a_body_is_delivered_from_beside_the_story(tmp_path: Path) -> None:
    (tmp_path / "body.json").write_text("{}")
    read = read_story(story(tmp_path, WHOLE.replace("say: It begins.", "deliver: body.json")))
    assert read.steps[0].deed.file == tmp_path / "body.json"  # type: ignore[union-attr]  # it is a Deliver
