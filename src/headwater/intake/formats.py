"""Every format there is. A new one is a file in this folder, its samples, and a line here."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from headwater.intake import (
    alertmanager,
    alertmanager_api,
    braintrust,
    cloudevents,
    cloudwatch,
    datadog,
    generic,
    github,
    grafana,
    langfuse,
    langsmith,
    launchdarkly,
    mlflow,
    openlineage,
    opik,
    opsgenie,
    otlp,
    pagerduty,
    ping,
    sentry,
    standard_webhooks,
)
from headwater.intake.format import Format

FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        each.name: each
        for each in (
            alertmanager.FORMAT,
            alertmanager_api.FORMAT,
            grafana.FORMAT,
            pagerduty.FORMAT,
            opsgenie.FORMAT,
            datadog.FORMAT,
            cloudwatch.FORMAT,
            sentry.FORMAT,
            langfuse.FORMAT,
            langsmith.FORMAT,
            opik.FORMAT,
            braintrust.FORMAT,
            standard_webhooks.FORMAT,
            cloudevents.FORMAT,
            openlineage.FORMAT,
            ping.FORMAT,
            otlp.FORMAT,
            github.FORMAT,
            mlflow.FORMAT,
            launchdarkly.FORMAT,
            generic.FORMAT,
        )
    }
)
"""By name, in the order `headwater formats list` shows them."""
