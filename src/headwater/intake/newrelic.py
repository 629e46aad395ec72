"""New Relic's workflows, with the default template of a webhook destination.

Make a webhook destination with this URL and the custom header of the token. The issue is the identity; times
are milliseconds. `ACTIVATED` and `CREATED` fire, `CLOSED` ends it; an acknowledgement is remarked.
Source: docs.newrelic.com workflows, the default payload template.
"""

from typing import Final

from headwater.core.alerts import Delivery, Parsed
from headwater.intake.format import Format
from headwater.intake.mapping import compiled

MAPPING: Final = """\
identity: "{{ id }}"
title: "{{ title }}"
status: "{{ state }}"
firing: [ACTIVATED, CREATED]
resolved: [CLOSED, DEACTIVATED]
severity: "{{ priority | default('') }}"
starts_at: "{{ createdAt }}"
ends_at: "{{ updatedAt if state == 'CLOSED' else '' }}"
link: "{{ issueUrl | default('') }}"
labels:
  alertname: "{{ alertConditionNames[0] | default(title) }}"
  entity: "{{ impactedEntities[0] | default('') }}"
  policy: "{{ alertPolicyNames[0] | default('') }}"
"""


def parse(delivery: Delivery) -> Parsed:
    """What the mapping says."""
    return compiled(MAPPING).read(delivery)


FORMAT: Final = Format(
    name="newrelic",
    title="New Relic workflows",
    parse=parse,
    setup=("Destinations, Webhook: URL {url}, a custom header X-Headwater-Token: {token}."),
    example=(
        b'{"id":"try","title":"A try of this sender","state":"ACTIVATED","createdAt":1795226400000,"'
        b'updatedAt":1795226400000}'
    ),
)
