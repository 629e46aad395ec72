"""The layouts in which known apps post their alerts, recognised by app id, bot name, link host or title.

A layout says what an alert is called there, so that its firing, its edits and its end are one alert: by the
app's own number where a link has it, else by the title without what changes. What no layout knows is read by
the general rules alone.
Source: recorded messages of Alertmanager 0.25 and Grafana 4 and 12; Great Expectations' slack_renderer; the
others by their documentation.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from headwater.core.alerts import NO_LABELS
from headwater.core.refs import ASSET_KINDS
from headwater.core.severity import SENDERS_WORDS
from headwater.intake.slack_said import Said

Labels = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a layout reads: `identity` makes the fingerprint (empty where there is none); `labels` are added
    to those found in the words, and `title` replaces the headline's.
    """

    identity: tuple[str, ...] = ()
    labels: Mapping[str, str] = NO_LABELS
    title: str = ""
    status: str = ""


Read = Callable[[Said, str, Labels], Named]
"""The message, its headline's name and its labels, to what the layout makes of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How one app's messages are known, and read. Patterns are searched in lower case."""

    name: str
    read: Read
    apps: frozenset[str] = frozenset()
    by: str = ""
    hosts: str = ""
    titles: str = ""

    def fits(self, said: Said) -> bool:
        """Whether the message is this app's."""
        if said.app in self.apps:
            return True
        who = f"{said.by}\n{said.footer}".lower()
        if self.by and re.search(self.by, who):
            return True
        if self.hosts and any(re.search(self.hosts, _host(link)) for link in said.links):
            return True
        return bool(self.titles) and any(re.search(self.titles, title.lower()) for title in said.titles[:2])


def _host(link: str) -> str:
    parts = urlsplit(link)
    return f"{parts.netloc}{parts.path}{'#' + parts.fragment if parts.fragment else ''}".lower()


# -- Alertmanager and Grafana's alerting, whose default titles are alike

_GROUPED: Final = re.compile(r"(?P<group>[^()]*?)\s*(?:\((?P<common>[^()]*)\))?\s*")
_SYMPTOMS: Final[Mapping[str, str]] = MappingProxyType(
    {"DatasourceNoData": "flow", "DatasourceError": "rating"}
)
"""Grafana's own alerts: nothing was measured, or the measuring failed; neither is bad quality."""


def _group(said: Said, name: str, labels: Labels) -> Named:
    """`[FIRING:2] <group labels> (<labels in common>)`. Only the group is the identity: which labels are in
    common changes as alerts come and go, and Grafana leaves them out when all are resolved.
    """
    del said
    found = _GROUPED.fullmatch(name)
    group = " ".join((found["group"] if found else name).split())
    common = (found["common"] or "").split() if found else []
    words = group.split() or common
    added = {"alertname": labels.get("alertname") or (words[0] if words else "")}
    if len(group.split()) == 2:
        # Not named in a title, so only an alias that the registry gives to it can match.
        added["entity"] = labels.get("entity") or group.split()[1]
    severity = next((word for word in common if word.lower() in SENDERS_WORDS), "")
    if severity and "severity" not in labels:
        added["severity"] = severity
    symptom = _SYMPTOMS.get(added["alertname"])
    if symptom is not None:
        added["symptom"] = symptom
    return Named(identity=(group or " ".join(common),), labels=added)


def _legacy(said: Said, name: str, labels: Labels) -> Named:
    del said
    return Named(identity=(name,), labels={"alertname": labels.get("alertname") or name})


# -- those with a number of their own


def _numbered(pattern: str) -> Read:
    numbers = re.compile(pattern)

    def read(said: Said, name: str, labels: Labels) -> Named:
        del labels
        found = next((number for link in said.links if (number := numbers.search(link))), None)
        if found is None:
            found = numbers.search(said.text)
        return Named(identity=("#", found[1]) if found else (_unnumbered(name),), title=_unnumbered(name))

    return read


def _unnumbered(name: str) -> str:
    return (
        re.sub(r"^(?:incident|alert)?\s*#\d+\s*[:\-\u2013\u2014]?\s*", "", name, flags=re.IGNORECASE) or name
    )


def _cloudwatch(said: Said, name: str, labels: Labels) -> Named:
    """`CloudWatch Alarm | <name> | <region> | Account: <id>`, or the subject of the alarm's notification."""
    parts = [part.strip() for part in name.split("|")]
    if len(parts) >= 2 and "alarm" in parts[0].lower():
        account = next((p.partition(":")[2].strip() for p in parts if p.lower().startswith("account")), "")
        region = parts[2] if len(parts) > 2 and not parts[2].lower().startswith("account") else ""
        return _alarm(parts[1], region, account)
    subject = re.fullmatch(r"\"(?P<alarm>[^\"]+)\"(?: in (?P<region>.+))?", name)
    if subject is not None:
        return _alarm(subject["alarm"], subject["region"] or "", "")
    del said
    return _alarm(labels.get("alarm_name") or labels.get("alarm") or name, labels.get("region", ""), "")


def _alarm(alarm: str, region: str, account: str) -> Named:
    found = {"alertname": alarm, "region": region, "account": account}
    return Named(identity=(alarm,), labels={k: v for k, v in found.items() if v}, title=alarm)


def _expectations(said: Said, name: str, labels: Labels) -> Named:
    """All in blocks, with an empty text. The suite on the data asset is the identity, not the run."""
    del said
    asset, suite = labels.get("data_asset_name", ""), labels.get("expectation_suite_name", "")
    title = " on ".join(part for part in (suite, asset) if part) or name
    added = {"alertname": suite, "dataset": asset}
    return Named(
        identity=(asset, suite) if asset or suite else (name,),
        labels={key: value for key, value in added.items() if value},
        title=f"Expectations failed: {title}",
        status=labels.get("batch_validation_status", ""),
    )


IDENTIFYING: Final = frozenset(
    {
        *ASSET_KINDS,
        *("host", "instance", "job", "namespace", "cluster", "environment", "env", "region", "project"),
        *("database", "table", "dataset", "queue", "topic", "collection", "component", "tenant", "check"),
    }
)
"""Labels that tell two alerts of one title apart, where no layout knows better."""


def general(said: Said, name: str, labels: Labels) -> Named:
    """By title, without measurements, and the labels that say what it is about."""
    del said
    about = [f"{key}={labels[key]}" for key in sorted(IDENTIFYING & labels.keys())]
    return Named(identity=(_MEASURED.sub("#", name.lower()), *about) if name else ())


_MEASURED: Final = re.compile(
    r"(?<![\w.-])[<>=~]*\d+(?:[.,]\d+)*\s?(?:%|ms\b|s\b|[kmgt]i?b\b|x\b)|\b\d+\.\d+\b"
)

GENERIC: Final = "generic"

LAYOUTS: Final = (
    Layout(
        name="great-expectations",
        titles=r"batch validation status|expectations? (?:suite|were met)",
        by=r"great.?expectations",
        read=_expectations,
    ),
    Layout(
        name="grafana-legacy",
        by=r"grafana v[1-7]\.",
        titles=r"^\[(?:alerting|no data|paused)\]",
        read=_legacy,
    ),
    Layout(name="grafana", by=r"grafana", hosts=r"/alerting/(?:grafana|silence|list)", read=_group),
    Layout(
        name="alertmanager",
        by=r"alertmanager|prometheus",
        hosts=r"#/(?:alerts|silences)",
        titles=r"^\[(?:firing|resolved)(?::\d+)?\b",
        read=_group,
    ),
    Layout(
        name="cloudwatch",
        apps=frozenset({"A6L22LZNH"}),
        by=r"aws chatbot|amazon q|cloudwatch",
        hosts=r"console\.(?:aws\.amazon|amazonaws)\.com/cloudwatch",
        titles=r"cloudwatch alarm \|",
        read=_cloudwatch,
    ),
    Layout(
        name="datadog",
        by=r"datadog",
        hosts=r"(?:^|\.)(?:datadoghq\.(?:com|eu)|ddog-gov\.com)/",
        titles=r"^\[?(?:re-)?triggered(?::| on)",
        read=general,
    ),
    Layout(
        name="pagerduty",
        apps=frozenset({"A1FKYAUUX"}),
        by=r"pagerduty",
        hosts=r"\.pagerduty\.com/",
        read=_numbered(r"pagerduty\.com/incidents/([A-Z0-9]{5,})"),
    ),
    Layout(
        name="opsgenie",
        by=r"opsgenie",
        hosts=r"opsgenie\.com/|/jsm/ops/",
        read=_numbered(r"/alerts?/(?:detail|show)/([A-Za-z0-9-]{8,})"),
    ),
    Layout(
        name="sentry",
        apps=frozenset({"A011MFBJEUU"}),
        by=r"^sentry",
        hosts=r"(?:^|\.)sentry\.io/",
        read=_numbered(r"/(?:issues|alerts/rules/details)/([A-Za-z0-9]+)"),
    ),
)
"""In the order in which they are tried."""


def layout_of(said: Said) -> tuple[str, Read]:
    """The layout's name, and how it is read."""
    found = next((layout for layout in LAYOUTS if layout.fits(said)), None)
    return (found.name, found.read) if found is not None else (GENERIC, general)
