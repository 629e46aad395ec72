"""Every format there is. A new one is a file in this folder, its samples, and a line here."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from headwater.intake import (
    alertmanager,
    alertmanager_api,
    azure,
    braintrust,
    cloudevents,
    cloudwatch,
    datadog,
    dbt,
    dbt_cloud,
    evidently,
    gcp,
    generic,
    github,
    grafana,
    great_expectations,
    honeycomb,
    kibana,
    langfuse,
    langsmith,
    launchdarkly,
    mapped,
    mlflow,
    monte_carlo,
    newrelic,
    openlineage,
    opik,
    opsgenie,
    otlp,
    pagerduty,
    ping,
    sentry,
    soda,
    standard_webhooks,
    statuspage,
    unleash,
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
            dbt.FORMAT,
            great_expectations.FORMAT,
            soda.FORMAT,
            evidently.FORMAT,
            otlp.FORMAT,
            github.FORMAT,
            mlflow.FORMAT,
            launchdarkly.FORMAT,
            unleash.FORMAT,
            honeycomb.FORMAT,
            newrelic.FORMAT,
            azure.FORMAT,
            gcp.FORMAT,
            kibana.FORMAT,
            statuspage.FORMAT,
            monte_carlo.FORMAT,
            dbt_cloud.FORMAT,
            generic.FORMAT,
            mapped.FORMAT,
        )
    }
)
"""By name, in the order `headwater formats list` shows them."""
