"""Beyond this machine letters and passwords are said in TLS, to the server that was meant."""

import ssl
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.config.mail import Mail, MailServer
from gateway.letters.posting import Post, Times
from gateway.letters.refusals import PostAway
from tests.gateway.letters.catcher import Catcher, catching

SENDER = Address("", "no-reply", "chikaya.example")


def certificate(folder: Path, address: str) -> Path:
    """A file with a key and a certificate for the machine of that address, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "catcher")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{address}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Of a server whose certificate this machine trusts."""
    path = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return speaking(path)


def speaking(path: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


async def post(catcher: Catcher, *, tls: bool, start_tls: bool) -> None:
    message = EmailMessage()
    message["To"] = Address("", "amina", "example.test")
    message.set_content("Bonjour")
    server = MailServer(
        "127.0.0.1", catcher.port, tls=tls, start_tls=start_tls, user="gate", password="word"
    )
    async with Post(Mail(server, SENDER), times=Times(answer=5.0)).connected() as counter:
        await counter.post(message)


async def test_tls_begins_before_the_password(trusted: ssl.SSLContext) -> None:
    async with catching() as catcher:
        catcher.tls, catcher.extensions = trusted, ("STARTTLS", "AUTH PLAIN")
        await post(catcher, tls=False, start_tls=True)
    verbs = [line.partition(" ")[0] for line in catcher.said]
    assert verbs == ["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"]
    assert len(catcher.caught) == 1


async def test_all_can_be_said_in_tls(trusted: ssl.SSLContext) -> None:
    async with catching(trusted) as catcher:
        catcher.extensions = ("AUTH PLAIN",)
        await post(catcher, tls=True, start_tls=False)
    assert len(catcher.caught) == 1


@pytest.mark.parametrize("start_tls", [True, False])
@pytest.mark.parametrize("flaw", ["of another machine", "of nobody known"])
async def test_a_server_that_is_not_the_one_meant_is_told_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flaw: str, *, start_tls: bool
) -> None:
    path = certificate(tmp_path, "127.0.0.2" if flaw == "of another machine" else "127.0.0.1")
    if flaw == "of another machine":
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
    context = speaking(path)
    async with catching(None if start_tls else context) as catcher:
        catcher.tls, catcher.extensions = context, ("STARTTLS", "AUTH PLAIN")
        with pytest.raises(PostAway) as away:
            await post(catcher, tls=not start_tls, start_tls=start_tls)
    assert away.value.refusal == "SERVER_UNAVAILABLE"
    assert {line.partition(" ")[0] for line in catcher.said} <= {"EHLO", "STARTTLS"}
