import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from headwater.cli.bench_intake import intake
from headwater.cli.senders import register
from headwater.core.alerts import Problem
from headwater.core.senders import Sender, Switch, book_of, hash_of
from headwater.intake.formats import FORMATS
from headwater.store import journal
from headwater.store.database import Database
from headwater.store.senders import senders
from headwater.store.unreadable import Boxed, boxed
from intake.recorded import NOON, delivery_of

TOKEN = re.compile(r"^Token +(\S+)", re.MULTILINE)
GOOD_ITEM = b'{"status":"firing","labels":{"alertname":"Try"},"startsAt":"2026-11-21T02:00:00Z"}'
BAD_ITEM = b'{"status":"perhaps","labels":{}}'


class Desk:
    """An operator with a shell and a database of their own."""

    def __init__(self, path: Path) -> None:
        self.database = Database(f"sqlite:///{path}")
        self._app = typer.Typer()
        register(self._app)

    def types(self, line: str) -> Result:
        return CliRunner().invoke(self._app, line.split())

    def succeeds(self, line: str) -> str:
        result = self.types(line)
        assert result.exit_code == 0, result.output
        return result.output

    def fails(self, line: str) -> str:
        result = self.types(line)
        assert result.exit_code != 0
        return result.output

    def sender(self, name: str) -> Sender:
        with self.database.read() as connection:
            return next(each for each in senders(connection) if each.name == name)

    def holds(self, *items: bytes, form: str = "alertmanager") -> None:
        """A delivery of which these items could not be read."""
        delivery = delivery_of(form, b"[]", headers={"x-team": "support"})
        with self.database.write() as connection:
            journal.write(connection, [delivery])
            kept = journal.one(connection, journal.last(connection))
            assert kept is not None
            problems = [Problem(f"$.alerts[{n}]", "Broken.", item) for n, item in enumerate(items)]
            journal.box(connection, kept, problems, NOON)

    def box(self, *, settled: bool = False) -> Sequence[Boxed]:
        with self.database.read() as connection:
            return boxed(connection, settled=settled)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    path = tmp_path / "headwater.db"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HEADWATER_DATABASE", f"sqlite:///{path}")
    desk = Desk(path)
    yield desk
    desk.database.close()


def test_a_sender_gets_a_token_that_is_shown_once_and_kept_as_a_hash(desk: Desk) -> None:
    shown = TOKEN.search(desk.succeeds("sender add prod --format alertmanager"))
    assert shown is not None
    (credential,) = desk.sender("prod").credentials
    assert credential.token_hash == hash_of(shown[1])
    assert shown[1] not in desk.succeeds("sender list")


def test_the_instructions_carry_the_url_the_token_and_a_line_to_try(desk: Desk) -> None:
    output = desk.succeeds("sender add prod --format alertmanager")
    shown = TOKEN.search(output)
    assert shown is not None
    assert "http://127.0.0.1:8474/hooks/prod" in output
    assert output.count(shown[1]) == 3
    assert "curl -X POST" in output


@pytest.mark.parametrize(
    ("form", "shape"),
    [
        ("pagerduty", r"[0-9a-f]{32}"),
        ("opsgenie", r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        ("generic", r"hw_[A-Za-z0-9_-]{43}"),
    ],
)
def test_a_token_has_the_shape_its_stock_clients_expect(desk: Desk, form: str, shape: str) -> None:
    shown = TOKEN.search(desk.succeeds(f"sender add one --format {form}"))
    assert shown is not None
    assert re.fullmatch(shape, shown[1])


def test_a_sender_that_signs_names_the_variable_of_its_secret(desk: Desk) -> None:
    output = desk.succeeds("sender add graf --format grafana --secret-env GRAFANA_SECRET")
    assert desk.sender("graf").secrets(NOON) == ("GRAFANA_SECRET",)
    assert 'SECRET="$GRAFANA_SECRET"' in output


def test_a_format_that_always_signs_asks_for_the_variable(desk: Desk) -> None:
    assert "--secret-env" in desk.fails("sender add hub --format github")


def test_what_a_sender_was_given_is_kept(desk: Desk) -> None:
    desk.succeeds("sender add o --format opik --ttl 4h --deadline 26h --budget 600")
    sender = desk.sender("o")
    assert (sender.time_to_live, sender.deadline) == (timedelta(hours=4), timedelta(hours=26))
    assert (sender.budget, sender.switch) == (600, Switch.ACTIVE)


def test_a_format_that_never_ends_an_alert_gives_its_sender_a_time_to_live(desk: Desk) -> None:
    desk.succeeds("sender add o --format opik")
    desk.succeeds("sender add a --format alertmanager")
    assert desk.sender("o").time_to_live == FORMATS["opik"].time_to_live
    assert desk.sender("a").time_to_live is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("sender add prod --format alertmanger", "Did you mean alertmanager?"),
        ("sender add Prod! --format alertmanager", "lower-case letters"),
        ("sender add grafana --format alertmanager", "the name of a format"),
        ("sender add prod --format opik --ttl soon", "--ttl 'soon'"),
        ("sender add prod --format alertmanager --secret-env X", "does not sign what it sends"),
        ("sender rotate nobody", "There is no sender 'nobody'"),
        ("sender switch nobody off", "there is none yet"),
        ("formats show nothing", "There is no format 'nothing'"),
        ("unreadable show 7", "There is no item 7"),
        ("unreadable replay", "Say which"),
    ],
)
def test_a_slip_is_told_with_its_mend(desk: Desk, line: str, said: str) -> None:
    assert said in desk.fails(line)


def test_a_name_is_taken_once(desk: Desk) -> None:
    desk.succeeds("sender add prod --format alertmanager")
    before = desk.sender("prod")
    assert "headwater sender rotate prod" in desk.fails("sender add prod --format grafana")
    assert desk.sender("prod") == before


def test_after_a_rotation_both_tokens_are_good_for_a_while(desk: Desk) -> None:
    old = TOKEN.search(desk.succeeds("sender add prod --format alertmanager"))
    new = TOKEN.search(desk.succeeds("sender rotate prod --keep 2h"))
    assert old is not None
    assert new is not None
    book, until = book_of([desk.sender("prod")]), desk.sender("prod").credentials[1].until
    assert until is not None
    assert book.with_token(old[1], until - timedelta(seconds=1)) is not None
    assert book.with_token(old[1], until) is None
    assert book.with_token(new[1], until) is not None


def test_a_rotation_can_end_the_old_token_at_once(desk: Desk) -> None:
    old = TOKEN.search(desk.succeeds("sender add prod --format alertmanager"))
    desk.succeeds("sender rotate prod --keep 0s")
    assert old is not None
    ended = desk.sender("prod").credentials[1].until
    assert ended is not None
    assert book_of([desk.sender("prod")]).with_token(old[1], ended) is None


def test_a_sender_that_signs_is_rotated_to_another_variable(desk: Desk) -> None:
    desk.succeeds("sender add graf --format grafana --secret-env ONE")
    assert "--secret-env" in desk.fails("sender rotate graf")
    desk.succeeds("sender rotate graf --secret-env TWO")
    assert [each.secret_env for each in desk.sender("graf").credentials] == ["TWO", "ONE"]


def test_a_sender_is_switched(desk: Desk) -> None:
    desk.succeeds("sender add prod --format alertmanager")
    desk.succeeds("sender switch prod off")
    assert desk.sender("prod").switch is Switch.OFF
    assert "active, off" in desk.fails("sender switch prod on")


def test_a_sender_is_removed_once_it_is_certain(desk: Desk) -> None:
    desk.succeeds("sender add prod --format alertmanager")
    desk.fails("sender remove prod")
    desk.succeeds("sender remove prod --yes")
    assert "Nobody may send yet" in desk.succeeds("sender list")


def test_every_format_is_listed_and_shown(desk: Desk) -> None:
    listed = desk.succeeds("formats")
    for name in FORMATS:
        assert f"{name} " in listed
        page = desk.succeeds(f"formats show {name}")
        assert "Source:" in page
        assert "/hooks/SENDER" in page
        assert "{url}" not in page


def test_what_could_not_be_read_is_listed_and_shown(desk: Desk) -> None:
    desk.succeeds("sender list")
    desk.holds(BAD_ITEM)
    assert "$.alerts[0]  Broken." in desk.succeeds("unreadable list")
    assert "Broken." not in desk.succeeds("unreadable list --sender another")
    assert BAD_ITEM.decode() in desk.succeeds("unreadable show 1")


def test_what_can_be_read_now_is_replayed_as_it_first_came_and_the_rest_stays(desk: Desk) -> None:
    desk.succeeds("sender list")
    desk.holds(GOOD_ITEM, BAD_ITEM)
    said = desk.fails("unreadable replay --all")
    assert "1: replayed" in said
    assert "2: still can't be read: Invalid enum value 'perhaps'." in said
    assert [item.id for item in desk.box()] == [2]
    with desk.database.read() as connection:
        first = journal.one(connection, 1)
        again = journal.one(connection, 2)
    assert first is not None
    assert again is not None
    assert (again.received_at, again.headers) == (first.received_at, first.headers)
    assert again.body == b'{"alerts":[' + GOOD_ITEM + b"]}"


def test_an_item_is_replayed_only_once(desk: Desk) -> None:
    desk.succeeds("sender list")
    desk.holds(GOOD_ITEM)
    desk.succeeds("unreadable replay 1")
    assert "1: was settled before" in desk.succeeds("unreadable replay 1")
    with desk.database.read() as connection:
        assert journal.last(connection) == 2


def test_what_nobody_needs_is_dismissed_and_stays_to_be_seen(desk: Desk) -> None:
    desk.succeeds("sender list")
    desk.holds(BAD_ITEM)
    desk.succeeds("unreadable dismiss 1")
    assert "Nothing waits" in desk.succeeds("unreadable list")
    assert "dismissed" in desk.succeeds("unreadable list --all")
    assert "settled before" in desk.fails("unreadable dismiss 1")


def test_a_mapping_is_checked_before_its_sender_is_made(desk: Desk, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("title: '{{ x'\n")
    assert "missing required field `identity`" in desk.fails(
        f"sender add t --format mapped --mapping {mapping}"
    )
    assert "--mapping FILE" in desk.fails("sender add t --format mapped")
    assert "needs no mapping" in desk.fails(f"sender add t --format grafana --mapping {mapping}")


def test_after_its_mapping_is_mended_a_delivery_is_read_with_the_new_one(desk: Desk, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("identity: '{{ id }}'\ntitle: '{{ nam }}'\n")
    desk.succeeds(f"sender add tests --format mapped --mapping {mapping}")
    desk.holds(b'{"id": 1, "name": "Low"}', form="mapped")
    assert "'nam' is undefined" in desk.fails("unreadable replay --all")
    mapping.write_text("identity: '{{ id }}'\ntitle: '{{ name }}'\n")
    desk.succeeds(f"sender remap tests {mapping}")
    assert "1: replayed" in desk.succeeds("unreadable replay --all")


def test_files_are_taken_in_as_if_their_sender_had_posted_them_and_only_once(
    desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "run_results.json"
    path.write_bytes(FORMATS["dbt"].example)
    assert "no sender 'nightly'" in desk.fails(f"ingest {path} --sender nightly")
    desk.succeeds("sender add nightly --format dbt")
    assert "1 alerts, 1 runs" in desk.succeeds(f"ingest {path} --sender nightly")
    assert "was taken before" in desk.succeeds(f"ingest {path} --sender nightly")
    with desk.database.read() as connection:
        kept = journal.one(connection, 1)
        assert journal.last(connection) == 1
    assert kept is not None
    assert (kept.sender, kept.format, kept.body) == ("nightly", "dbt", FORMATS["dbt"].example)


def test_every_format_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    intake()
    measured = capsys.readouterr().out
    assert [line.split()[0] for line in measured.splitlines()] == list(FORMATS)


def test_a_database_of_another_version_is_not_touched(desk: Desk) -> None:
    with desk.database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE something (id INTEGER)")
    assert "headwater db upgrade" in desk.fails("sender list")
