import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.core.alerts import Parsed, Status
from headwater.core.severity import Severity
from headwater.intake.format import MAPPING_HEADER
from headwater.intake.mapped import parse
from headwater.intake.mapping import MappingError, compiled
from intake.recorded import NOON, delivery_of

RULES = """
items: payload.rules
identity: "{{ id }}"
title: "{{ name }} is {{ value }}"
status: "{{ state }}"
firing: [bad]
resolved: [ok]
severity: "{{ level | default('') }}"
severities: {horrible: sev1}
labels: {handler: "{{ tags.handler | default('') }}", env: "{{ payload.env }}"}
starts_at: "{{ since | default('') }}"
"""


def read(mapping: str, body: Any) -> Parsed:
    return parse(delivery_of("mapped", body, headers={MAPPING_HEADER: mapping}))


def rules(*changes: dict[str, Any]) -> dict[str, Any]:
    rule = {"id": 7, "name": "Low", "value": 0.4, "state": "bad", "tags": {"handler": "refund"}}
    return {"payload": {"env": "prod", "rules": [rule | change for change in changes]}}


def test_a_mapping_says_what_an_unknown_json_means() -> None:
    parsed = read(RULES, rules({"level": "horrible", "since": 1795226400}, {"state": "OK", "id": 7}))
    fired, over = parsed.reports
    assert fired.fingerprint == over.fingerprint
    assert (fired.status, over.status) == (Status.FIRING, Status.RESOLVED)
    assert (fired.title, fired.severity) == ("Low is 0.4", Severity.SEV1)
    assert fired.labels == {"handler": "refund", "env": "prod"}
    assert fired.starts_at == datetime(2026, 11, 21, 2, tzinfo=UTC)
    assert over.ends_at == NOON


def test_what_a_template_needs_and_does_not_find_boxes_the_item_and_not_its_neighbours() -> None:
    broken = rules({}, {})
    del broken["payload"]["rules"][0]["value"]
    parsed = read(RULES, broken)
    assert len(parsed.reports) == 1
    (problem,) = parsed.problems
    assert problem.path == "$.payload.rules[0]"
    assert problem.sentence == "The mapping fails on this: 'value' is undefined."


def test_missing_items_box_the_delivery() -> None:
    (problem,) = read(RULES, {"payload": {}}).problems
    assert "`rules` is missing" in problem.sentence


def test_a_status_in_neither_list_is_remarked_and_no_alert() -> None:
    parsed = read(RULES, rules({"state": "thinking"}))
    assert (parsed.reports, parsed.problems) == ((), ())
    assert parsed.remark == "a status that neither fires nor is over"


def test_without_lists_the_words_everybody_uses_are_understood() -> None:
    mapping = "identity: '{{ id }}'\ntitle: t\nstatus: '{{ state }}'\n"
    assert read(mapping, {"id": 1, "state": "ALARM"}).reports == ()
    assert read(mapping, {"id": 1, "state": "Triggered"}).reports[0].status is Status.FIRING
    assert read(mapping, {"id": 1, "state": "recovered"}).reports[0].status is Status.RESOLVED


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("identity: '{{ id'\ntitle: t", "identity: '{{ id' is no Jinja2 template"),
        ("title: t", "missing required field `identity`"),
        ("identity: a\ntitle: t\nseverty: x", "unknown field `severty`"),
        ("identity: [\n", "is not YAML"),
        ("identity: a\ntitle: t\nitems: a[0]", "is no path of keys"),
        ("identity: a\ntitle: t\nseverities: {x: worst}", "write sev1, sev2, sev3 or sev4"),
        ("- a", "won't do"),
        ("x" * 20_001, "longer than 20,000"),
    ],
)
def test_a_mapping_that_will_not_do_is_told_with_its_mend(mapping: str, said: str) -> None:
    with pytest.raises(MappingError, match=re.escape(said)):
        compiled(mapping)
    assert said in read(mapping, {}).problems[0].sentence


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ body.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ 1 / 0 }}",
        "{{ body | int(base=99) }}",
        "{{ name.x.y }}",
        "{{ [1][5] }}",
    ],
)
def test_a_template_can_neither_get_out_nor_break_anything(template: str) -> None:
    parsed = read(f'identity: a\ntitle: "{template}"\n', {"name": "n"})
    assert len(parsed.problems) + len(parsed.reports) == 1
    assert all("class" not in report.title for report in parsed.reports)


def test_a_delivery_without_a_mapping_is_boxed_with_the_mend() -> None:
    (problem,) = parse(delivery_of("mapped", {})).problems
    assert "--mapping FILE" in problem.sentence


def test_null_is_nothing_and_not_the_word_none() -> None:
    mapping = "identity: '{{ id }}'\ntitle: '{{ id }}'\nlink: '{{ url }}'\nlabels: {a: '{{ url }}'}"
    (report,) = read(mapping, {"id": "1", "url": None}).reports
    assert (report.link, report.labels) == (None, {})


@given(
    body=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["payload", "rules", "id"]), inner)
        ),
        max_leaves=9,
    )
)
def test_whatever_comes_the_mapping_reads_it_or_boxes_it(body: Any) -> None:
    parsed = read(RULES, body)
    assert parsed.reports or parsed.problems or parsed.remark or body
