"""E-mail behind one function: SMTP, or a maildir on this machine."""

from __future__ import annotations

import os
import smtplib
from email.header import Header
from email.message import Message
from email.mime.text import MIMEText
from email.utils import formataddr, formatdate, parseaddr
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

from feedback.domain.delivery import Undelivered

SECONDS = 20.0


class MailFailed(Undelivered):
    """The mail server did not take it."""


def compose(
    *, sender: str, to: str, subject: str, text: str, message_id: str, unsubscribe: str | None = None
) -> Message:
    """A plain-text message; a line break in a header is refused by the library, not passed on.

    `unsubscribe` is the address of a one-click unsubscription (RFC 8058), if there is one.

    Built by the older classes of the library: the newer ones drop the space where a long Vietnamese subject is folded.
    """
    message = MIMEText(text, "plain", "utf-8")
    name, address = parseaddr(sender)
    message["From"] = formataddr((name, address), "utf-8")
    message["To"] = to
    message["Subject"] = Header(subject, "utf-8", header_name="Subject").encode()
    message["Date"] = formatdate()
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    if unsubscribe is not None:
        message["List-Unsubscribe"] = f"<{unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return message


def send(message: Message, *, url: str) -> None:
    """Send a message.

    Args:
        message: with its Message-ID, the same at every attempt.
        url: `smtp://[user:password@]host:port`, `smtps://…`, or `maildir:///directory`.

    Raises:
        MailFailed: it was not taken.
    """
    parts = urlsplit(url)
    try:
        if parts.scheme == "maildir":
            _keep(message, Path(unquote(parts.path)))
        else:
            _post(message, parts.scheme, parts.hostname or "localhost", parts.port, parts.username, parts.password)
    except smtplib.SMTPRecipientsRefused as error:
        codes = {code for code, _ in error.recipients.values()}
        raise MailFailed("recipient_refused", temporary=all(code < 500 for code in codes)) from error
    except smtplib.SMTPResponseException as error:
        raise MailFailed(f"smtp_{error.smtp_code}", temporary=error.smtp_code < 500) from error
    except (OSError, smtplib.SMTPException) as error:
        raise MailFailed(type(error).__name__, temporary=True) from error


def _post(message: Message, scheme: str, host: str, port: int | None, user: str | None, password: str | None) -> None:
    kind = smtplib.SMTP_SSL if scheme == "smtps" else smtplib.SMTP
    with kind(host, port or (465 if scheme == "smtps" else 25), timeout=SECONDS) as server:
        if user is not None:
            if scheme == "smtp":
                server.starttls()
            server.login(unquote(user), unquote(password or ""))
        server.send_message(message)


def _keep(message: Message, directory: Path) -> None:
    # The name comes from the Message-ID, so that a message sent twice is one file.
    name = sha256(str(message["Message-ID"]).encode()).hexdigest()[:32]
    for part in ("tmp", "new", "cur"):
        (directory / part).mkdir(parents=True, exist_ok=True)
    draft = directory / "tmp" / f"{name}.{os.getpid()}"
    draft.write_bytes(message.as_bytes())
    draft.replace(directory / "new" / name)
