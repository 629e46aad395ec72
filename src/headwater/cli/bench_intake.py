"""`headwater bench intake`: how quickly each format is read."""

import timeit
from typing import TYPE_CHECKING, Final

import typer

if TYPE_CHECKING:
    from headwater.intake.format import Format

_LEAST: Final = 0.02
_ALERTS: Final = 100


def intake() -> None:
    """Measure how long each format takes to read its example; for lists of alerts, one alert of a hundred."""
    from headwater.intake.formats import FORMATS

    for form in FORMATS.values():
        seconds, items = measured(form)
        typer.echo(f"{form.name:<20} {seconds * 1e6:>9.1f} us a delivery {items / seconds:>12,.0f} items/s")


def measured(form: "Format") -> tuple[float, int]:
    """Seconds a delivery, and how many items it holds."""
    from headwater.clock import system_clock
    from headwater.core.alerts import Delivery

    sample = Delivery(
        sender="bench",
        format=form.name,
        received_at=system_clock(),
        body=_many(form),
        path=form.paths[0].tail,
        headers=tuple(form.example_headers.items()),
    )
    parsed = form.parse(sample)
    items = sum(len(each) for each in (parsed.reports, parsed.readings, parsed.runs, parsed.changes)) or 1
    timer = timeit.Timer(lambda: form.parse(sample))
    times, taken = 1, timer.timeit(1)
    while taken < _LEAST:
        times *= 2
        taken = timer.timeit(times)
    return taken / times, items


def _many(form: "Format") -> bytes:
    """The example, with its alerts a hundred times where it is a list of them."""
    import json

    try:
        body = json.loads(form.example)
    except ValueError:
        return form.example
    if isinstance(body, list):
        return json.dumps(body * _ALERTS).encode()
    if isinstance(body.get("alerts"), list):
        return json.dumps(body | {"alerts": body["alerts"] * _ALERTS}).encode()
    return form.example
