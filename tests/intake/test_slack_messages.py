"""What is read out of messages that other apps post: their layouts, their edits and threads."""

import json
from datetime import timedelta
from typing import Any

import pytest

from headwater.core.alerts import Parsed, Status
from headwater.core.severity import Severity
from headwater.intake.slack_message import key_of, parse
from intake.slack_wire import AT, LATER, TS, changed, delivery, message, pair, read, report, titled
from needs import SHARED

SAMPLES = SHARED / "samples" / "slack"


@pytest.mark.shared
class TestRecorded:
    @staticmethod
    def sample(name: str) -> Parsed:
        return parse(delivery((SAMPLES / f"{name}.json").read_bytes()))

    def test_alertmanagers_default_is_one_alert_from_firing_to_resolved(self) -> None:
        (first,) = self.sample("alertmanager-0.25-default-firing").reports
        (last,) = self.sample("alertmanager-0.25-default-resolved").reports
        assert first.fingerprint == last.fingerprint
        assert (first.status, last.status) == (Status.FIRING, Status.RESOLVED)
        assert first.title == "EvalScoreDrop rag-answerer (prod critical search-quality)"
        assert first.labels["alertname"] == "EvalScoreDrop"
        assert first.labels["entity"] == "rag-answerer"
        assert first.severity is Severity.SEV2
        assert first.link == "http://vm:9093/#/alerts?receiver=slack"
        assert (first.origin, last.origin) == ("C121BEF0C8:1795228175.000001", None)
        assert first.starts_at == AT

    def test_an_edit_resolves_what_the_message_said_before(self) -> None:
        (ended,) = self.sample("alertmanager-update-message-changed").reports
        assert ended.status is Status.RESOLVED
        body = json.loads((SAMPLES / "alertmanager-update-message-changed.json").read_bytes())
        before = body["event"]["previous_message"] | {"channel": "C0ALERTS0"}
        assert report(before).fingerprint == ended.fingerprint
        assert ended.ends_at is not None
        assert ended.ends_at > report(before).starts_at

    def test_grafanas_resolution_leaves_labels_out_and_is_the_same_alert(self) -> None:
        (first,) = self.sample("grafana-unified-default-firing").reports
        (last,) = self.sample("grafana-unified-default-resolved").reports
        assert first.fingerprint == last.fingerprint
        assert first.labels["service"] == "rag-answerer"
        assert first.labels["grafana_folder"] == "LLM"
        assert "grafana_folder" not in last.labels
        assert first.annotations["summary"] == "p95 > 4s"
        assert first.link == "http://grafana.example.com/alerting/grafana/abc123/view"

    def test_grafanas_test_is_no_alert(self) -> None:
        parsed = self.sample("captured-grafana-legacy-v4")
        assert (parsed.reports, parsed.problems) == ((), ())
        assert parsed.remark == "a test of the app's notifications: not an alert"

    def test_grafanas_old_fields_are_numbers(self) -> None:
        raw = (
            (SAMPLES / "captured-grafana-legacy-v4.json").read_bytes().replace(b"Test notification", b"Queue")
        )
        (found,) = parse(delivery(raw)).reports
        assert found.status is Status.FIRING
        assert (found.labels["high_value"], found.labels["higher_value"]) == ("100", "200")
        assert (found.title, found.labels["alertname"]) == ("Queue", "Queue")
        assert found.annotations["error_message"] == "This is only a test"

    @pytest.mark.parametrize("name", ["human-message", "own-message-echo"])
    def test_people_and_we_ourselves_post_no_alerts(self, name: str) -> None:
        parsed = self.sample(name)
        assert (parsed.reports, parsed.problems) == ((), ())
        assert parsed.remark

    def test_every_sample_is_read_without_a_problem(self) -> None:
        for path in sorted(SAMPLES.glob("*.json")):
            parsed = self.sample(path.stem)
            assert parsed.problems == ()
            assert parsed.reports or parsed.remark


class TestLayouts:
    def test_alertmanagers_labels_in_common_change_and_the_group_stays(self) -> None:
        pair(
            titled("[FIRING:3] Latency docs (prod page)"),
            titled("[RESOLVED] Latency docs (eu prod page)", LATER),
        )

    def test_alertmanager_grouped_by_nothing_is_known_by_what_is_in_common(self) -> None:
        first, _ = pair(titled("[FIRING:1]  (Latency prod)"), titled("[RESOLVED]  (Latency prod)", LATER))
        assert first.labels["alertname"] == "Latency"

    def test_a_group_that_is_partly_resolved_still_fires(self) -> None:
        for title in ("[FIRING:1, RESOLVED:2] Latency docs", "[RESOLVED:2 | FIRING:1] Latency docs"):
            assert report(titled(title)).status is Status.FIRING

    def test_alertmanagers_common_templates_list_labels_with_bullets(self) -> None:
        text = (
            "*Alert:* Scores fell - `critical`\n*Description:* judge < 0.7\n*Details:*\n"
            " • *alertname:* `ScoreDrop`\n • *handler:* `backup-assistant`\n • *severity:* `critical`\n"
        )
        found = report(titled("[FIRING:1] ScoreDrop", text=text))
        assert found.labels["handler"] == "backup-assistant"
        assert found.labels["alertname"] == "ScoreDrop"
        assert found.severity is Severity.SEV2
        assert found.annotations["description"] == "judge < 0.7"

    def test_labels_that_differ_within_a_group_say_nothing_of_it(self) -> None:
        text = "Labels:\n - alertname = A\n - pod = one\nLabels:\n - alertname = A\n - pod = two\n"
        labels = report(titled("[FIRING:2] A", text=text)).labels
        assert labels["alertname"] == "A"
        assert "pod" not in labels

    def test_grafanas_no_data_is_a_flow_that_fell_silent(self) -> None:
        text = "**Firing**\nLabels:\n - alertname = DatasourceNoData\n - rulename = Scores\n"
        found = report(titled("[FIRING:1] DatasourceNoData Scores", text=text, footer="Grafana v12.1.0"))
        assert found.labels["symptom"] == "flow"

    def test_grafana_before_its_eighth_version(self) -> None:
        first, _ = pair(
            titled("[Alerting] Queue of docs", footer="Grafana v6.7.1", color="#D63232"),
            titled("[OK] Queue of docs", LATER, footer="Grafana v6.7.1", color="#36a64f"),
        )
        assert first.labels["slack_app"] == "grafana-legacy"
        silent = report(titled("[No Data] Queue of docs", footer="Grafana v6.7.1"))
        assert (silent.status, silent.labels["symptom"]) == (Status.FIRING, "flow")
        assert silent.fingerprint == first.fingerprint

    def test_datadog_by_words_tags_and_priority(self) -> None:
        first = report(
            titled(
                "Triggered: [P2] Error rate is high on service:rag",
                title_link="https://app.datadoghq.com/monitors/123",
                text="*Tags*: env:prod, service:rag, handler:backup-assistant\n@slack-alerts",
                username="Datadog",
            )
        )
        assert first.labels["handler"] == "backup-assistant"
        assert first.labels["env"] == "prod"
        assert first.severity is Severity.SEV2

    @pytest.mark.parametrize(
        ("fires", "ends"),
        [
            ("Triggered: [P2] CPU high on host:web-1", "Recovered: [P2] CPU high on host:web-1"),
            ("[Triggered on {host:web-1}] CPU is at 93.2%", "[Recovered on {host:web-1}] CPU is at 12%"),
            ("Re-Triggered: CPU high", "Recovered: CPU high"),
            ("[Warn] CPU high", "[OK] CPU high"),
            ('ALARM: "docs-age" in EU (Ireland)', 'OK: "docs-age" in EU (Ireland)'),
            ("[P1] [Triggered] docs is late", "[P1] [Resolved] docs is late"),
            ("Problem: disk full", "Resolved: disk full"),
            ("nightly build #12 failed", "nightly build #12 passed"),
            ("docs-ingest is down", "docs-ingest is back up"),
            ("docs-ingest - Failed :x:", "docs-ingest - Success :tada:"),
            (":rotating_light: answers are slow", ":white_check_mark: answers are slow"),
            ("🔥 answers are slow", "✅ answers are slow"),
            ("[Critical] answers are slow", "[Critical] Resolved: answers are slow"),
        ],
    )
    def test_words_of_status_stand_in_many_places(self, fires: str, ends: str) -> None:
        pair(titled(fires, username="Some bot"), titled(ends, LATER, username="Some bot"))
        pair(message(text=fires), message(LATER, text=ends))

    @pytest.mark.parametrize(
        "title", ["DNS name could not be resolved", "Ticket is not resolved", "OK to deploy?", "up and down"]
    )
    def test_a_word_within_a_sentence_is_no_status(self, title: str) -> None:
        found = report(message(text=title))
        assert (found.status, found.title) == (Status.FIRING, title)

    def test_pagerduty_and_opsgenie_and_sentry_are_known_by_their_numbers(self) -> None:
        for link, words in (
            ("https://acme.pagerduty.com/incidents/Q1ABCDEF23", "Triggered #12: Answers are slow"),
            ("https://acme.app.opsgenie.com/alert/detail/8418d193-2dab", "New alert: #12: Answers are slow"),
            ("https://acme.sentry.io/issues/4711/", "Error: Answers are slow"),
        ):
            last = message(LATER, text=f"<{link}|Resolved: another title>")
            pair(message(text=f"<{link}|{words}>"), last)

    def test_acknowledged_at_the_sender_changes_nothing_here(self) -> None:
        text = "<https://acme.pagerduty.com/incidents/Q1ABCDEF23|Acknowledged: Answers are slow>"
        parsed = read(message(text=text))
        assert (parsed.reports, parsed.remark) == ((), "acknowledged or put aside at the sender")

    def test_cloudwatch_through_awss_own_app(self) -> None:
        name = "CloudWatch Alarm | docs-age | eu-west-1 | Account: 123456789012"
        first, _ = pair(
            titled(f":rotating_light: {name}", app_id="A6L22LZNH"),
            titled(f":white_check_mark: {name}", LATER, app_id="A6L22LZNH"),
        )
        assert first.title == "docs-age"
        assert (first.labels["alertname"], first.labels["region"]) == ("docs-age", "eu-west-1")
        assert first.labels["account"] == "123456789012"
        silent = report(titled('INSUFFICIENT_DATA: "docs-age" in EU', username="CloudWatch"))
        assert silent.labels["symptom"] == "flow"

    def test_great_expectations_sends_blocks_and_an_empty_text(self) -> None:
        def validated(status: str, ts: str) -> dict[str, Any]:
            text = (
                f"*Batch Validation Status*: {status}\n*Expectation Suite name*: `docs.fresh`\n"
                "*Data Asset Name*: `docs`\n*Run ID*: `{'run': 7}`\n*Batch ID*: `docs-7`\n"
                "*Summary*: *3* of *5* expectations were met"
            )
            return message(ts, blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": text}}])

        first, _ = pair(validated("Failed :x:", TS), validated("Success :tada:", LATER))
        assert first.title == "Expectations failed: docs.fresh on docs"
        assert (first.labels["dataset"], first.labels["alertname"]) == ("docs", "docs.fresh")

    def test_github_deployments_are_changes_and_its_other_news_nothing(self) -> None:
        who, what = "<https://github.com/ana|ana>", "<https://github.com/acme/rag|main>"
        text = f"{who} successfully deployed {what} to production"
        (change,) = read(message(text=text, app_id="A01BP7R4KNY")).changes
        assert (change.subject, change.kind, change.by, change.at) == ("rag", "deploy", "ana", AT)
        talk = read(message(text="ana opened a pull request", app_id="A01BP7R4KNY"))
        assert (talk.reports, talk.changes) == ((), ())

    def test_anything_else_is_an_alert_with_its_text_and_permalink(self) -> None:
        where = "https://acme.slack.com/archives/C1/p1795228175000001"
        found = report(message(text="The cron of *docs* has not run", username="cron-bot"), permalink=where)
        assert found.title == "The cron of docs has not run"
        assert (found.link, found.annotations["permalink"]) == (where, where)
        assert found.annotations["text"] == "The cron of *docs* has not run"
        assert found.labels["slack_app"] == "cron-bot"
        assert found.severity is Severity.SEV3

    def test_two_alerts_of_one_title_are_told_apart_by_what_they_are_about(self) -> None:
        one = report(titled("Load failed", fields=[{"title": "Pipeline", "value": "docs"}]))
        two = report(titled("Load failed", fields=[{"title": "Pipeline", "value": "invoices"}]))
        assert one.fingerprint != two.fingerprint
        assert one.labels["pipeline"] == "docs"

    def test_the_fields_of_blocks_are_labels(self) -> None:
        fields = [
            {"type": "mrkdwn", "text": "*Handler:*\nbackup-assistant"},
            {"type": "mrkdwn", "text": "*Severity* critical"},
        ]
        blocks = [
            {"type": "header", "text": {"type": "plain_text", "text": "Answers are slow"}},
            {"type": "section", "fields": fields},
        ]
        found = report(message(blocks=blocks))
        assert (found.title, found.severity) == ("Answers are slow", Severity.SEV2)
        assert found.labels["handler"] == "backup-assistant"

    def test_rich_text_is_read_to_its_depth(self) -> None:
        section = [
            {"type": "emoji", "name": "fire"},
            {"type": "text", "text": " Answers are slow "},
            {"type": "link", "url": "https://example.com/d/1", "text": "dashboard"},
        ]
        blocks = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": section}]}]
        found = report(message(blocks=blocks))
        assert found.title == "Answers are slow dashboard"
        assert found.link == "https://example.com/d/1"

    def test_no_preview_is_no_title(self) -> None:
        event = message(attachments=[{"fallback": "[no preview available]", "text": "Answers are slow"}])
        assert report(event).title == "Answers are slow"


class TestTimeAndPlace:
    def test_an_edit_that_fires_again_is_a_new_episode(self) -> None:
        edited = {"ts": LATER}
        again = report(changed(titled("[FIRING:1] A", edited=edited), titled("[RESOLVED] A")))
        assert again.starts_at == AT + timedelta(seconds=300, microseconds=1)
        assert again.origin == f"C1:{TS}"

    def test_an_edit_that_says_the_same_is_nothing(self) -> None:
        parsed = read(changed(titled("[FIRING:1] A"), titled("[FIRING:1] A")))
        assert (parsed.reports, parsed.remark) == ((), "an edit that changed nothing that is said")

    def test_an_edit_to_another_title_ends_what_was_said_before(self) -> None:
        before = titled("Checking docs")
        gone, fires = read(changed(titled("docs failed", edited={"ts": LATER}), before)).reports
        assert (gone.status, gone.fingerprint) == (Status.RESOLVED, report(before).fingerprint)
        assert fires.status is Status.FIRING
        over = report(changed(titled("All is well", color="good"), before))
        assert (over.status, over.fingerprint) == (Status.RESOLVED, report(before).fingerprint)

    def test_a_message_read_later_ends_what_was_known_of_it(self) -> None:
        found = report(titled("All is well", color="good"), was="0123456789abcdef")
        assert (found.fingerprint, found.status) == ("0123456789abcdef", Status.RESOLVED)

    def test_a_reply_ends_the_alert_above_it(self) -> None:
        root = titled("[FIRING:1] A")
        over = report(message(LATER, text="Resolved", thread_ts=TS), root=root)
        assert (over.status, over.fingerprint) == (Status.RESOLVED, report(root).fingerprint)

    @pytest.mark.parametrize(
        ("root", "text"),
        [
            (titled("[FIRING:1] A"), "more of it in the log"),
            (titled("[FIRING:1] A") | {"bot_id": "B2"}, "Resolved"),
            (None, "Resolved"),
        ],
    )
    def test_other_replies_say_nothing(self, root: Any, text: str) -> None:
        more = {"root": root} if root else {}
        assert read(message(LATER, text=text, thread_ts=TS), **more).reports == ()

    @pytest.mark.parametrize(
        "event",
        [
            {"type": "message", "subtype": "message_deleted", "channel": "C1", "deleted_ts": TS, "ts": LATER},
            message(subtype="channel_join", user="U1"),
            changed({"type": "message", "subtype": "tombstone", "ts": TS, "bot_id": "B1"}),
            message(ts="yesterday"),
            {"type": "message", "ts": TS, "bot_id": "B1", "text": "no channel"},
            {},
        ],
    )
    def test_what_is_no_message_is_no_alert(self, event: dict[str, Any]) -> None:
        parsed = read(event)
        assert (parsed.reports, parsed.problems) == ((), ())

    def test_a_message_without_a_name_is_known_by_its_place(self) -> None:
        one, two = report(message(text="")), report(message(LATER, text=""))
        assert one.fingerprint != two.fingerprint
        assert one == report(message(text=""))

    def test_the_key_is_of_what_the_message_says_now(self) -> None:
        one = titled("[FIRING:1] A")
        assert key_of(one) == key_of({**one, "reply_count": 1, "subtype": "bot_message"})
        assert key_of(one) != key_of(titled("[FIRING:2] A"))
        edited = titled("[FIRING:1] A", edited={"ts": LATER})
        assert key_of(changed(edited)) == key_of(edited) != key_of(one)
