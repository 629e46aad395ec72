"""Bursts of reports for properties: over the cast's assets, and over nothing anybody knows."""

from datetime import timedelta

from hypothesis import strategies as st

from headwater.core.alerts import Report
from headwater.core.severity import Severity
from world import START, report

PLACES = (
    {"handler": "backup-assistant"},
    {"handler": "support-chat"},
    {"handler": "billing"},
    {"pipeline": "docs-ingest"},
    {"pipeline": "invoices"},
    {"index": "docs"},
    {"source": "docs-repo"},
    {"prompt": "backup"},
    {"model": "chat-large"},
    {"alertname": "NomadDown"},
    {"alertname": "Odd"},
)

reports = st.builds(
    lambda n, place, seconds, severity: report(
        f"f{n}-{place}",
        on=PLACES[place],
        began=START + timedelta(seconds=seconds),
        severity=severity,
        title=f"T{n}",
    ),
    st.integers(0, 3),
    st.integers(0, len(PLACES) - 1),
    st.integers(0, 3),
    st.sampled_from([Severity.SEV3, Severity.SEV4]),
)


def once_each(burst: list[Report]) -> list[Report]:
    """One report a fingerprint: a burst of different alerts."""
    return list({one.fingerprint: one for one in burst}.values())
