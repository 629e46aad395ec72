"""Azure Monitor's alerts in the common alert schema, through an action group.

Add a webhook action with this URL, the token in its query because it takes no headers, and turn on the common
alert schema. `Sev0` is the worst. `originAlertId` is the identity; `Resolved` ends it.
Source: learn.microsoft.com, common alert schema definitions.
"""

from typing import Final

from headwater.core.alerts import Delivery, Parsed
from headwater.intake.format import PLAIN_TOKENS, Format, TokenIn
from headwater.intake.mapping import compiled

MAPPING: Final = """\
identity: "{{ data.essentials.originAlertId | default(data.essentials.alertId, true) }}"
title: "{{ data.essentials.alertRule }}"
status: "{{ data.essentials.monitorCondition }}"
firing: [Fired]
resolved: [Resolved]
severity: "{{ data.essentials.severity }}"
severities: {Sev0: sev1, Sev1: sev2, Sev2: sev3, Sev3: sev3, Sev4: sev4}
description: "{{ data.essentials.description | default('') }}"
starts_at: "{{ data.essentials.firedDateTime }}"
ends_at: "{{ data.essentials.resolvedDateTime | default('') }}"
labels:
  alertname: "{{ data.essentials.alertRule }}"
  entity: "{{ data.essentials.configurationItems[0] | default('') }}"
  metric: "{{ data.alertContext.condition.allOf[0].metricName | default('') }}"
  team: "{{ data.customProperties.team | default('') }}"
  handler: "{{ data.customProperties.handler | default('') }}"
"""


def parse(delivery: Delivery) -> Parsed:
    """What the mapping says."""
    return compiled(MAPPING).read(delivery)


FORMAT: Final = Format(
    name="azure",
    title="Azure Monitor (common alert schema)",
    parse=parse,
    setup=("Action group, Webhook: URI {url}?token={token}, enable the common alert schema."),
    tokens=(*PLAIN_TOKENS, TokenIn.QUERY),
    example=(
        b'{"data":{"essentials":{"alertId":"try","alertRule":"A try of this sender","severity":"Sev3'
        b'","monitorCondition":"Fired","firedDateTime":"2026-11-21T02:00:00Z"},"alertContext":{}}}'
    ),
)
