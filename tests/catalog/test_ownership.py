import gc
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.written import BASE, complaints, loaded, registry_of, written
from headwater.catalog.files import WrittenFile
from headwater.catalog.ownership import load, read
from headwater.core.registry import Edge, EdgeType, Reach
from headwater.core.severity import Severity
from headwater.sample import OWNERSHIP
from needs import ROOT

SOUND = OWNERSHIP.read_text("utf-8")


def designs_example() -> str:
    text = (ROOT / "docs/design.md").read_text("utf-8")
    return text.partition("```yaml\ndefaults:")[2].partition("```")[0].join(["defaults:", ""])


WHAT_THE_EXAMPLE_LEAVES_OUT = """
people:
  - {ref: person:bo, slack: U0BO}
teams:
  - {ref: team:restore, slack: {channel: "#restore"}}
  - {ref: team:ml-leads, slack: {channel: "#ml-leads"}}
  - {ref: team:ml-platform, slack: {channel: "#ml-platform"}}
  - {ref: team:ml-reliability, slack: {channel: "#ml-reliability"}}
  - {ref: team:retrieval, slack: {channel: "#retrieval"}}
  - {ref: team:docs-data, slack: {channel: "#docs-data"}}
  - {ref: team:platform, slack: {channel: "#platform"}}
  - {ref: team:evals, slack: {channel: "#evals"}}
assets:
  - {ref: prompt:backup, owner: team:backup}
  - {ref: source:docs-repo, owner: team:docs-data}
"""


def test_the_designs_example_loads_as_it_stands() -> None:
    found = written(design=designs_example(), rest=WHAT_THE_EXAMPLE_LEAVES_OUT)
    assert found.problems == ()
    registry = found.registry
    assert registry is not None
    assert (registry.catch_all, registry.arbiter) == ("team:ml-reliability", "team:ml-leads")
    assert registry.admins == {"person:ana"}
    assert registry.admin_channel == "#headwater-admin"
    assert registry.listen[0].apps == ("A1FKYAUUX",)
    assert registry.match[0].labels == {"handler": "*"}


def test_every_part_of_the_designs_example_arrives() -> None:
    registry = written(design=designs_example(), rest=WHAT_THE_EXAMPLE_LEAVES_OUT).registry
    assert registry is not None
    backup = registry.teams["team:backup"]
    assert backup.oncall is not None
    assert backup.oncall.rotation is not None
    assert backup.oncall.rotation.start == datetime(2024, 1, 1, 9, tzinfo=UTC)
    assert backup.hours is not None
    assert backup.hours.days == {1, 2, 3, 4, 5}
    assert backup.hours.end == time(18)
    sev1 = backup.escalation[Severity.SEV1]
    assert [(step.reach, step.whom, step.after) for step in sev1] == [
        (Reach.PAGE, "oncall", timedelta(0)),
        (Reach.PAGE, "team:ml-leads", timedelta(minutes=10)),
    ]
    handler = registry.assets["handler:backup-assistant"]
    assert [(topic.name, topic.owner) for topic in handler.topics] == [
        ("back up a database", None),
        ("restore a snapshot", "team:restore"),
    ]
    assert list(handler.board) == ["deployment", "latency", "resources", "data_flow"]
    assert handler.board["data_flow"].against == "pipeline:docs-ingest"
    assert registry.assets["index:docs"].max_age == timedelta(hours=26)
    beat = registry.assets["pipeline:docs-ingest"].heartbeat
    assert beat is not None
    assert (beat.schedule, beat.grace, beat.min_rows) == ("5 * * * *", timedelta(minutes=20), 1000)
    assert registry.assets["model:chat-large"].liaison == "team:ml-platform"
    observes = next(edge for edge in registry.edges if edge.type is EdgeType.OBSERVES)
    assert (observes.subject, observes.object) == ("service:llm-gateway", "model:chat-large")


def test_everything_knows_the_line_it_was_written_in() -> None:
    registry = registry_of(
        "assets:\n  - ref: index:docs\n    owner: team:docs\n    uses: [model:m]\n"
        "  - {ref: model:m, owner: team:ml}\n"
    )
    assert str(registry.assets["index:docs"].spot) == "more.yaml:2:5"
    assert str(registry.edges[0].spot) == "more.yaml:4:12"


def test_what_no_file_says_has_the_default_owner_and_is_a_gap() -> None:
    found = loaded("assets: [{ref: index:docs}]")
    assert found.registry is not None
    asset = found.registry.assets["index:docs"]
    assert (asset.owner, asset.owned_by_default) == ("team:ml", True)
    [gap] = map(str, found.problems)
    assert gap.startswith("more.yaml:1:10: warning: index:docs names no owner; team:ml owns it by default.")


def test_without_catch_all_and_arbiter_the_default_owner_is_both() -> None:
    registry = registry_of("assets: []")
    assert (registry.catch_all, registry.arbiter) == ("team:ml", "team:ml")
    assert registry_of("catch_all: team:docs").arbiter == "team:docs"


def test_a_registry_without_a_default_owner_is_refused() -> None:
    found = written(only="teams: [{ref: team:a}]")
    assert found.registry is None
    assert "No file names a default owner" in found.problems[0].sentence


def test_namespaced_references_are_references() -> None:
    registry = registry_of("assets: [{ref: handler:support/refunds, owner: team:docs}]")
    assert "handler:support/refunds" in registry.assets


SLIPS = """
asets: []
    A registry file has no key "asets". Did you mean "assets"?
assets: [{ref: index:docs, ownr: team:docs}]
    An asset has no key "ownr". Did you mean "owner"?
assets: [{owner: team:docs}]
    The key "ref" is missing: an asset needs it.
assets: {ref: index:docs}
    Expected a list, found a mapping.
assets: [{ref: docs}]
    "docs" is not a reference. Write kind:name
assets: [{ref: idnex:docs}]
    Did you mean "index:docs"?
assets: [{ref: index:docs, owner: team:dosc}]
    Nothing here is called team:dosc. Did you mean "team:docs"?
assets: [{ref: index:docs, owner: team:zz}]
    Add it under teams: {ref: team:zz}.
assets: [{ref: handler:a, uses: [index:b]}]
    Add it under assets: {ref: index:b}.
assets: [{ref: model:b}, {ref: handler:a, uses: [index:b]}]
    Nothing here is called index:b. Did you mean "model:b"?
assets: [{ref: handler:a, uses: [team:docs]}]
    it must begin with prompt:, model:, index:, service: or feed:.
assets: [{ref: prompt:a, runs_on: [service:s]}, {ref: service:s}]
    A prompt can't say `runs_on` of itself.
assets: [{ref: handler:a, calls: [handler:a]}]
    handler:a can't lean on itself.
assets: [{ref: handler:a, calls: [handler:b, handler:b]}, {ref: handler:b}]
    "handler:b" stands in this list twice.
assets: [{ref: index:a}, {ref: index:a}]
    index:a stands here a second time, first at more.yaml:1:10.
assets: [{ref: index:a, topics: {x: {}}}]
    Only handlers have topics, and index:a is none.
assets: [{ref: index:a, tier: 5}]
    5 is out of bounds. Write 1 to 4
assets: [{ref: index:a, lifecycle: prod}]
    Expected one of experimental, production, deprecated, retired
assets: [{ref: index:a, freshness: {max_age: 26}}]
    Expected text, found the number 26.
assets: [{ref: index:a, freshness: {max_age: 26x}}]
    A duration is a number with s, m, h, d or w.
assets: [{ref: pipeline:a, heartbeat: {schedule: '61 * * * *'}}]
    The minute 61 is not within 0 to 59.
assets: [{ref: handler:a, board: {latency: {}}}]
    one of pushed, prometheus and http
assets: [{ref: handler:a, board: {latency: {prometheus: up}}}]
    Nothing says when this number is bad.
assets: [{ref: handler:a, board: {latency: {prometheus: up, bad_when: high}}}]
    a comparison with a number
assets: [{ref: handler:a, board: {latency: {http: 'http://x', bad_when: '> 1'}}}]
    needs an `expr`
assets: [{ref: handler:a, links: {Page: 'javascript:x'}}]
    A URL begins with http:// or https://
people: [{ref: person:ana}]
    The person person:ana stands here a second time, first at base.yaml:4:5.
people: [{ref: person:cy, slack: U0ANA}]
    U0ANA is person:ana as well
people: [{ref: person:cy, slack: '@cy'}]
    A Slack user id begins with U or W
people: [{ref: person:cy, email: cy}]
    An e-mail address has one @.
teams: [{ref: team:x, slack: {channel: '#Big Room'}}]
    A Slack channel is #name in lower case
teams: [{ref: team:x, slack: {usergroup: U1X}}]
    A Slack user group's id begins with S.
teams: [{ref: team:x, members: [person:cy]}]
    Nothing here is called person:cy.
teams: [{ref: team:x, hours: {tz: Berlin, from: '09:00', to: '18:00'}}]
    No time zone has that name.
teams: [{ref: team:x, hours: {tz: UTC, from: '09:00', to: '09:00'}}]
    The working day ends when it begins.
teams: [{ref: team:x, escalation: {SEV5: []}}]
    An escalation has no key "SEV5". Did you mean "SEV4"?
teams: [{ref: team:x, escalation: {SEV1: [{after: 5m}]}}]
    A step of an escalation has one of page and mention.
teams: [{ref: team:x, escalation: {SEV1: [{page: oncal}]}}]
    "oncal" is not a reference.
match: [{name: x, labels: {}, asset: index:a}]
    The mapping is empty.
match: [{name: x, labels: {a: b}, asset: index:gone}]
    Nothing here is called index:gone.
match: [{name: x, labels: {a: b}, asset: 'handler:{h}'}]
    Add h: "*" to its labels.
match: [{name: x, labels: {a: b}, asset: '{a}'}]
    does not begin with a kind of asset
match: [{name: x, labels: {a: b}, asset: 'handler:{a'}]
    do not pair
listen: [{channel: '#a'}, {channel: '#a'}]
    #a is listened to twice, first at more.yaml:1:10.
listen: [{channel: '#a', from: [U123]}]
    A Slack app's id begins with A, a bot's with B.
defaults: {owner: team:docs}
    defaults stands in two files, first at base.yaml:2:11.
workspace: {admins: [person:zoe]}
    Nothing here is called person:zoe.
catch_all: person:ana
    it must begin with team:.
"""
"""Each slip, and beneath it what is said of it."""


def slips() -> Iterator[tuple[str, str]]:
    lines = SLIPS.strip().splitlines()
    yield from ((text, said.strip()) for text, said in zip(lines[::2], lines[1::2], strict=True))


@pytest.mark.parametrize(("text", "complaint"), list(slips()))
def test_a_slip_is_an_error_that_says_what_is_wrong(text: str, complaint: str) -> None:
    found = loaded(text)
    assert found.registry is None
    assert complaint in "\n".join(map(str, found.errors))


def test_a_problem_stands_at_its_line_and_column() -> None:
    text = "assets:\n  - ref: handler:a\n    owner: team:docs\n    uses: [index:b]\n"
    assert complaints(text) == [
        "4:12 error: Nothing here is called index:b. Add it under assets: {ref: index:b}."
    ]


def test_every_problem_of_every_file_is_told_at_once() -> None:
    found = written(a="teams: [{rf: team:a}]", b="assets: [{ref: x}]", c="people: 5", d="a: [")
    assert {problem.spot.file for problem in found.errors} == {"a.yaml", "b.yaml", "c.yaml", "d.yaml"}


def test_two_rules_of_one_name_are_refused() -> None:
    rule = "{name: x, labels: {handler: '*'}, asset: 'handler:{handler}'}"
    assert "The match rule x stands here a second time" in complaints(f"match: [{rule}, {rule}]")[0]


def test_an_alias_leads_to_one_asset_and_both_places_are_named() -> None:
    text = "assets:\n  - {ref: index:a, aliases: [x]}\n  - {ref: index:b, aliases: [x]}\n"
    [one] = [line for line in complaints(text) if "error" in line]
    assert one.startswith('3:30 error: "x" already leads to index:a (more.yaml:2:30).')


def test_an_alias_may_not_be_another_assets_reference() -> None:
    text = "assets: [{ref: index:a, aliases: ['index:b']}, {ref: index:b}]"
    assert any("already leads to index:b" in line for line in complaints(text))


def test_two_teams_may_not_share_an_alias() -> None:
    text = "teams: [{ref: team:x, aliases: ['@a']}, {ref: team:y, aliases: ['@a']}]"
    assert any('"@a" is already an alias of team:x' in line for line in complaints(text))


def test_an_asset_that_two_files_claim_is_contested_and_both_teams_own_it() -> None:
    a = (
        "assets: [{ref: index:d, owner: team:docs, aliases: [x], runs_on: [service:s]},"
        " {ref: service:s, owner: team:ml}]"
    )
    b = "assets: [{ref: index:d, owner: team:ml, tier: 1, aliases: [y], uses: [service:s]}]"
    base = written(z=designs_base(), a=a, b=b)
    assert base.registry is not None
    asset = base.registry.assets["index:d"]
    assert (asset.owner, asset.co_owners, asset.tier, asset.aliases) == (
        "team:docs",
        ("team:ml",),
        1,
        ("x", "y"),
    )
    assert {edge.type for edge in base.registry.edges} == {EdgeType.RUNS_ON, EdgeType.USES}
    [warning] = base.problems
    assert str(warning) == (
        "b.yaml:1:10: warning: index:d is contested: team:ml claims it here, team:docs at a.yaml:1:10."
        " Agree on one owner; until then both teams are joined."
    )


def designs_base() -> str:
    return (
        "defaults: {owner: team:ml}\n"
        'teams: [{ref: team:ml, slack: {channel: "#ml"}}, {ref: team:docs, slack: {channel: "#docs"}}]\n'
    )


def test_a_file_that_only_adds_to_anothers_asset_contests_nothing() -> None:
    a = "assets: [{ref: index:d, owner: team:docs}]"
    found = written(z=designs_base(), a=a, b="assets: [{ref: index:d, tier: 2, description: Docs}]")
    assert found.problems == ()
    assert found.registry is not None
    asset = found.registry.assets["index:d"]
    assert (asset.owner, asset.co_owners, asset.tier) == ("team:docs", (), 2)


def test_one_edge_said_twice_is_one_edge() -> None:
    a = "assets: [{ref: index:d, owner: team:docs, uses: [service:s]}, {ref: service:s, owner: team:ml}]"
    found = written(z=designs_base(), a=a, b="assets: [{ref: index:d, uses: [service:s]}]")
    assert found.registry is not None
    assert found.registry.edges == (
        Edge("index:d", EdgeType.USES, "service:s", found.registry.edges[0].spot),
    )


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("teams: [{ref: team:x}]", "team:x has no channel"),
        (
            "teams: [{ref: team:x, slack: {channel: '#x'}, escalation: {SEV1: [{page: oncall}]}}]",
            "team:x escalates to its on-call, and has none.",
        ),
        (
            "people: [{ref: person:cy}]\nteams: [{ref: team:x, slack: {channel: '#x'}, oncall: [person:cy]}]",
            "person:cy is on call for team:x and has no Slack id.",
        ),
        ("assets: [{ref: model:m, owner: vendor:acme}]", "nobody here answers for it"),
    ],
)
def test_what_works_but_reaches_nobody_is_a_warning(text: str, warning: str) -> None:
    found = loaded(text)
    assert found.registry is not None
    assert [warning in str(problem) for problem in found.warnings] == [True]


def test_the_order_of_files_changes_no_version_and_one_more_space_does() -> None:
    one = written(a="defaults: {owner: team:a}", b="teams: [{ref: team:a}]")
    other = written(b="teams: [{ref: team:a}]", a="defaults: {owner: team:a}")
    assert one.version == other.version
    assert one.version != written(a="defaults: {owner: team:a}", b="teams: [{ref: team:a} ]").version
    assert len(one.version) == 12


def test_a_load_of_nothing_is_a_problem_and_no_exception() -> None:
    found = load(["nowhere/ownership.yaml"])
    assert found.registry is None
    assert str(found.problems[0]).startswith(
        "nowhere/ownership.yaml:1:1: error: There is no such file or folder."
    )


def test_ten_thousand_assets_load_in_a_second_or_two_and_the_collector_runs_again() -> None:
    lines = [f"  - {{ref: handler:h{n}, owner: team:ml, uses: [index:i{n % 100}]}}" for n in range(10_000)]
    lines += [f"  - {{ref: index:i{n}, owner: team:docs}}" for n in range(100)]
    started = perf_counter()
    registry = registry_of("assets:\n" + "\n".join(lines))
    assert perf_counter() - started < 5
    assert len(registry.edges) == 10_000
    assert gc.isenabled()


def test_a_slip_among_thousands_is_still_guessed() -> None:
    lines = [f"  - {{ref: index:part-{n}, owner: team:ml}}" for n in range(5_000)]
    lines += [
        "  - {ref: index:docs, owner: team:ml}",
        "  - {ref: handler:h, owner: team:ml, uses: [index:dosc]}",
    ]
    assert 'Did you mean "index:docs"?' in complaints("assets:\n" + "\n".join(lines))[0]


def test_a_missing_name_that_thousands_cite_is_told_of_each() -> None:
    lines = [f"  - {{ref: index:i{n}, owner: team:mll}}" for n in range(2_000)]
    found = complaints("assets:\n" + "\n".join(lines))
    assert len(found) == 2_000
    assert all('Did you mean "team:ml"?' in line for line in found)


@given(data=st.data())
def test_a_damaged_file_gives_a_registry_or_its_errors_and_never_an_exception(data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(SOUND) - 1))
    end = data.draw(st.integers(begin, min(len(SOUND), begin + 60)))
    found = written(
        ownership=SOUND[:begin] + data.draw(st.text("{}[]:,-\n #&*!\"'ab1", max_size=4)) + SOUND[end:]
    )
    assert (found.registry is None) == bool(found.errors)


@given(data=st.data())
def test_the_order_of_sound_files_changes_no_registry(data: st.DataObject) -> None:
    files = {
        "base": BASE,
        "a": "assets: [{ref: index:a, owner: team:ml}]",
        "b": "assets: [{ref: index:a, owner: team:docs}]",
    }
    order = data.draw(st.permutations(sorted(files)))
    texts = [WrittenFile(f"{name}.yaml", f"{name}.yaml", files[name]) for name in order]
    assert read(texts) == written(**files)
