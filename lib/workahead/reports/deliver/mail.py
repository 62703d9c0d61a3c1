"""A mail to its server, over TLS; and what an answer, or none, means."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from typing import Any

from workahead.reports.deliver.message import wire
from workahead.reports.deliver.outcome import NotNow, Refused, Unanswered, harmless
from workahead.reports.deliver.settings import MailServer

_END = b"\r\n.\r\n"


class _Plain(smtplib.SMTP):
    """Knows whether the last line of the mail has left: from then on the server may have taken it.

    And whether the login was refused: smtplib goes on to other ways to log in, during which many servers hang up.
    """

    handed_over = False
    refusal: smtplib.SMTPAuthenticationError | None = None

    def send(self, s: Any) -> None:
        super().send(s)
        self.handed_over = isinstance(s, bytes) and s.endswith(_END)

    def auth(self, *args: Any, **more: Any) -> tuple[int, bytes]:
        try:
            return super().auth(*args, **more)
        except smtplib.SMTPAuthenticationError as refusal:
            self.refusal = refusal
            raise


class _Encrypted(_Plain, smtplib.SMTP_SSL):
    """The same, with TLS from the first byte."""


def send(mail: EmailMessage, to: str, server: MailServer, seconds: float) -> None:
    """Hand one mail to the server. Raises Refused, NotNow or Unanswered."""
    where, line = f"{server.host}:{server.port}", None
    try:
        line = _connected(server, seconds)
        line.sendmail(server.sender, [to], wire(mail))
    except smtplib.SMTPRecipientsRefused as refusal:
        raise _answered(*refusal.recipients[to]) from None
    except smtplib.SMTPResponseException as refusal:
        raise _answered(refusal.smtp_code, refusal.smtp_error) from None
    except smtplib.SMTPNotSupportedError as refusal:
        raise Refused(f"{where}: {harmless(refusal)}") from None
    except ssl.SSLError as error:  # a certificate that is not trusted, or no TLS at this port
        raise Refused(f"{where}: no safe connection ({harmless(error)})") from None
    except (OSError, smtplib.SMTPException) as error:
        if line is not None and line.handed_over:
            raise Unanswered(f"{where} took the mail and did not say whether it keeps it") from None
        raise NotNow(f"{where}: {harmless(error) or type(error).__name__}") from None
    finally:
        if line is not None:
            with suppress(OSError, smtplib.SMTPException):  # how the talk ends changes nothing
                line.quit()
            line.close()


def _connected(server: MailServer, seconds: float) -> _Plain:
    name = server.sender.rpartition("@")[2]  # this machine's own name is nobody's business
    if server.security == "tls":
        line: _Plain = _Encrypted(server.host, server.port, name, timeout=seconds, context=server.tls())
    else:
        line = _Plain(server.host, server.port, name, timeout=seconds)
    try:
        if server.security == "starttls":
            line.starttls(context=server.tls())
        if server.user:
            line.login(server.user, server.password)
    except BaseException:
        line.close()
        if line.refusal:  # trying again could lock the account
            raise line.refusal from None
        raise
    return line


def _answered(code: int, text: bytes | str) -> Refused | NotNow:
    said = f"{code} {harmless(text)}"
    return NotNow(said) if 400 <= code < 500 else Refused(said)
