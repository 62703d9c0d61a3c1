"""The mail server, and where pages can be opened: from the environment, with every fault said at once."""

from __future__ import annotations

import ipaddress
import os
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from workahead.errors import ConfigError
from workahead.reports.request.addressed import Address

Security = Literal["starttls", "tls", "none"]
MAIL = tuple(
    f"WORKAHEAD_{name}"
    for name in (
        "SMTP_HOST",
        "SMTP_PORT",
        "SMTP_SECURITY",
        "SMTP_USER",
        "SMTP_PASSWORD",
        "MAIL_FROM",
        "BASE_URL",
    )
)
"""The variables that a mail takes from the environment, where no file stands beside them."""
_PORTS = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True)
class MailServer:
    """Where mails go out, as ``WORKAHEAD_SMTP_*`` and ``WORKAHEAD_MAIL_FROM`` say."""

    host: str
    port: int
    security: Security
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    authority: str = ""

    def tls(self) -> ssl.SSLContext:
        """Checks certificate and name; ``authority`` is trusted beside the system's own."""
        context = ssl.create_default_context()
        if self.authority:
            context.load_verify_locations(self.authority)
        return context


def mail_server() -> MailServer:
    """The environment's mail server. Raises ConfigError with all that is missing or unsafe."""
    env = os.environ
    host, sender = env.get("WORKAHEAD_SMTP_HOST", ""), env.get("WORKAHEAD_MAIL_FROM", "")
    security = env.get("WORKAHEAD_SMTP_SECURITY") or "starttls"
    user, password = env.get("WORKAHEAD_SMTP_USER", ""), env.get("WORKAHEAD_SMTP_PASSWORD", "")
    port, authority = env.get("WORKAHEAD_SMTP_PORT", ""), env.get("WORKAHEAD_SMTP_CA", "")
    faults = []
    if not host:
        faults.append("WORKAHEAD_SMTP_HOST is not set: the mail server's name")
    if not is_address(sender):
        faults.append("WORKAHEAD_MAIL_FROM is not set to an address: the sender's")
    if security not in get_args(Security):
        faults.append("WORKAHEAD_SMTP_SECURITY is none of starttls, tls, none")
    elif security == "none" and password and not is_here(host):
        faults.append(
            f"WORKAHEAD_SMTP_SECURITY=none would send the password to {host} for all to read: use starttls or tls"
        )
    if port and not (port.isdigit() and 0 < int(port) < 65536):
        faults.append("WORKAHEAD_SMTP_PORT is no port")
    if bool(user) != bool(password):
        faults.append("of WORKAHEAD_SMTP_USER and WORKAHEAD_SMTP_PASSWORD one is set and one is not")
    if authority and not Path(authority).is_file():
        faults.append("WORKAHEAD_SMTP_CA names no file")
    if faults:
        raise ConfigError("; ".join(faults))
    checked: Security = next(one for one in get_args(Security) if one == security)
    return MailServer(host, int(port or _PORTS[checked]), checked, sender, user, password, authority)


def base_url() -> str | None:
    """Where the published folder is served, without a slash at its end; None where it is not."""
    url = os.environ.get("WORKAHEAD_BASE_URL", "").rstrip("/")
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.password or not url.isprintable():
        raise ConfigError("WORKAHEAD_BASE_URL must be an http(s) address, without a password")
    return url


def is_here(host: str) -> bool:
    """Whether a host is this machine: only then may a secret go over a plain line.

    >>> is_here("127.0.0.1"), is_here("localhost"), is_here("mail.example.com")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def is_address(text: object) -> bool:
    """Whether mail can go there: one address, in letters that every server takes.

    >>> is_address("ana@example.com"), is_address("a@example.com\\r\\nBcc: b@example.com"), is_address("ä@example.com")
    (True, False, False)
    """
    try:
        checked = TypeAdapter(Address).validate_python(text)
    except ValidationError:
        return False
    return checked.isascii() and checked.isprintable() and len(checked) < 255
