"""A run as a chat message, in the JSON that Slack takes, and others that do as Slack does."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from workahead.reports.deliver.digest import Digest, card_line, one_line
from workahead.reports.deliver.outcome import NotNow, Refused, Unanswered, harmless
from workahead.reports.deliver.settings import is_here

_FINDINGS = 3
_SECTION = 3000  # characters that Slack takes in a section, 150 in a header


def payload(said: Digest) -> dict[str, Any]:
    """``text`` for notifications and plain receivers, ``blocks`` for Slack. No link is looked up for a preview."""
    subject = mrkdwn(said.subject)
    figures = [f"• {mrkdwn(one_line(card_line(card), 200))}" for card in said.cards]
    words = [f"*This run failed.* {mrkdwn(one_line(said.failure, 1000))}"] if said.failure else []
    words += [mrkdwn(one_line(sentence, 800)) for sentence in said.findings[:_FINDINGS]]
    link = f"<{mrkdwn(said.link)}|Open the page>" if said.link else ""
    about = mrkdwn(one_line(f"{said.company} {said.facts}", 300))
    blocks: list[dict[str, Any]] = [
        {
            "type": "header",
            "text": {"type": "plain_text", "text": one_line(said.subject, 150), "emoji": False},
        }
    ]
    blocks += [_section(text) for text in ("\n".join(figures), "\n\n".join(words), link) if text]
    blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": about, "verbatim": True}]})
    text = "\n".join(part for part in (subject, *figures, *words, link) if part)
    return {"text": text, "blocks": blocks, "unfurl_links": False, "unfurl_media": False, "link_names": False}


def _section(text: str) -> dict[str, Any]:
    # verbatim: no name in it becomes a link or a call to anybody
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:_SECTION], "verbatim": True}}


def mrkdwn(text: str) -> str:
    """Text that calls nobody and links nowhere, in Slack's marks or in the Markdown of those who do as it does.

    >>> mrkdwn("<!channel> R&D"), ascii(mrkdwn("@all [x](http://a)"))
    ('&lt;!channel&gt; R&amp;D', "'@\\\\u2060all [x]\\\\u2060(http://a)'")
    """
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"@(?=\w)", "@\u2060", safe).replace("](", "]\u2060(")


def post(said: Digest, url: str, mark: str, seconds: float) -> None:
    """Post it once. ``mark`` is the same for the same run, for receivers that know Idempotency-Key.

    Raises Refused, NotNow or Unanswered; none of them names more of the URL than its host.
    """
    import requests
    from urllib3.exceptions import NewConnectionError

    parts = urlsplit(url)
    host = parts.hostname or "nowhere"
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here(host)):
        raise Refused("the address must begin with https://")
    try:
        answer = requests.post(
            url,
            json=payload(said),
            headers={"Idempotency-Key": mark},
            timeout=seconds,
            allow_redirects=False,
            stream=True,
        )
    except requests.exceptions.SSLError:
        raise Refused(f"{host}: no safe connection") from None
    except (requests.exceptions.ConnectTimeout, requests.exceptions.ProxyError):
        raise NotNow(f"{host}: no connection") from None
    except requests.exceptions.ConnectionError as error:
        if isinstance(getattr(error.args[0] if error.args else None, "reason", None), NewConnectionError):
            raise NotNow(f"{host}: no connection") from None
        raise Unanswered(f"{host} was sent the message and closed the line without an answer") from None
    except requests.exceptions.Timeout:
        raise Unanswered(f"{host} was sent the message and gave no answer in {seconds:.0f} s") from None
    except requests.exceptions.RequestException as error:
        raise Refused(f"{host}: {type(error).__name__}") from None
    with answer:
        if answer.ok and answer.status_code < 300:
            return
        said_back = harmless(f"{host} answered {answer.status_code} {answer.reason}: {_head(answer)}")
    if answer.status_code == 504:  # a gateway that did not hear from the one behind it
        raise Unanswered(said_back)
    if answer.status_code in (408, 429) or answer.status_code >= 500:
        after = answer.headers.get("Retry-After", "")
        raise NotNow(said_back, float(after) if after.isdigit() else 0)
    raise Refused(said_back)


def _head(answer: Any) -> str:
    try:
        return bytes(answer.raw.read(200)).decode("utf-8", "replace")
    except Exception:  # its status has been said
        return ""
