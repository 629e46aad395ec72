"""A provider's Statuspage, through its webhook subscription: incidents of vendors you depend on.

Subscribe this URL on the provider's status page, the token in its query. The incident is the identity;
`resolved` and `postmortem` end it. Name the sender after the provider, and place its alerts on the vendor's
asset with a match rule.
Source: support.atlassian.com/statuspage, webhook notifications (from memory of the documentation).
"""

from typing import Final

from headwater.core.alerts import Delivery, Parsed
from headwater.intake.format import PLAIN_TOKENS, Format, TokenIn
from headwater.intake.mapping import compiled

MAPPING: Final = """\
identity: "{{ incident.id }}"
title: "{{ incident.name }}"
status: "{{ incident.status }}"
firing: [investigating, identified, monitoring]
resolved: [resolved, postmortem, completed]
severity: "{{ incident.impact | default('') }}"
severities: {critical: sev2, major: sev2, minor: sev3, none: sev4}
description: "{{ incident.incident_updates[0].body | default('') }}"
starts_at: "{{ incident.created_at }}"
ends_at: "{{ incident.resolved_at | default('') }}"
link: "{{ incident.shortlink | default('') }}"
labels: {alertname: "{{ incident.name }}", impact: "{{ incident.impact | default('') }}"}
"""


def parse(delivery: Delivery) -> Parsed:
    """What the mapping says."""
    return compiled(MAPPING).read(delivery)


FORMAT: Final = Format(
    name="statuspage",
    title="Statuspage incidents of a provider",
    parse=parse,
    setup=("On the provider's status page: Subscribe, Webhook, {url}?token={token}"),
    tokens=(*PLAIN_TOKENS, TokenIn.QUERY),
    example=(
        b'{"incident":{"id":"try","name":"A try of this sender","status":"investigating","impact":"m'
        b'inor","created_at":"2026-11-21T02:00:00Z"}}'
    ),
)
