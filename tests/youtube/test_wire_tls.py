"""Over TLS the certificate is checked before anything is sent."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import create_server

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app.youtube.errors import ApiError, ErrorKind
from app.youtube.wire import Wire
from tests.youtube.rude_server import http

KEY = "AIzaSyCanary0123456789abcdefghijklmnopq"
PARAMS = {"part": "snippet", "id": "x"}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost that signs itself, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(1))
        .not_valid_after(now + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "localhost.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(signed.public_bytes(Encoding.PEM) + private)
    return file


@pytest.fixture
def port(certificate: Path) -> Iterator[int]:
    """The port of a server that answers every request on every connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def serve() -> None:
        while True:
            try:
                sock, _ = listening.accept()
            except OSError:
                return
            with suppress(OSError), context.wrap_socket(sock, server_side=True) as line:
                while b"\r\n\r\n" in line.recv(65536):
                    line.sendall(http(b'{"items": [7]}'))

    with create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        with suppress(OSError):
            listening.shutdown(2)
    thread.join(5)


def test_a_certificate_that_nobody_vouches_for_is_refused_before_the_key_is_sent(port: int) -> None:
    with pytest.raises(ApiError) as caught:
        Wire(f"https://localhost:{port}", timeout=5).get("channels.list", PARAMS, KEY)
    assert (caught.value.kind, caught.value.reason) == (ErrorKind.TRANSIENT, "SSLCertVerificationError")
    assert caught.value.sent is False


def test_a_certificate_that_the_machine_trusts_is_accepted_for_its_own_name_only(
    port: int, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    wire = Wire(f"https://localhost:{port}", timeout=5)
    assert [wire.get("channels.list", PARAMS, KEY) for _ in range(2)] == [{"items": [7]}] * 2
    wire.close()
    with pytest.raises(ApiError) as caught:
        Wire(f"https://127.0.0.1:{port}", timeout=5).get("channels.list", PARAMS, KEY)
    assert caught.value.sent is False
