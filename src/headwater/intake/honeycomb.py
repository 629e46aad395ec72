"""Honeycomb's triggers, through a webhook recipient.

Make a webhook recipient with this URL and the token as its shared secret header, or in a custom header. The
trigger (`id`, else its name) is the identity; `TRIGGERED` fires and `OK` ends it. A group's `handler` becomes
the label of that name.
Source: docs.honeycomb.io webhook recipients, with its default body.
"""

from typing import Final

from headwater.core.alerts import Delivery, Parsed
from headwater.intake.format import Format
from headwater.intake.mapping import compiled

MAPPING: Final = """\
identity: "{{ id | default(name, true) }}"
title: "{{ summary | default(name, true) }}"
status: "{{ status }}"
firing: [TRIGGERED]
resolved: [OK]
description: "{{ description | default('') }}"
link: "{{ result_url | default('') }}"
labels:
  alertname: "{{ name }}"
  handler: "{{ result_groups_triggered[0].Group.handler | default('') }}"
"""


def parse(delivery: Delivery) -> Parsed:
    """What the mapping says."""
    return compiled(MAPPING).read(delivery)


FORMAT: Final = Format(
    name="honeycomb",
    title="Honeycomb triggers",
    parse=parse,
    setup=("Integrations, Webhook: URL {url}, a custom header X-Headwater-Token: {token}."),
    example=(b'{"id":"try","name":"try","status":"TRIGGERED","summary":"A try of this sender"}'),
)
