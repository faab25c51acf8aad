"""A made-up public key infrastructure: authorities, people, lists, answers and time stamps, made anew for each run.

Nothing here is secret and nothing is kept. Keys are made once a run and shared, as making them takes time.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

NOW = datetime.now(UTC).replace(microsecond=0)
YEAR = timedelta(days=365)
DAY = timedelta(days=1)


Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@lru_cache(maxsize=64)
def key(name: str) -> Key:
    """A key that goes by `name` in this run: RSA where that begins with ``rsa``, otherwise one that is made quicker."""
    if name.startswith("rsa"):
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1())


@dataclass
class Holder:
    """Somebody with a certificate."""

    cert: x509.Certificate
    key: Key
    issuer: Authority | None = None

    @property
    def der(self) -> bytes:
        """The certificate."""
        return self.cert.public_bytes(serialization.Encoding.DER)

    @property
    def asn1(self) -> asn1_x509.Certificate:
        """The certificate as pyHanko wants it."""
        return asn1_x509.Certificate.load(self.der)

    @property
    def asn1_key(self) -> asn1_keys.PrivateKeyInfo:
        """The key as pyHanko wants it."""
        der = self.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return asn1_keys.PrivateKeyInfo.load(der)

    def chain(self) -> list[Holder]:
        """Those above, without the root."""
        above: list[Holder] = []
        one = self.issuer
        while one is not None and one.holder.issuer is not None:
            above.append(one.holder)
            one = one.holder.issuer
        return above

    def signer(self, with_chain: bool = True) -> SimpleSigner:
        """What signs with this key."""
        store = SimpleCertificateStore.from_certs([one.asn1 for one in self.chain()] if with_chain else [])
        return SimpleSigner(signing_cert=self.asn1, signing_key=self.asn1_key, cert_registry=store)

    def stamper(self, at: datetime | None = None) -> DummyTimeStamper:
        """An authority for time stamps that says it is `at`."""
        store = SimpleCertificateStore.from_certs([one.asn1 for one in self.chain()])
        return DummyTimeStamper(tsa_cert=self.asn1, tsa_key=self.asn1_key, certs_to_embed=store, fixed_dt=at)

    def p12(self, password: bytes) -> bytes:
        """As a PKCS#12 file."""
        above = [one.cert for one in self.chain()]
        secret = serialization.BestAvailableEncryption(password)
        return pkcs12.serialize_key_and_certificates(b"sohoa", self.key, self.cert, above, secret)


@dataclass
class Authority:
    """Somebody who issues certificates."""

    holder: Holder
    revoked: dict[int, datetime] = field(default_factory=dict)
    """Number of a certificate → when it was revoked."""
    issued: int = 1000

    @classmethod
    def root(cls, name: str = "Chứng thực số Quốc gia (thử)") -> Authority:
        """One that nobody is above of."""
        own = key(name)
        cert = _builder(_name(name, "Bộ thử nghiệm"), own, NOW - 10 * YEAR, NOW + 20 * YEAR, 1)
        cert = _ca(cert.issuer_name(_name(name, "Bộ thử nghiệm")), own)
        return cls(Holder(cert.sign(own, hashes.SHA256()), own))

    def below(
        self, name: str = "CA cơ quan nhà nước (thử)", until: datetime | None = None, key_name: str = ""
    ) -> Authority:
        """An authority whose certificate this one issued."""
        own = key(key_name or name)
        builder = self._issue(_name(name, "Cục thử nghiệm"), own, NOW - 9 * YEAR, until or NOW + 15 * YEAR)
        return Authority(self._signed(_ca(builder, own), own))

    def person(
        self,
        name: str = "Nguyễn Thị Hòa",
        organisation: str = "Ủy ban nhân dân xã Mỹ Thạnh",
        *,
        first: datetime | None = None,
        last: datetime | None = None,
        crl_url: str = "http://crl.invalid/ca.crl",
        ocsp_url: str = "",
        key_name: str = "",
        signs: bool = True,
    ) -> Holder:
        """Somebody who signs documents (or not: `signs`); empty addresses: nothing is said of where to ask."""
        own = key(key_name or "person")
        builder = self._issue(_name(name, organisation), own, first or NOW - YEAR, last or NOW + 2 * YEAR)
        usage = _usage(digital_signature=signs, content_commitment=signs, key_encipherment=not signs)
        builder = builder.add_extension(usage, critical=True)
        if crl_url:
            point = x509.DistributionPoint([x509.UniformResourceIdentifier(crl_url)], None, None, None)
            builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        if ocsp_url:
            access = x509.AccessDescription(
                AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(ocsp_url)
            )
            builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
        return self._signed(builder, own)

    def time_stamps(self, name: str = "TSA thử", first: datetime | None = None, last: datetime | None = None) -> Holder:
        """Somebody who makes time stamps."""
        own = key("rsa of time stamps")
        builder = self._issue(_name(name, "Cục thử nghiệm"), own, first or NOW - 8 * YEAR, last or NOW + 10 * YEAR)
        builder = builder.add_extension(_usage(digital_signature=True), critical=True)
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        return self._signed(builder.add_extension(usage, critical=True), own)

    def revoke(self, holder: Holder, at: datetime) -> None:
        """Say on lists from now on that a certificate was revoked `at`."""
        self.revoked[holder.cert.serial_number] = at

    def crl(self, at: datetime | None = None, until: datetime | None = None) -> bytes:
        """The list of revoked certificates as of `at` (DER)."""
        made = at or NOW - timedelta(hours=1)
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.holder.cert.subject)
        builder = builder.last_update(made).next_update(until or made + 30 * DAY)
        builder = builder.add_extension(x509.CRLNumber(1), critical=False).add_extension(_above(self.holder), False)
        for number, since in self.revoked.items():
            entry = x509.RevokedCertificateBuilder().serial_number(number).revocation_date(since)
            builder = builder.add_revoked_certificate(
                entry.add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), critical=False).build()
            )
        return builder.sign(self.holder.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def ocsp(self, holder: Holder, at: datetime | None = None) -> bytes:
        """The answer of this authority's OCSP server about a certificate (DER)."""
        made, since = at or NOW - timedelta(hours=1), self.revoked.get(holder.cert.serial_number)
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=holder.cert,
            issuer=self.holder.cert,
            algorithm=hashes.SHA1(),
            cert_status=ocsp.OCSPCertStatus.REVOKED if since else ocsp.OCSPCertStatus.GOOD,
            this_update=made,
            next_update=made + 7 * DAY,
            revocation_time=since,
            revocation_reason=None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self.holder.cert)
        return builder.sign(self.holder.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def _issue(self, subject: x509.Name, own: Key, first: datetime, last: datetime) -> x509.CertificateBuilder:
        self.issued += 1
        builder = _builder(subject, own, first, last, self.issued).issuer_name(self.holder.cert.subject)
        return builder.add_extension(_above(self.holder), critical=False)

    def _signed(self, builder: x509.CertificateBuilder, own: Key) -> Holder:
        return Holder(builder.sign(self.holder.key, hashes.SHA256()), own, self)


def alone(name: str = "Người lạ") -> Holder:
    """Somebody who made the own certificate."""
    own = key("alone")
    subject = _name(name, "Không ai")
    builder = _builder(subject, own, NOW - YEAR, NOW + YEAR, 7).issuer_name(subject)
    builder = builder.add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
    return Holder(builder.sign(own, hashes.SHA256()), own)


@contextmanager
def served(answers: dict[str, tuple[str, bytes]] | None = None, stamps: Holder | None = None) -> Iterator[Served]:
    """A server on this machine that gives lists and answers by path, and time stamps under ``/tsa``."""
    made = _server(answers or {}, stamps)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    try:
        yield Served(f"http://127.0.0.1:{made.server_port}", made)
    finally:
        made.shutdown()
        made.server_close()
        thread.join()


@dataclass
class Served:
    """A server that runs."""

    url: str
    server: Any

    @property
    def asked(self) -> Sequence[str]:
        """What was asked for, in order."""
        return tuple(self.server.asked)


def _server(answers: dict[str, tuple[str, bytes]], stamps: Holder | None) -> ThreadingHTTPServer:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._give(*answers.get(self.path, ("", b"")))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/tsa" and stamps is not None:
                made = stamps.stamper().request_tsa_response(tsp.TimeStampReq.load(body))
                self._give("application/timestamp-reply", made.dump())
            else:
                self._give(*answers.get(self.path, ("", b"")))

        def _give(self, kind: str, content: bytes) -> None:
            self.server.asked.append(self.path)  # type: ignore[attr-defined]
            self.send_response(200 if kind else 404)
            self.send_header("Content-Type", kind or "text/plain")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    made = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    made.asked = []  # type: ignore[attr-defined]
    return made


def _name(name: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def _builder(subject: x509.Name, own: Key, first: datetime, last: datetime, number: int) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).public_key(own.public_key()).serial_number(number)
    builder = builder.not_valid_before(first).not_valid_after(last)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)


def _ca(builder: x509.CertificateBuilder, own: Key) -> x509.CertificateBuilder:
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return builder.add_extension(_usage(key_cert_sign=True, crl_sign=True, digital_signature=True), critical=True)


def _above(holder: Holder) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(holder.key.public_key())


def _usage(**wanted: bool) -> x509.KeyUsage:
    names = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement "
        "key_cert_sign crl_sign encipher_only decipher_only"
    ).split()
    return x509.KeyUsage(**dict.fromkeys(names, False) | wanted)
