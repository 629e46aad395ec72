import os
from pathlib import Path
from threading import Thread

import pytest

from headwater.catalog.ownership import load
from headwater.catalog.reload import Catalog, RegistryError

GOOD = 'defaults: {owner: team:a}\nteams: [{ref: team:a, slack: {channel: "#a"}}]\n'
BETTER = GOOD + "assets: [{ref: index:docs, owner: team:a}]\n"
BROKEN = GOOD + "assets: [{ref: index:docs, owner: team:b}]\n"
WORSE = GOOD + "assets: [{ref: docs}]\n"


def edit(path: Path, text: str) -> None:
    """As editors do: a new file takes the old one's place."""
    beside = path.with_suffix(".new")
    beside.write_text(text)
    beside.replace(path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ownership.yaml"
    path.write_text(GOOD)
    return path


def test_a_catalog_begins_with_what_the_file_says(file: Path) -> None:
    catalog = Catalog([file])
    assert list(catalog.current.teams) == ["team:a"]
    assert catalog.problems == ()
    assert catalog.refresh() is None


def test_a_first_reading_that_fails_says_every_problem(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="There is no such file"):
        Catalog([tmp_path / "ownership.yaml"])


def test_an_edit_is_taken_in_whole_and_told_once(file: Path) -> None:
    catalog = Catalog([file])
    before = catalog.current
    edit(file, BETTER)
    told = catalog.refresh()
    assert told is not None
    assert told.outcome == "swapped"
    assert told.registry is catalog.current
    assert "index:docs" in catalog.current.assets
    assert before.version in told.sentence or catalog.current.version in told.sentence
    assert "index:docs" not in before.assets
    assert catalog.refresh() is None


def test_a_broken_edit_leaves_the_old_one_in_force_and_is_told_once(file: Path) -> None:
    catalog = Catalog([file])
    before = catalog.current
    edit(file, BROKEN)
    told = catalog.refresh()
    assert told is not None
    assert (told.outcome, told.registry) == ("broken", before)
    assert catalog.current is before
    assert told.sentence == f"The registry's files have 1 error: version {before.version} stays in force."
    assert "Nothing here is called team:b." in str(told.problems[0])
    assert catalog.refresh() is None
    assert catalog.refresh(look_inside=True) is None


def test_another_broken_edit_is_told_again(file: Path) -> None:
    catalog = Catalog([file])
    edit(file, BROKEN)
    catalog.refresh()
    edit(file, WORSE)
    told = catalog.refresh()
    assert told is not None
    assert told.outcome == "broken"


def test_going_back_to_what_is_in_force_is_told_as_mended(file: Path) -> None:
    catalog = Catalog([file])
    before = catalog.current
    edit(file, BROKEN)
    catalog.refresh()
    edit(file, GOOD)
    told = catalog.refresh()
    assert told is not None
    assert told.outcome == "mended"
    assert catalog.current is before
    assert catalog.refresh() is None


def test_a_mend_with_new_contents_is_swapped_in(file: Path) -> None:
    catalog = Catalog([file])
    edit(file, BROKEN)
    catalog.refresh()
    edit(file, BETTER)
    told = catalog.refresh()
    assert told is not None
    assert told.outcome == "swapped"


def test_a_file_that_was_only_touched_is_no_news(file: Path) -> None:
    catalog = Catalog([file])
    os.utime(file, ns=(1, 1))
    assert catalog.refresh() is None


def test_a_file_that_vanishes_leaves_the_old_one_in_force_until_it_is_back(file: Path) -> None:
    catalog = Catalog([file])
    file.unlink()
    told = catalog.refresh()
    assert told is not None
    assert told.outcome == "broken"
    assert catalog.refresh() is None
    file.write_text(GOOD)
    again = catalog.refresh()
    assert again is not None
    assert again.outcome == "mended"


def test_a_new_file_in_a_folder_is_seen(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD)
    catalog = Catalog([tmp_path])
    (tmp_path / "b.yml").write_text("assets: [{ref: index:docs, owner: team:a}]")
    told = catalog.refresh()
    assert told is not None
    assert list(told.registry.assets) == ["index:docs"]


def test_many_threads_that_refresh_at_once_tell_an_edit_once(file: Path) -> None:
    catalog = Catalog([file])
    edit(file, BETTER)
    told: list[object] = []
    threads = [Thread(target=lambda: told.append(catalog.refresh())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one is not None for one in told) == 1


def test_a_folder_is_read_to_its_leaves_but_not_its_hidden_corners(tmp_path: Path) -> None:
    (tmp_path / "ownership.yaml").write_text(GOOD)
    (tmp_path / "search").mkdir()
    (tmp_path / "search" / "assets.yml").write_text("assets: [{ref: index:docs, owner: team:a}]")
    (tmp_path / "..data").mkdir()
    (tmp_path / "..data" / "ownership.yaml").write_text(GOOD)
    (tmp_path / "notes.txt").write_text("not YAML: [")
    found = load([tmp_path])
    assert found.problems == ()
    assert found.registry is not None
    assert str(found.registry.assets["index:docs"].spot) == f"{tmp_path}/search/assets.yml:1:10"


def test_a_file_named_twice_is_read_once(file: Path) -> None:
    assert load([file, file.parent, str(file)]).problems == ()


def test_the_version_is_the_same_wherever_the_folder_lies(tmp_path: Path) -> None:
    for place in ("here", "there"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "ownership.yaml").write_text(GOOD)
    assert load([tmp_path / "here"]).version == load([tmp_path / "there" / "ownership.yaml"]).version


def test_what_is_no_text_is_a_problem_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "ownership.yaml"
    path.write_bytes(b"defaults: {owner: team:a}\nteams: \xff\n")
    assert (
        str(load([path]).problems[0]) == f"{path}:2:1: error: This is not UTF-8 text. Save the file as UTF-8."
    )


def test_a_byte_order_mark_is_no_problem(tmp_path: Path) -> None:
    path = tmp_path / "ownership.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert load([path]).problems == ()


def test_an_empty_folder_is_a_problem(tmp_path: Path) -> None:
    assert "The folder holds no .yaml or .yml file." in load([tmp_path]).problems[0].sentence
