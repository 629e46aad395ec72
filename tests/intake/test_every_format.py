"""What holds for all formats; what each makes of its samples stands in its own file."""

import copy
import inspect
import json
import random
import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.core.alerts import Delivery
from headwater.intake.format import Format
from headwater.intake.formats import FORMATS
from intake.recorded import DATA, all_recorded, delivery_of

FOLDERS = {
    "alertmanager": ("alertmanager-webhook",),
    "alertmanager-api": ("prometheus-direct", "amtool-direct"),
    "pagerduty": ("alertmanager-pagerduty", "pagerduty-python"),
    "opsgenie": ("alertmanager-opsgenie",),
    "cloudevents": ("cloudevents-sdk",),
    "standard-webhooks": ("openai-standardwebhooks",),
    "github": ("github-webhooks",),
    "mlflow": ("mlflow-webhooks",),
    "openlineage": ("openlineage-dbt",),
    "otlp": ("otlp-json",),
    "ping": ("healthchecks-pings",),
}
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def samples(form: Format) -> Iterator[Delivery]:
    yield delivery_of(form.name, form.example, headers=form.example_headers, path=form.paths[0].tail)
    for folder in FOLDERS.get(form.name, ()):
        for request in all_recorded(folder):
            yield request.delivery(form.name)
    for path in sorted((DATA / "documented").glob(f"{form.name}-*.json")):
        if any(path.stem.startswith(f"{other}-") for other in FORMATS if other.startswith(f"{form.name}-")):
            continue
        yield delivery_of(form.name, path.read_bytes())


def changed(delivery: Delivery, body: bytes) -> Delivery:
    return delivery_of(
        delivery.format, body, path=delivery.path, method=delivery.method, headers=dict(delivery.headers)
    )


def places(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place within, outermost first."""
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from places(value, (*path, key))


def put(tree: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A copy with something else at one place."""
    tree = copy.deepcopy(tree)
    at = tree
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return tree


@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda form: form.name)
class TestEach:
    def test_its_samples_are_read_without_a_problem(self, form: Format) -> None:
        for delivery in samples(form):
            parsed = form.parse(delivery)
            assert parsed.problems == ()
            found = parsed.reports or parsed.changes or parsed.readings or parsed.runs or parsed.edges
            assert found or parsed.remark

    def test_whatever_stands_at_any_place_gives_items_or_problems(self, form: Format) -> None:
        drawn = random.Random(form.name)
        strange: list[Any] = [
            None,
            7,
            -1e300,
            10**30,
            "",
            "0001-01-01T00:00:00Z",
            "\u0000",
            True,
            [],
            {},
            [[]],
            {"a": {}},
        ]
        for delivery in samples(form):
            try:
                tree = json.loads(delivery.body)
            except ValueError:
                continue
            spots = list(places(tree))
            for spot in drawn.sample(spots, min(40, len(spots))):
                body = json.dumps(put(tree, spot, drawn.choice(strange))).encode()
                parsed = form.parse(changed(delivery, body))
                for problem in parsed.problems:
                    assert problem.path.startswith("$")
                    assert problem.sentence.endswith(".")
                    assert problem.item

    @given(body=ANY_JSON)
    def test_any_json_gives_items_a_remark_or_a_problem(self, form: Format, body: Any) -> None:
        parsed = form.parse(delivery_of(form.name, body))
        assert parsed is not None

    @given(body=st.binary(max_size=64))
    def test_no_bytes_make_it_raise(self, form: Format, body: bytes) -> None:
        form.parse(delivery_of(form.name, body))

    def test_the_same_delivery_is_read_the_same_twice(self, form: Format) -> None:
        for delivery in samples(form):
            assert form.parse(delivery) == form.parse(delivery)

    def test_times_are_utc_and_fingerprints_are_there(self, form: Format) -> None:
        for delivery in samples(form):
            for report in form.parse(delivery).reports:
                assert report.starts_at.utcoffset() is not None
                assert not report.starts_at.utcoffset()
                assert report.ends_at is None or not report.ends_at.utcoffset()
                assert report.fingerprint

    def test_it_can_prove_its_sender(self, form: Format) -> None:
        assert form.tokens or form.signature is not None

    def test_its_page_says_how_to_set_it_up_and_where_the_facts_come_from(self, form: Format) -> None:
        page = inspect.getdoc(sys.modules[form.parse.__module__]) or ""
        assert "Source:" in page
        assert re.fullmatch(r"[a-z0-9-]+", form.name)
        assert "{url}" in form.setup or "{base}" in form.setup or "{host}" in form.setup
