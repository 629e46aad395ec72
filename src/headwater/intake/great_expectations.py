"""Great Expectations: the validation result of a checkpoint, posted as JSON.

Post `checkpoint.run().describe()` or a validation result's `to_json_dict()`. A validation of a suite on a
data asset is a reading, and an alert while an expectation fails; its next success ends it. Where only
exceptions were raised, nothing was measured: an unknown reading and no alert.
Source: docs.greatexpectations.io, ExpectationSuiteValidationResult and CheckpointResult (GX 1).
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import msgspec

from headwater.core.alerts import Delivery, Parsed, Reading, Report, Status
from headwater.core.severity import Severity
from headwater.intake.decoding import whole
from headwater.intake.format import Format
from headwater.intake.labelling import digest, text_of, title_of
from headwater.intake.moments import from_text


class _Expectation(msgspec.Struct):
    type: str = ""
    expectation_type: str = ""
    kwargs: dict[str, Any] = {}
    severity: str | None = None


class _Result(msgspec.Struct):
    success: bool | None = None
    expectation_config: _Expectation = msgspec.field(default_factory=_Expectation)
    expectation_type: str = ""
    kwargs: dict[str, Any] = {}
    exception_info: Any = None

    @property
    def words(self) -> str:
        """`expect_column_values_to_not_be_null of id`."""
        config = self.expectation_config
        name = config.type or config.expectation_type or self.expectation_type or "an expectation"
        column = text_of((config.kwargs or self.kwargs).get("column"))
        return f"{name} of {column}" if column else name

    @property
    def raised(self) -> bool:
        """Whether it ended in an exception: GX says so at once, or for each metric it needs."""
        told = self.exception_info
        if not isinstance(told, dict):
            return False
        every = [told, *(each for each in told.values() if isinstance(each, dict))]
        return any(each.get("raised_exception") is True for each in every)


class _Validation(msgspec.Struct):
    success: bool | None = None
    expectations: list[_Result] = []
    results: list[_Result] = []
    meta: dict[str, Any] = {}
    suite_name: str = ""
    asset_name: str = ""
    result_url: str | None = None


class _Body(msgspec.Struct):
    success: bool | None
    run_results: dict[str, _Validation] | None = None
    validation_results: list[_Validation] | None = None
    results: list[_Result] = []
    meta: dict[str, Any] = {}
    suite_name: str = ""


_BODY: Final = msgspec.json.Decoder(_Body)


def parse(delivery: Delivery) -> Parsed:
    """A reading and a report for each validation."""
    return whole(delivery.body, _BODY, lambda body: _read(body, delivery))


def _read(body: _Body, delivery: Delivery) -> Parsed:
    validations = list(_validations(body))
    return Parsed(
        reports=tuple(_report(each, delivery) for each in validations if _state(each) != "unknown"),
        readings=tuple(_reading(each, delivery) for each in validations),
        remark=None if validations else "a checkpoint that validated nothing",
    )


def _validations(body: _Body) -> Iterator[_Validation]:
    if body.run_results is not None:
        yield from body.run_results.values()
    elif body.validation_results is not None:
        yield from body.validation_results
    elif body.results:
        yield _Validation(
            success=body.success, results=body.results, meta=body.meta, suite_name=body.suite_name
        )


def _inner(meta: dict[str, Any], *names: str) -> str:
    for name in names:
        value = meta.get(name)
        if isinstance(value, dict):
            for key in ("data_asset_name", "run_name"):
                if isinstance(value.get(key), str):
                    return str(value[key])
        elif isinstance(value, str):
            return value
    return ""


def _names(each: _Validation) -> tuple[str, str]:
    """Suite and data asset."""
    suite = each.suite_name or _inner(each.meta, "suite_name", "expectation_suite_name") or "a suite"
    asset = each.asset_name or _inner(each.meta, "active_batch_definition", "batch_spec", "data_asset_name")
    return suite, asset


def _failed(each: _Validation) -> list[str]:
    return [one.words for one in _all(each) if one.success is False and not one.raised]


def _all(each: _Validation) -> list[_Result]:
    return each.results or each.expectations


def _state(each: _Validation) -> str:
    if each.success:
        return "ok"
    return "unknown" if not _failed(each) and any(one.raised for one in _all(each)) else "bad"


def _sentence(each: _Validation) -> str:
    suite, asset = _names(each)
    on = f" on {asset}" if asset else ""
    failed = _failed(each)
    if each.success:
        return title_of(f"{suite}{on} holds")
    if _state(each) == "unknown":
        return title_of(f"{suite}{on} could not be checked")
    listed = f": {', '.join(failed[:3])}" if failed else ""
    return title_of(f"{suite}{on} fails {len(failed) or 'some'} expectations{listed}")


def _time(each: _Validation, delivery: Delivery) -> datetime:
    run = each.meta.get("run_id")
    stamp = text_of(run.get("run_time")) if isinstance(run, dict) else None
    return from_text(stamp or _inner(each.meta, "validation_time")) or delivery.received_at


def _report(each: _Validation, delivery: Delivery) -> Report:
    suite, asset = _names(each)
    at = _time(each, delivery)
    return Report(
        fingerprint=digest(suite, asset),
        status=Status.RESOLVED if each.success else Status.FIRING,
        starts_at=at,
        title=_sentence(each),
        labels={"alertname": suite} | ({"dataset": asset} if asset else {}),
        severity=Severity.SEV3,
        ends_at=at if each.success else None,
        link=each.result_url,
    )


def _reading(each: _Validation, delivery: Delivery) -> Reading:
    suite, asset = _names(each)
    return Reading(
        subject=asset or suite,
        quantity="expectations",
        state=_state(each),
        at=_time(each, delivery),
        value=float(len(_failed(each))),
        sentence=_sentence(each),
    )


FORMAT: Final = Format(
    name="great-expectations",
    title="Great Expectations validation results",
    parse=parse,
    setup="In an action of the checkpoint, or after it: POST the result as JSON to {url}\n"
    "with Authorization: Bearer {token}.",
    example=b'{"success":false,"suite_name":"A try of this sender","results":'
    b'[{"success":false,"expectation_config":{"type":"expect_table_row_count_to_be_between"}}]}',
)
