"""What a responder of the sample company would say, alert by alert: the whole way from labels to a team."""

from datetime import timedelta

import pytest

from core.suspects.worlds import TAXONOMY
from desk import Desk
from headwater.catalog.ownership import load
from headwater.core.alerts import Change, Run
from headwater.core.facts import Fact, of_change, of_run
from headwater.core.incidents import Suspicion
from headwater.core.noticing import notice
from headwater.core.picture import Draft
from headwater.core.reasons import Code
from headwater.core.registry import Registry
from headwater.core.severity import Severity
from headwater.core.suspecting import Suspector
from headwater.core.suspects import Observation, rank
from headwater.core.suspects.surroundings import problem_of
from headwater.core.triage import settle
from headwater.sample import OWNERSHIP
from world import START, report

BACKUP, SUPPORT, ADVISOR, SEARCH = (
    "handler:backup-assistant",
    "handler:support-chat",
    "handler:query-advisor",
    "handler:docs-search",
)
INGEST, NOMAD, JUDGE = "pipeline:docs-ingest", "service:nomad", "monitor:groundedness-judge"
PIPELINES = (INGEST, "pipeline:tickets-sync", "pipeline:sql-examples-build", "pipeline:ratings-rollup")
DATA = {INGEST, "index:docs", "source:docs-repo"}


def sample() -> Registry:
    found = load([OWNERSHIP]).registry
    assert found is not None
    return found


SAMPLE = sample()


class Shift(Desk):
    """A desk of the sample company; alerts and facts come as its senders name them."""

    def __init__(self) -> None:
        super().__init__(SAMPLE, taxonomy=TAXONOMY)

    def hears(
        self, asset: str, alertname: str, *, severity: Severity = Severity.SEV3, ago: float = 0.0
    ) -> None:
        """An alert that began `ago` seconds before; then six seconds pass."""
        labels = {"alertname": alertname} if asset == NOMAD else {"alertname": alertname, "asset": asset}
        began = self.clock() - timedelta(seconds=ago)
        said = report(f"{asset} {alertname}", on=labels, severity=severity, title=alertname, began=began)
        self.take(said)
        self.wait(seconds=6)

    def learns(self, fact: Fact) -> None:
        draft, scene = Draft(self.picture), self.scene()
        notice(draft, scene, [fact])
        settle(draft, scene)
        self._keep(draft)

    def changed(self, asset: str) -> None:
        change = Change(subject=asset, kind="deploy", at=self.clock(), key=f"change of {asset}")
        self.learns(of_change(change, asset, "ci"))

    def ran(self, asset: str, state: str) -> None:
        self.learns(of_run(Run(subject=asset, run="1", state=state, at=self.clock()), asset, "airflow"))

    def together(self) -> Suspicion:
        """What would be held of all that is open, were it one incident."""
        parts = [part for one in self.open() for part in self.picture.involved[one.number].values()]
        assert self.suspector is not None
        found = self.suspector.suspect(parts, self.picture.facts.values(), self.clock())
        assert found is not None
        return found

    @property
    def team(self) -> str:
        return self.incident().route.team

    @property
    def first(self) -> str:
        return self.together().suspects[0].asset


@pytest.mark.parametrize("ago", [0, 300, 1200])
@pytest.mark.parametrize("alertname", ["FaithfulnessLow", "LatencyHigh", "GibberishRate", "ErrorRateHigh"])
def test_a_handler_alone_stays_with_its_owner_and_accuses_nobody(alertname: str, ago: float) -> None:
    desk = Shift()
    desk.hears(BACKUP, alertname, ago=ago)
    assert desk.incident().route.asset == BACKUP
    assert desk.team == "team:backup"
    assert all(one.probability < 0.5 for one in desk.together().suspects if one.asset != BACKUP)


def test_two_handlers_that_share_only_an_index_point_to_the_data() -> None:
    desk = Shift()
    desk.hears(SEARCH, "FaithfulnessLow")
    desk.hears(SUPPORT, "FaithfulnessLow")
    held = desk.together()
    of_data = sum(one.probability for one in held.suspects if one.asset in DATA)
    rest = [one for one in held.suspects if one.asset not in DATA]
    assert of_data > 0.7
    assert held.suspects[0].asset in DATA
    assert all(one.probability < 0.1 for one in rest if one.asset.startswith(("model", "prompt")))


def test_two_handlers_that_share_only_a_model_point_to_it_when_both_talk_gibberish() -> None:
    desk = Shift()
    desk.hears(BACKUP, "GibberishRate", severity=Severity.SEV2)
    desk.hears(ADVISOR, "GibberishRate", severity=Severity.SEV2)
    assert desk.first == "model:chat-large"
    assert desk.together().teams[0][0] == "team:platform", "the vendor's liaison"


def test_two_slow_handlers_that_share_a_model_and_a_cluster_go_to_the_team_of_both() -> None:
    desk = Shift()
    desk.hears(BACKUP, "LatencyHigh")
    desk.hears(ADVISOR, "LatencyHigh")
    held = desk.together()
    assert {one.asset for one in held.suspects[:2]} == {"model:chat-large", "service:assistants"}
    assert held.teams[0][0] == "team:platform"


def test_a_prompt_changed_five_minutes_before_is_the_first_suspect() -> None:
    desk = Shift()
    desk.changed("prompt:backup")
    desk.wait(minutes=5)
    desk.hears(BACKUP, "FaithfulnessLow")
    assert desk.first == "prompt:backup"
    assert "a deploy change 5 min before the symptom" in desk.incident().route.reason.sentence
    assert desk.incident().route.reason.sentence.count("prompt:backup") == 1


@pytest.mark.parametrize("loud", [False, True])
@pytest.mark.parametrize("alertname", ["HeartbeatMissed", "PipelineSilent", "DocumentVolumeLow"])
def test_a_quiet_pipeline_behind_a_handler_leads_however_loud_its_scheduler(
    alertname: str, *, loud: bool
) -> None:
    desk = Shift()
    if loud:
        desk.hears(NOMAD, "NomadStatus", severity=Severity.SEV2)
    desk.hears(INGEST, alertname)
    desk.hears(BACKUP, "FaithfulnessLow")
    assert (desk.team, desk.first) == ("team:docs-data", INGEST)
    desk.wait(seconds=90)
    desk.hears(SUPPORT, "FaithfulnessLow")
    assert (desk.team, desk.first) == ("team:docs-data", INGEST)
    said = desk.incident().route.reason.sentence
    assert f"it explains that {BACKUP} gives ungrounded answers by way of index:docs" in said
    assert "its own alert says that it" in said


def test_a_pipeline_that_falls_silent_after_its_handler_did_takes_the_incident_over() -> None:
    desk = Shift()
    desk.hears(BACKUP, "FaithfulnessLow")
    assert desk.team == "team:backup"
    desk.wait(minutes=1)
    desk.hears(INGEST, "HeartbeatMissed")
    assert desk.team == "team:docs-data"


def test_a_scheduler_alone_is_its_own_suspect() -> None:
    desk = Shift()
    desk.hears(NOMAD, "NomadStatus", severity=Severity.SEV2)
    assert (desk.team, desk.first) == ("team:platform", NOMAD)


@pytest.mark.parametrize("loud", [False, True])
def test_all_pipelines_of_a_scheduler_silent_point_to_it(*, loud: bool) -> None:
    desk = Shift()
    if loud:
        desk.hears(NOMAD, "NomadStatus", severity=Severity.SEV2)
    for pipeline in PIPELINES:
        desk.hears(pipeline, "HeartbeatMissed")
    held = desk.together()
    assert held.suspects[0].asset == NOMAD
    assert held.suspects[0].probability > 0.9


def test_a_judge_changed_before_all_that_it_judges_fell_is_the_suspect() -> None:
    desk = Shift()
    desk.changed(JUDGE)
    desk.wait(minutes=5)
    desk.hears(BACKUP, "FaithfulnessLow")
    desk.hears(SUPPORT, "FaithfulnessLow")
    assert (desk.team, desk.first) == ("team:evals", JUDGE)


def test_votes_of_a_few_raters_are_the_feeds() -> None:
    desk = Shift()
    desk.hears(SUPPORT, "ThumbsDownHigh")
    desk.hears("feed:thumbs", "RatingsConcentrated")
    assert (desk.team, desk.first) == ("team:evals", "feed:thumbs")


@pytest.mark.parametrize("hours", [0, 3])
def test_a_run_that_failed_upstream_raises_its_pipeline_without_any_alert(hours: float) -> None:
    desk = Shift()
    desk.ran(INGEST, "failed")
    desk.wait(hours=hours, minutes=2)
    desk.hears(BACKUP, "FaithfulnessLow")
    assert (desk.team, desk.first) == ("team:docs-data", INGEST)


def test_a_run_that_completed_before_the_symptom_clears_nobody_and_one_after_it_does() -> None:
    def chance(minutes: float) -> float:
        desk = Shift()
        if minutes < 0:
            desk.ran(INGEST, "completed")
            desk.wait(minutes=-minutes)
        desk.hears(BACKUP, "FaithfulnessLow")
        if minutes > 0:
            desk.wait(minutes=minutes)
            desk.ran(INGEST, "completed")
        found = desk.together().of(INGEST)
        return found.probability if found else 0.0

    plain = Shift()
    plain.hears(BACKUP, "FaithfulnessLow")
    known = plain.together().of(INGEST)
    assert known is not None
    assert chance(-50) == pytest.approx(known.probability)
    assert chance(1) < known.probability / 1.5


def test_what_did_not_come_yet_counts_more_as_time_passes() -> None:
    desk = Shift()
    desk.hears(BACKUP, "FaithfulnessLow")
    early = desk.together().of(INGEST)
    desk.wait(minutes=5)
    later = desk.together().of(INGEST)
    desk.wait(minutes=5)
    full = desk.together().of(INGEST)
    desk.wait(minutes=50)
    assert early is not None
    assert later is not None
    assert full is not None
    assert early.probability > later.probability > full.probability
    assert desk.together().of(INGEST) == full


def test_the_measure_is_read_before_the_words_that_hide_in_it() -> None:
    suspector = Suspector(SAMPLE, TAXONOMY)
    said = {
        "FaithfulnessLow": "groundedness",
        "GroundednessLow": "groundedness",
        "thumbs_down": "rating",
        "AnswersSlow": "latency",
        "ServiceDown": "down",
        "NoDataFromPipeline": "silent",
        "heartbeat_missed": "silent",
        "traffic_low": "flow",
    }
    assert {name: suspector.trouble({"alertname": name}, "") for name in said} == said


def test_a_lone_alert_names_the_rivals_and_says_that_no_cause_leads() -> None:
    desk = Shift()
    desk.hears(BACKUP, "FaithfulnessLow")
    reason = desk.incident().route.reason
    assert reason.code is Code.SYMPTOM_OWNER
    assert "no cause leads clearly (pipeline:docs-ingest " in reason.sentence


@pytest.mark.parametrize("chronic", [NOMAD, "service:vector-store", "model:embed-small", "prompt:backup"])
def test_a_chronic_alert_does_not_steal_an_incident(chronic: str) -> None:
    def seen(asset: str, trouble: str, rate: float | None = None) -> Observation:
        return Observation(asset=asset, trouble=trouble, severity=Severity.SEV2, started_at=START, rate=rate)

    problem = problem_of(
        SAMPLE,
        (seen(BACKUP, "groundedness"), seen(INGEST, "silent"), seen(chronic, "failure", 0.5)),
        symptom=BACKUP,
        symptom_trouble="groundedness",
        symptom_at=START,
        now=START + timedelta(minutes=1),
    )
    leader = rank(problem, TAXONOMY).leader
    assert leader is not None
    assert leader.asset == INGEST
