"""Kibana's rules, through a webhook connector with the body that this page gives.

Make a webhook connector with this URL and the header of the token; give its rule one action that runs for
each alert, and one that runs on recovery, both with the body that `headwater formats show kibana` prints. The
rule and the alert's id are the identity.
Source: elastic.co/guide/en/kibana, rule action variables.
"""

from typing import Final

from headwater.core.alerts import Delivery, Parsed
from headwater.intake.format import Format
from headwater.intake.mapping import compiled

MAPPING: Final = """\
identity: "{{ rule_id }}/{{ alert_id }}"
title: "{{ rule_name }} {{ reason | default('') }}"
status: "{{ action_group }}"
firing: [active, threshold met, fired, default, query matched, critical, warning, no data, nodata]
resolved: [recovered]
severity: "{{ severity | default('') }}"
starts_at: "{{ date | default('') }}"
link: "{{ url | default('') }}"
labels:
  alertname: "{{ rule_name }}"
  tags: "{{ tags | default('') }}"
"""


def parse(delivery: Delivery) -> Parsed:
    """What the mapping says."""
    return compiled(MAPPING).read(delivery)


FORMAT: Final = Format(
    name="kibana",
    title="Kibana rules",
    parse=parse,
    setup=(
        "Connectors, Webhook: POST {url}, header X-Headwater-Token: {token}. In each action this body:\n"
        '{"rule_id":"{{rule.id}}","rule_name":"{{rule.name}}","alert_id":"{{alert.id}}",\n'
        ' "action_group":"{{alert.actionGroupName}}","reason":"{{context.reason}}","date":"{{date}}",\n'
        ' "url":"{{rule.url}}","tags":"{{rule.tags}}"}'
    ),
    example=(b'{"rule_id":"1","rule_name":"A try of this sender","alert_id":"1","action_group":"Active"}'),
)
