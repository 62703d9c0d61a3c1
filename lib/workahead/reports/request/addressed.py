"""Who gets a report, and how: what ``deliver`` in a definition may hold. Secrets stand in the environment, by name."""

from __future__ import annotations

import re
import string
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

READER = "{reader}"
PLACES = ("title", "period", "reader", "headline", "company")
"""What a subject may name in braces."""
When = Literal["published", "failed", "always"]

_ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+\.[^@\s<>,;\".]+")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise ValueError(f"{text!r} is no e-mail address")
    return text


def _recipient(text: str) -> str:
    return text if text == READER else _address(text)


def _variable(name: str) -> str:
    if not _VARIABLE.fullmatch(name):
        raise ValueError(
            "write the name of an environment variable, such as WORKAHEAD_WEBHOOK: its value stays out of the file"
        )
    return name


def _subject(text: str) -> str:
    try:
        places = [field for _, field, _, _ in string.Formatter().parse(text) if field is not None]
    except ValueError as error:
        raise ValueError(f"{text!r}: {error}") from None
    if not text.isprintable() or any(place not in PLACES for place in places):
        raise ValueError(f"{text!r}: one line, in braces only {', '.join(PLACES)}")
    return text


def _url(text: str) -> str:
    parts = urlsplit(text)
    if not text or not text.isprintable() or parts.password:
        raise ValueError("a folder's URL holds no password; fsspec finds credentials in the environment")
    return text


Address = Annotated[str, AfterValidator(_address)]
Variable = Annotated[str, AfterValidator(_variable)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    when: When = Field("published", description="published, failed or always")


class Email(_Strict):
    """A mail to everybody in ``to``; ``{reader}`` there is the address of the page's own reader."""

    to: tuple[Annotated[str, AfterValidator(_recipient)], ...] = Field(
        (), description="addresses; {reader}: the reader's own, by addresses or address_column"
    )
    to_env: Variable | None = Field(None, description="environment variable with more of them, by comma")
    addresses: dict[str, Address] = Field(default_factory=dict, description="reader: address")
    address_column: str | None = Field(None, description="the accounts' column with the reader's address")
    subject: Annotated[str, AfterValidator(_subject)] | None = Field(
        None, description="in braces: " + ", ".join(PLACES)
    )
    attach: bool = Field(True, description="whether the page is attached; else it is linked")

    @model_validator(mode="after")
    def _to_somebody(self) -> Email:
        if not self.to and not self.to_env:
            raise ValueError("to: nobody; write addresses, or {reader}")
        if READER in self.to and not self.addresses and not self.address_column:
            raise ValueError("to: {reader} needs addresses (reader: address), or address_column")
        return self


class Webhook(_Strict):
    """A message to a chat. Its URL is a secret."""

    url_env: Variable = Field(description="the environment variable that holds the URL")


class Folder(_Strict):
    """A copy of the page's folder, at any URL that fsspec knows: a path, s3://, gs://, az://."""

    url: Annotated[str, AfterValidator(_url)] = Field(description="where to; a path counts from the project")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, given: Any) -> Any:
        return {"url": given} if isinstance(given, str) else given


class Delivery(BaseModel):
    """One entry of ``deliver``: one of the three.

    >>> Delivery(folder="s3://reports/monthly").folder.url
    's3://reports/monthly'
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    email: Email | None = Field(None, description="a mail")
    webhook: Webhook | None = Field(None, description="a message to a chat")
    folder: Folder | None = Field(None, description="a folder or object store")

    @model_validator(mode="before")
    @classmethod
    def _one(cls, given: Any) -> Any:
        if isinstance(given, dict) and len(given) != 1:
            raise ValueError("each entry is one of: email, webhook, folder")
        return given

    @property
    def target(self) -> Email | Webhook | Folder:
        """The one that it is."""
        found = self.email or self.webhook or self.folder
        assert found is not None  # noqa: S101 - _one has seen to it
        return found
