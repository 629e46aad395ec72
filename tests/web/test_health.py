from web.doors import House


async def test_a_living_process_says_so() -> None:
    async with House().open() as client:
        answer = await client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


async def test_it_is_ready_when_every_part_is() -> None:
    async with House(unready={"engine": None, "slack": None}).open() as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "parts": {"engine": "ready", "slack": "ready"}}


async def test_what_is_not_ready_is_named_with_its_sentence() -> None:
    async with House(unready={"engine": None, "database": "The disk is full."}).open() as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "not ready",
        "parts": {"engine": "ready", "database": "The disk is full."},
    }


async def test_what_is_not_served_is_not_found() -> None:
    async with House().open() as client:
        assert (await client.get("/nowhere")).status_code == 404
