from core.lineages import TEAM, lineage
from headwater.core.registry import Asset, Edge, EdgeType, Person, Registry, Team, assemble

BACKUP = Team(ref="team:backup", name="Backup", members=("person:ana",))


def test_every_asset_is_known_by_its_reference_and_its_aliases() -> None:
    registry = lineage(assets=(Asset(ref="index:docs", owner=TEAM, aliases=("qdrant://docs",)),))
    assert registry.by_alias["qdrant://docs"] == registry.by_alias["index:docs"] == "index:docs"


def test_an_alias_never_takes_another_assets_reference() -> None:
    first = Asset(ref="index:a", owner=TEAM, aliases=("index:b",))
    registry = lineage(assets=(first, Asset(ref="index:b", owner=TEAM)))
    assert registry.by_alias["index:b"] == "index:b"


def test_the_ends_of_an_edge_are_where_trouble_comes_from_and_where_it_shows() -> None:
    uses = Edge("handler:a", EdgeType.USES, "index:b")
    judges = Edge("monitor:a", EdgeType.JUDGES, "handler:b")
    assert (uses.upstream, uses.downstream) == ("index:b", "handler:a")
    assert (judges.upstream, judges.downstream) == ("monitor:a", "handler:b")


def test_each_edge_is_found_from_both_its_ends() -> None:
    registry = lineage("handler:a uses index:b", "monitor:m judges handler:a")
    uses, judges = registry.edges
    assert registry.by_subject["handler:a"] == (uses,)
    assert registry.by_object["handler:a"] == (judges,)
    assert registry.by_downstream["handler:a"] == (uses, judges)
    assert registry.by_upstream["index:b"] == (uses,)


def test_a_slack_id_leads_to_its_person() -> None:
    person = Person(ref="person:ana", slack="U0ANA")
    registry = assemble(
        Registry(
            version="1",
            catch_all=TEAM,
            arbiter=TEAM,
            people={person.ref: person, "person:bo": Person(ref="person:bo")},
        )
    )
    assert registry.by_slack == {"U0ANA": "person:ana"}


def test_a_persons_asset_goes_to_the_persons_team() -> None:
    registry = lineage(teams=(BACKUP,))
    assert registry.team_of("person:ana") is BACKUP
    assert registry.team_of("person:nobody").ref == TEAM


def test_a_vendors_asset_goes_to_its_liaison_and_without_one_to_the_catch_all() -> None:
    registry = lineage(teams=(BACKUP,))
    owned = Asset(ref="model:m", owner="vendor:acme", liaison="team:backup")
    assert registry.responsible_team(owned) is BACKUP
    assert registry.responsible_team(Asset(ref="model:m", owner="vendor:acme")).ref == TEAM


def test_an_asset_is_called_by_its_name_or_its_reference() -> None:
    assert Asset(ref="index:docs", owner=TEAM, name="Docs").title == "Docs"
    assert Asset(ref="index:docs", owner=TEAM).title == "index:docs"
    assert Asset(ref="index:docs", owner=TEAM).kind == "index"
