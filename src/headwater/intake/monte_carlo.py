"""Monte Carlo's incidents: freshness, volume and schema of tables.

Add a webhook to a notification with this URL, the token in its query. The incident is the identity; Monte
Carlo does not say that one is over: after its time to live without another, it is quiet.
Source: docs.getmontecarlo.com, webhooks.
"""

from datetime import timedelta
from typing import Final

from headwater.core.alerts import Delivery, Parsed
from headwater.intake.format import PLAIN_TOKENS, Format, TokenIn
from headwater.intake.mapping import compiled

MAPPING: Final = """\
identity: "{{ payload.incident_id }}"
title: "{{ type | replace('_', ' ') }} {{ payload.event_list[0].table_name | default('') }}"
status: firing
link: "{{ payload.url | default('') }}"
labels:
  alertname: "{{ type }}"
  dataset: "{{ payload.event_list[0].table_name | default('') }}"
"""


def parse(delivery: Delivery) -> Parsed:
    """What the mapping says."""
    return compiled(MAPPING).read(delivery)


FORMAT: Final = Format(
    name="monte-carlo",
    title="Monte Carlo incidents",
    parse=parse,
    setup=("Settings, Notifications, Webhook: {url}?token={token}"),
    time_to_live=timedelta(hours=24),
    tokens=(*PLAIN_TOKENS, TokenIn.QUERY),
    example=(
        b'{"type":"freshness_anomalies","payload":{"incident_id":"try","event_list":[{"table_name":"try"}]}}'
    ),
)
