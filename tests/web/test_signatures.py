"""For each format that signs: right, wrong, missing, replayed, old, tampered, rotated."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from headwater.core.senders import Credential
from headwater.intake.formats import FORMATS
from web.doors import NOON, House
from web.signing import SIGNED, Signed

KNOWN = sorted({form.name for form in FORMATS.values() if form.signature is not None})


def test_every_format_that_signs_is_tested_here() -> None:
    assert sorted({signed.form for signed in SIGNED.values()}) == KNOWN


async def send(house: House, signed: Signed, headers: Mapping[str, str], body: bytes) -> httpx.Response:
    async with house.open() as client:
        return await client.post(f"/hooks/{signed.form}", content=body, headers=headers)


@pytest.mark.parametrize("signed", SIGNED.values(), ids=SIGNED.keys())
class TestSigned:
    @pytest.fixture
    def house(self, signed: Signed) -> House:
        return House().has("signer", signed.form, secret=signed.secret)

    @pytest.fixture
    def body(self, signed: Signed) -> bytes:
        return FORMATS[signed.form].example

    async def test_the_right_signature_is_accepted(self, house: House, signed: Signed, body: bytes) -> None:
        answer = await send(house, signed, signed.headers(body, NOON), body)
        assert (answer.status_code, house.journal.kept[0].body) == (200, body)

    async def test_a_signature_is_not_kept(self, house: House, signed: Signed, body: bytes) -> None:
        await send(house, signed, signed.headers(body, NOON), body)
        assert not [name for name, _ in house.journal.kept[0].headers if "signature" in name]

    async def test_a_wrong_secret_is_refused(self, house: House, signed: Signed, body: bytes) -> None:
        answer = await send(house, signed, signed.headers(body, NOON, b"another-secret"), body)
        assert (answer.status_code, house.journal.kept) == (401, [])
        assert "does not match" in answer.json()["error"]

    async def test_a_missing_signature_is_refused(self, house: House, signed: Signed, body: bytes) -> None:
        answer = await send(house, signed, {}, body)
        assert (answer.status_code, house.journal.kept) == (401, [])

    @pytest.mark.parametrize("nonsense", ["", "zz", "t=,v1=", "t=x,v1=y", "v1,", "\xe9"])
    async def test_nonsense_for_a_signature_is_refused(
        self, house: House, signed: Signed, body: bytes, nonsense: str
    ) -> None:
        right = signed.headers(body, NOON)
        wrong = [
            (
                name.encode(),
                (
                    nonsense
                    if name.lower().endswith(("signature", "signature-256", "authorization"))
                    else value
                ).encode("latin-1"),
            )
            for name, value in right.items()
        ]
        async with house.open() as client:
            answer = await client.post(f"/hooks/{signed.form}", content=body, headers=wrong)
        assert (answer.status_code, house.journal.kept) == (401, [])

    async def test_a_tampered_body_is_refused(self, house: House, signed: Signed, body: bytes) -> None:
        answer = await send(house, signed, signed.headers(body, NOON), body + b" ")
        assert (answer.status_code, house.journal.kept) == (401, [])

    async def test_the_secret_of_another_sender_of_the_format_is_accepted_as_that_sender(
        self, house: House, signed: Signed, body: bytes
    ) -> None:
        house.has("another", signed.form, secret="c29tZXRoaW5n")
        answer = await send(house, signed, signed.headers(body, NOON), body)
        assert (answer.status_code, house.journal.kept[0].sender) == (200, "signer")

    async def test_an_old_signature_is_refused_where_it_says_its_time(
        self, house: House, signed: Signed, body: bytes
    ) -> None:
        for age in (timedelta(minutes=5, seconds=1), -timedelta(minutes=5, seconds=1)):
            answer = await send(house, signed, signed.headers(body, NOON - age), body)
            assert answer.status_code == (401 if signed.timed else 200)
        answer = await send(house, signed, signed.headers(body, NOON - timedelta(minutes=5)), body)
        assert answer.status_code == 200

    async def test_a_replayed_delivery_is_answered_and_kept_once(
        self, house: House, signed: Signed, body: bytes
    ) -> None:
        headers = signed.headers(body, NOON)
        first, again = [await send(house, signed, headers, body) for _ in range(2)]
        assert (first.status_code, again.status_code) == (200, 200)
        assert len(house.journal.kept) == (1 if signed.keyed else 2)

    async def test_while_a_secret_is_rotated_both_are_good_and_then_only_the_new_one(
        self, house: House, signed: Signed, body: bytes
    ) -> None:
        house.secrets["OLD_SECRET"] = signed.secret
        house.secrets["NEW_SECRET"] = "whsec_bmV3" if "whsec" in signed.secret else "new"
        both = (
            Credential(secret_env="NEW_SECRET"),
            Credential(secret_env="OLD_SECRET", until=NOON + timedelta(hours=24)),
        )
        house.senders[:] = [replace(house.senders[0], credentials=both)]
        assert (await send(house, signed, signed.headers(body, NOON), body)).status_code == 200
        assert (await send(house, signed, signed.headers(body, NOON, b"new"), body)).status_code == 200
        house.pass_time(hours=24)
        assert (await send(house, signed, signed.headers(body, house.now), body)).status_code == 401
        assert (await send(house, signed, signed.headers(body, house.now, b"new"), body)).status_code == 200

    async def test_a_secret_that_is_not_set_is_named(self, house: House, signed: Signed, body: bytes) -> None:
        house.secrets.clear()
        answer = await send(house, signed, signed.headers(body, NOON), body)
        assert answer.status_code == 401
        assert "set SECRET_OF_SIGNER for Headwater" in answer.json()["error"]
