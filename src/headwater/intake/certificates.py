"""As much of X.509 as it takes to get an RSA public key out of a certificate, and to check PKCS #1 v1.5.

Verifying needs no secret arithmetic, so Python's own integers do. Source: RFC 8017 8.2.2, RFC 5280 4.1.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_SEQUENCE, _INTEGER, _BITS, _OID, _CONTEXT_0 = 0x30, 0x02, 0x03, 0x06, 0xA0
_RSA: Final = bytes.fromhex("2a864886f70d010101")
_DIGEST_INFO: Final = {
    "sha1": bytes.fromhex("3021300906052b0e03021a05000414"),
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
}
_SMALLEST: Final = 2048


class BadCertificate(Exception):
    """Not a certificate with an RSA key that can be trusted to verify anything."""


@dataclass(frozen=True, slots=True)
class RsaKey:
    """A public key: modulus and exponent."""

    modulus: int
    exponent: int

    def verifies(self, signature: bytes, message: bytes, algorithm: str) -> bool:
        """Whether `signature` is this key's RSASSA-PKCS1-v1_5 of `message` with `sha1` or `sha256`."""
        size = (self.modulus.bit_length() + 7) // 8
        number = int.from_bytes(signature, "big")
        if len(signature) != size or number >= self.modulus:
            return False
        shown = pow(number, self.exponent, self.modulus).to_bytes(size, "big")
        info = _DIGEST_INFO[algorithm] + hashlib.new(algorithm, message).digest()
        expected = b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info
        return hmac.compare_digest(shown, expected)


def rsa_key(pem: bytes) -> RsaKey:
    """The public key of the first certificate in `pem`. Raises `BadCertificate`."""
    _, _, rest = pem.partition(b"-----BEGIN CERTIFICATE-----")
    encoded, end, _ = rest.partition(b"-----END CERTIFICATE-----")
    if not end:
        raise BadCertificate("there is no certificate in it")
    try:
        der = base64.b64decode(b"".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        raise BadCertificate("its base64 is broken") from None
    try:
        return _key(der)
    except (IndexError, StopIteration, ValueError):
        raise BadCertificate("it is not X.509 with an RSA key") from None


def _key(der: bytes) -> RsaKey:
    (certificate,) = _inside(der, _SEQUENCE)
    to_be_signed = list(_parts(next(_parts(certificate))[1]))
    # version [0] is optional; then serial, algorithm, issuer, validity, subject, and the key's information.
    place = 6 if to_be_signed[0][0] == _CONTEXT_0 else 5
    algorithm, bits = _parts(to_be_signed[place][1])
    if next(_parts(algorithm[1])) != (_OID, _RSA) or bits[0] != _BITS:
        raise ValueError
    (numbers,) = _inside(bits[1][1:], _SEQUENCE)
    modulus, exponent = (int.from_bytes(value, "big") for tag, value in _parts(numbers) if tag == _INTEGER)
    if modulus.bit_length() < _SMALLEST or exponent < 3:
        raise BadCertificate(f"its key has only {modulus.bit_length()} bits")
    return RsaKey(modulus, exponent)


def _inside(der: bytes, tag: int) -> list[bytes]:
    return [value for found, value in _parts(der) if found == tag]


def _parts(der: bytes) -> Iterator[tuple[int, bytes]]:
    """The elements of a DER value: tag and contents."""
    at = 0
    while at < len(der):
        tag, length, at = der[at], der[at + 1], at + 2
        if length & 0x80:
            count = length & 0x7F
            length = int.from_bytes(der[at : at + count], "big")
            at += count
        if at + length > len(der):
            raise ValueError
        yield tag, der[at : at + length]
        at += length
