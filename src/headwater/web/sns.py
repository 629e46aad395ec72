"""Checks what SNS posts before it is believed: its signature, with Amazon's certificate; and subscribes.

The only requests that go out from a door go to SNS hosts of AWS, without redirects, bounded in size and time.
"""

from collections import OrderedDict
from typing import Final

import httpx

from headwater.intake.certificates import BadCertificate, RsaKey, rsa_key
from headwater.intake.cloudwatch import ENVELOPE, Envelope, is_amazons
from headwater.intake.decoding import UNDECODABLE
from headwater.intake.signatures import from_base64
from headwater.web.refusals import later, unproven

_ALGORITHMS: Final = {"1": "sha1", "2": "sha256"}
_LARGEST: Final = 20_000
_KEPT: Final = 20
_TIMEOUT: Final = httpx.Timeout(5)


class SnsGuard:
    """Give it the one client for going out; it keeps the few certificates it has seen."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._keys: OrderedDict[str, RsaKey] = OrderedDict()

    async def __call__(self, body: bytes) -> None:
        """Returns when the envelope is Amazon's, and confirms a subscription. Raises `Refused`."""
        try:
            envelope = ENVELOPE.decode(body)
        except UNDECODABLE as error:
            raise unproven("The body is no SNS envelope, so nobody has signed it.") from error
        await self._verify(envelope)
        if envelope.type == "SubscriptionConfirmation":
            if not is_amazons(envelope.subscribe_url):
                raise unproven("SubscribeURL is not https on an SNS host of AWS; it is not followed.")
            await self._fetch(envelope.subscribe_url)

    async def _verify(self, envelope: Envelope) -> None:
        algorithm = _ALGORITHMS.get(envelope.signature_version)
        signature = from_base64(envelope.signature.encode())
        if algorithm is None or not signature:
            raise unproven("The SNS message has no signature of version 1 or 2.")
        if not is_amazons(envelope.signing_cert_url):
            raise unproven("SigningCertURL is not https on an SNS host of AWS; it is not fetched.")
        key = await self._key(envelope.signing_cert_url)
        if not key.verifies(signature, envelope.signed_text(), algorithm):
            raise unproven("The signature does not match the SNS message: something changed it on its way.")

    async def _key(self, url: str) -> RsaKey:
        if url not in self._keys:
            try:
                self._keys[url] = rsa_key(await self._fetch(url))
            except BadCertificate as error:
                raise unproven(f"The certificate at SigningCertURL can't be used: {error}.") from error
            while len(self._keys) > _KEPT:
                self._keys.popitem(last=False)
        return self._keys[url]

    async def _fetch(self, url: str) -> bytes:
        found = bytearray()
        try:
            async with self._client.stream("GET", url, timeout=_TIMEOUT, follow_redirects=False) as answer:
                if answer.status_code != 200:
                    raise later(30, f"SNS answered {answer.status_code} where its certificate should be.")
                async for chunk in answer.aiter_bytes():
                    found += chunk
                    if len(found) > _LARGEST:
                        raise unproven("What SNS's URL leads to is too large to be a certificate.")
        except httpx.HTTPError as error:
            raise later(30, f"SNS can't be reached ({type(error).__name__}). Send this again.") from error
        return bytes(found)
