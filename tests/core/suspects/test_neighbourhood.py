"""The bounded part of a lineage that a problem is made of."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from headwater.core.suspects import Link
from headwater.core.suspects.neighbourhood import Bounds, around


class Web:
    """An adjacency over links; it counts how many it handed out."""

    def __init__(self, *links: Link) -> None:
        self.handed = 0
        self.above: dict[str, list[Link]] = {}
        self.below: dict[str, list[Link]] = {}
        for link in links:
            self.above.setdefault(link.dependent, []).append(link)
            self.below.setdefault(link.upstream, []).append(link)

    def upstream(self, ref: str) -> Iterable[Link]:
        return self._hand(self.above.get(ref, ()))

    def dependents(self, ref: str) -> Iterable[Link]:
        return self._hand(self.below.get(ref, ()))

    def _hand(self, links: Iterable[Link]) -> Iterable[Link]:
        for link in links:
            self.handed += 1
            yield link


def test_it_holds_what_is_upstream_and_witnesses_beside_it() -> None:
    web = Web(
        Link("s", "p", "reads"),
        Link("p", "i", "written_by"),
        Link("i", "a", "uses"),
        Link("i", "b", "uses"),
        Link("a", "page", "calls"),
    )
    refs, links = around(web, {"a"})
    assert refs == ("a", "i", "p", "s", "page", "b")
    assert Link("i", "b", "uses") in links


def test_a_hub_with_fifty_thousand_dependents_costs_no_more_than_the_bounds() -> None:
    hub = [Link("model", f"h{n:05d}", "uses") for n in range(50_000)]
    web = Web(*hub)
    refs, links = around(web, {"h00007", "h00008"}, Bounds(witnesses=3))
    assert set(refs) == {"h00007", "h00008", "model", "h00000", "h00001", "h00002"}
    assert len(links) == 5
    assert web.handed < 100


def test_all_that_alert_are_in_and_there_is_room_for_what_they_share() -> None:
    web = Web(*(Link("index", f"h{n:03d}", "uses") for n in range(400)))
    alerting = {f"h{n:03d}" for n in range(200)}
    refs, _ = around(web, alerting, Bounds(assets=20))
    assert alerting < set(refs)
    assert "index" in refs
    assert len(refs) <= 210


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30), st.integers(1, 12))
def test_it_ends_within_its_bounds_and_its_links_join_its_assets(
    pairs: list[tuple[int, int]], most: int
) -> None:
    web = Web(*(Link(str(up), str(down), "calls") for up, down in pairs))
    refs, links = around(web, {"0"}, Bounds(assets=most))
    assert len(refs) <= max(most, 1 + most // 2)
    assert len(set(refs)) == len(refs)
    assert all(link.upstream in refs and link.dependent in refs for link in links)
