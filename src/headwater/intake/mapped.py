"""Any other JSON, by a mapping that you write, or that `headwater formats learn` proposes and you edit.

The mapping is YAML with Jinja2 in its values; `identity` and `title` are needed:

    identity: "{{ rule.id }}"
    title: "{{ rule.name }} is {{ value }}"
    status: "{{ state }}"
    firing: [bad, critical]
    resolved: [ok]
    severity: "{{ level | default('warning') }}"
    labels: {handler: "{{ tags.handler }}"}
    starts_at: "{{ since }}"

`items: payload.alerts` says that there is a list of them. What a template needs and does not find boxes the
item and tells the admins; it never becomes an alert with a hole in it.
Source: docs/senders.md; jinja.palletsprojects.com for the templates.
"""

from typing import Final

from headwater.core.alerts import Delivery, Parsed, Problem
from headwater.intake.format import MAPPING_HEADER, Format
from headwater.intake.mapping import MappingError, compiled


def parse(delivery: Delivery) -> Parsed:
    """What the mapping makes of it, which the door keeps with the delivery."""
    text = next((value for name, value in delivery.headers if name == MAPPING_HEADER), None)
    if text is None:
        sentence = "This sender has no mapping: remove it, and add it again with --mapping FILE."
        return Parsed(problems=(Problem("$", sentence, delivery.body),))
    try:
        return compiled(text).read(delivery)
    except MappingError as error:
        return Parsed(problems=(Problem("$", str(error), delivery.body),))


FORMAT: Final = Format(
    name="mapped",
    title="Any other JSON, by a mapping of yours",
    parse=parse,
    setup="POST to {url} with Authorization: Bearer {token}.",
    example=b'{"rule":{"id":"try","name":"A try of this sender"},"state":"bad"}',
    example_headers={
        MAPPING_HEADER: "identity: '{{ rule.id }}'\ntitle: '{{ rule.name }}'\nstatus: '{{ state }}'\n"
    },
)
