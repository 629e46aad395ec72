import json
from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from headwater.cli.formats import register
from headwater.cli.learning import learn
from headwater.core.alerts import Status
from headwater.core.severity import Severity
from headwater.intake.mapping import compiled
from intake.recorded import DATA, delivery_of, documented

FIRING = {
    "alert": {"id": "a-1", "name": "Groundedness low", "state": "alerting", "level": "critical"},
    "startedAt": "2026-11-21T02:00:00Z",
    "url": "https://example.com/a-1",
    "tags": {"handler": "refund"},
}


def over(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "alert": {**body["alert"], "state": "ok"}}


def test_what_it_proposes_reads_what_it_learned_from() -> None:
    mapping = compiled(learn([FIRING, over(FIRING)]))
    fired, ended = (mapping.read(delivery_of("mapped", body)).reports[0] for body in (FIRING, over(FIRING)))
    assert fired.fingerprint == ended.fingerprint
    assert (fired.status, ended.status) == (Status.FIRING, Status.RESOLVED)
    assert (fired.title, fired.severity) == ("Groundedness low", Severity.SEV2)
    assert fired.labels == {"handler": "refund"}
    assert fired.link == "https://example.com/a-1"
    assert fired.starts_at.isoformat() == "2026-11-21T02:00:00+00:00"


def test_it_says_what_it_saw_and_what_it_did_not() -> None:
    proposed = learn([FIRING])
    assert "# seen: a-1\n" in proposed
    assert "resolved: []   # none seen: write the word that says so" in proposed


def test_a_list_of_alerts_is_found() -> None:
    body = {"data": {"alerts": [FIRING, over(FIRING)]}}
    proposed = learn([body])
    assert "items: data.alerts\n" in proposed
    assert len(compiled(proposed).read(delivery_of("mapped", body)).reports) == 2


@pytest.mark.parametrize(
    "sample", ["newrelic-workflow", "gcp-monitoring", "grafana-alerting-webhook", "statuspage-incident"]
)
def test_bodies_of_real_tools_give_a_mapping_that_reads_them(sample: str) -> None:
    proposed = learn([json.loads(documented(sample))])
    parsed = compiled(proposed).read(delivery_of("mapped", documented(sample)))
    assert parsed.problems == ()
    assert parsed.reports or parsed.remark


@pytest.mark.parametrize("body", [[], 7, {}, {"x": 1}])
def test_where_nothing_can_be_found_it_says_so(body: Any) -> None:
    with pytest.raises(ValueError, match=r"nothing to map|by hand"):
        learn([body])


@given(
    body=st.dictionaries(
        st.sampled_from(["id", "title", "status", "a b", "class", "x-y", "é"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=9),
            lambda inner: (
                st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
            ),
            max_leaves=6,
        ),
    )
)
def test_what_it_proposes_is_always_a_mapping(body: dict[str, Any]) -> None:
    try:
        proposed = learn([body])
    except ValueError:
        return
    compiled(proposed)


def test_the_command_takes_bodies_and_recorded_requests(tmp_path: Path) -> None:
    app = typer.Typer()
    register(app)
    path = tmp_path / "body.json"
    path.write_text(json.dumps(FIRING))
    recording = next(iter(sorted((DATA / "requests" / "alertmanager-webhook").glob("*.json"))))
    assert 'identity: "{{ alert.id }}"' in CliRunner().invoke(app, ["formats", "learn", str(path)]).output
    assert "items: alerts" in CliRunner().invoke(app, ["formats", "learn", str(recording)]).output
    path.write_text("no")
    assert "is no JSON" in CliRunner().invoke(app, ["formats", "learn", str(path)]).output
