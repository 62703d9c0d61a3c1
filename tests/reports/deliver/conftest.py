"""Published pages, and mail servers on loopback with a certificate of their own."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from delivering import SECRET, Post, report, write_page
from workahead.reports.deliver import Page


@pytest.fixture(autouse=True)
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Charts in words: the picture has a test of its own."""
    monkeypatch.setenv("WORKAHEAD_BROWSER", "no-browser-here")


@pytest.fixture
def page(tmp_path: Path) -> Callable[..., Page]:
    """``page({"email": ...}, reader="Ana", padding=0)``: a published page, and who gets it."""

    def make(*deliver: dict[str, Any], reader: str | None = None, **changes: Any) -> Page:
        place, run = write_page(tmp_path / "published", reader, **changes)
        return Page(place, run, report(*deliver, for_each="csm" if reader else None), tmp_path)

    return make


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A certificate for 127.0.0.1 that only who trusts its file trusts, and the server's side of it."""
    folder = tmp_path_factory.mktemp("authority")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "trusted.pem").write_bytes(pem)
    (folder / "server.pem").write_bytes(private + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return folder / "trusted.pem", context


@pytest.fixture
def post_office(
    monkeypatch: pytest.MonkeyPatch, authority: tuple[Path, ssl.SSLContext]
) -> Iterator[Callable[..., Post]]:
    """``post_office(security="starttls")``: a mail server, and the environment that names it."""
    running: list[Controller] = []

    def open_(security: str = "starttls", offer: str | None = None) -> Post:
        post = Post()
        login = {
            "authenticator": lambda server, session, envelope, mechanism, held: AuthResult(
                handled=False, success=(held.login, held.password) == (b"robot", SECRET.encode())
            ),
            "auth_required": True,
            "auth_require_tls": security != "none",
        }
        if (offer or security) == "tls":  # aiosmtpd counts only STARTTLS as safe enough for a password
            login |= {"auth_require_tls": False}
        controller = Controller(
            post,
            hostname="127.0.0.1",
            port=_free(),
            ssl_context=authority[1] if (offer or security) == "tls" else None,
            tls_context=authority[1] if (offer or security) == "starttls" else None,
            data_size_limit=50_000_000,
            **login,
        )
        controller.start()
        running.append(controller)
        post.port = controller.port
        for name, value in {
            "HOST": "127.0.0.1", "PORT": str(post.port), "SECURITY": security, "USER": "robot", "PASSWORD": SECRET,
            "CA": str(authority[0]),
        }.items():  # fmt: skip
            monkeypatch.setenv(f"WORKAHEAD_SMTP_{name}", value)
        monkeypatch.setenv("WORKAHEAD_MAIL_FROM", "reports@grove.example")
        return post

    yield open_
    for controller in running:
        controller.stop(no_assert=True)


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])
