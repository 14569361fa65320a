"""The mail channel: one message per list and receiver, over TLS only."""

from __future__ import annotations

import mimetypes
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Literal

from riskmodel.operations.delivery.channel import Parcel
from riskmodel.operations.delivery.network_guard import ended_after, named_failures, trusting

TIMEOUT = 30
"""Seconds after which a silent server has failed."""
LIMIT = 120
"""Seconds after which a session is ended, however slowly the server answers; less than the lease of a delivery."""


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in.

    The certificate of the server is always checked. ``authority`` is a file of certificates to trust instead of the system's; ``password`` is never shown.
    """

    host: str
    port: int
    security: Literal["tls", "starttls"]
    user: str = ""
    password: str = field(default="", repr=False)
    authority: str = ""


@dataclass(frozen=True)
class EmailChannel:
    """Messages to one receiver.

    The id of the delivery is the Message-ID, so that a message which was handed in twice, because the machine went down in between, is one
    message for a receiver that keeps ids. With ``escalates_after`` minutes it brings red lists that nobody acknowledged in that time.
    """

    server: MailServer
    sender: str
    address: str
    name: str = "email"
    escalates_after: int | None = None

    def send(self, parcel: Parcel) -> None:
        """Hand a message in.

        Raises
        ------
        OSError
            If the server cannot be reached, is not who it should be, or does not take the message.
        """
        message = self.message(parcel)
        context = trusting(self.server.authority)
        try:
            with named_failures("mail server", self.server.host), mail_session(self.server, context) as smtp:
                if self.server.user:
                    smtp.login(self.server.user, self.server.password)
                smtp.send_message(message)
        except smtplib.SMTPException as error:
            # the server's own words may repeat what was sent to it
            raise OSError(f"The mail server {self.server.host!r} did not take the message ({_refusal(error)}).") from None

    def check(self, parcel: Parcel) -> None:
        """Do nothing: a mail that was handed in cannot be looked at."""

    def message(self, parcel: Parcel) -> EmailMessage:
        """Return the message of a parcel, with all files attached."""
        from riskmodel.operations.delivery.mail_text import mail_body, mail_subject

        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = self.address
        message["Subject"] = mail_subject(parcel, self.escalates_after)
        message["Message-ID"] = f"<{parcel.id}@riskmodel.invalid>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail_body(parcel, self.escalates_after))
        for name, content in sorted(parcel.files.items()):
            kind = (mimetypes.guess_type(name)[0] or "application/octet-stream").split("/")
            message.add_attachment(content, maintype=kind[0], subtype=kind[1], filename=name)
        return message


@contextmanager
def mail_session(server: MailServer, context: ssl.SSLContext) -> Iterator[smtplib.SMTP]:
    """Open a session over TLS, and end it in time.

    A message that was taken counts, whatever the server says to the farewell.
    """
    smtp = smtplib.SMTP(timeout=TIMEOUT)
    raw = socket.create_connection((server.host, server.port), TIMEOUT)
    with ended_after(LIMIT, raw) as ended:
        try:
            smtp.sock = raw if server.security == "starttls" else context.wrap_socket(raw, server_hostname=server.host)
            _expect(220, *smtp.getreply())
            if server.security == "starttls":
                _encrypt(smtp, context, server.host)
            yield smtp
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()
        except (smtplib.SMTPServerDisconnected, OSError):
            if ended.is_set():
                raise TimeoutError from None
            raise
        finally:
            smtp.close()
            raw.close()


def _encrypt(smtp: smtplib.SMTP, context: ssl.SSLContext, host: str) -> None:
    """Go over to TLS; nothing that was said before counts after it."""
    smtp.ehlo_or_helo_if_needed()
    _expect(220, *smtp.docmd("STARTTLS"))
    assert smtp.sock is not None
    smtp.sock = context.wrap_socket(smtp.sock, server_hostname=host)
    smtp.file, smtp.helo_resp, smtp.ehlo_resp = None, None, None
    smtp.esmtp_features, smtp.does_esmtp = {}, False


def _expect(wanted: int, code: int, said: bytes) -> None:
    if code != wanted:
        raise smtplib.SMTPResponseException(code, said)


def _refusal(error: smtplib.SMTPException) -> str:
    """Return why a message was not taken, with the server's number.

    450 and the like ask to try later, as servers do with a sender that is new to them. smtplib's own number for what is no answer of a mail server is -1.
    """
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "the connection broke off"
    code = error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else None
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((number for number, _ in error.recipients.values()), None)
    if code == -1:
        return "what answers there is no mail server"
    why = "user and password are refused" if isinstance(error, smtplib.SMTPAuthenticationError) else "refused"
    return f"{why}, code {code}" if code else why
