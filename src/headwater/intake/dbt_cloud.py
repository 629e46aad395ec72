"""dbt Cloud's webhooks: job runs that errored, completed or were cancelled.

Add a webhook with this URL for *Run completed* and *Run errored*, and give Headwater its secret key: it signs
`Authorization` with HMAC-SHA256 of the body. The job is the identity; its next good run ends the alert.
Source: docs.getdbt.com/docs/deploy/webhooks.
"""

from typing import Final

from headwater.core.alerts import Delivery, Parsed
from headwater.intake.format import Format
from headwater.intake.mapping import compiled
from headwater.intake.signatures import over_body

MAPPING: Final = """\
identity: "{{ accountId }}/{{ data.jobId }}"
title: "dbt job {{ data.jobName }}: {{ data.runStatus }}"
status: "{{ 'over' if data.runStatus == 'Success' else eventType }}"
firing: [job.run.errored]
resolved: [over]
starts_at: "{{ data.runErroredAt | default(data.runFinishedAt | default(timestamp), true) }}"
description: "{{ data.runStatusMessage | default('') }}"
labels:
  alertname: "{{ data.jobName }}"
  job_name: "{{ data.jobName }}"
  project: "{{ data.projectName | default('') }}"
  environment: "{{ data.environmentName | default('') }}"
"""


def parse(delivery: Delivery) -> Parsed:
    """What the mapping says."""
    return compiled(MAPPING).read(delivery)


FORMAT: Final = Format(
    name="dbt-cloud",
    title="dbt Cloud job runs",
    parse=parse,
    setup=(
        "Account settings, Webhooks, Create: endpoint {url}; put its secret key into this sender's variable."
    ),
    tokens=(),
    signature=over_body("authorization"),
    example=(
        b'{"accountId":1,"eventType":"job.run.errored","timestamp":"2026-11-21T02:00:00Z","data":{"j'
        b'obId":"1","jobName":"try","runStatus":"Errored"}}'
    ),
)
