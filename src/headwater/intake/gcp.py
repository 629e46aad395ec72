"""Google Cloud Monitoring's incidents, through a webhook notification channel.

Add a webhook channel with this URL, and basic authentication with the token as the password. The incident is
the identity; times are seconds; `closed` ends it.
Source: cloud.google.com/monitoring/support/notification-options, webhook schema 1.2.
"""

from typing import Final

from headwater.core.alerts import Delivery, Parsed
from headwater.intake.format import Format
from headwater.intake.mapping import compiled

MAPPING: Final = """\
identity: "{{ incident.incident_id }}"
title: "{{ incident.policy_name | default(incident.condition_name, true) }}: {{ incident.condition_name }}"
status: "{{ incident.state }}"
firing: [open]
resolved: [closed]
severity: "{{ incident.severity | default('') }}"
description: "{{ incident.summary | default('') }}"
starts_at: "{{ incident.started_at }}"
ends_at: "{{ incident.ended_at | default('') }}"
link: "{{ incident.url | default('') }}"
labels:
  alertname: "{{ incident.policy_name | default('') }}"
  handler: "{{ incident.metric.labels.handler | default('') }}"
  service: "{{ incident.resource.labels.service_name | default('') }}"
  team: "{{ incident.policy_user_labels.team | default('') }}"
"""


def parse(delivery: Delivery) -> Parsed:
    """What the mapping says."""
    return compiled(MAPPING).read(delivery)


FORMAT: Final = Format(
    name="gcp",
    title="Google Cloud Monitoring",
    parse=parse,
    setup=(
        "Alerting, Edit notification channels, Webhooks: URL {url}, basic auth with the password {token}."
    ),
    example=(
        b'{"version":"1.2","incident":{"incident_id":"try","state":"open","policy_name":"Try","condi'
        b'tion_name":"A try of this sender","started_at":1795226400}}'
    ),
)
