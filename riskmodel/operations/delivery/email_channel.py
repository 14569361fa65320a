"""The mail channel: one message per list and receiver, over TLS only."""

from __future__ import annotations

import mimetypes
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Literal

from riskmodel.operations.delivery.channel import Parcel
from riskmodel.operations.delivery.network_guard import named_failures, trusting

TIMEOUT = 30
"""Seconds after which a silent server has failed."""


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
            with named_failures("mail server", self.server.host), self._connected(context) as smtp:
                if self.server.user:
                    smtp.login(self.server.user, self.server.password)
                refused = smtp.send_message(message)
        except smtplib.SMTPException as error:
            # the server's own words may repeat what was sent to it
            code = getattr(error, "smtp_code", None)
            why = "user and password are refused" if isinstance(error, smtplib.SMTPAuthenticationError) else "refused"
            raise OSError(
                f"The mail server {self.server.host!r} did not take the message ({why}{f', code {code}' if code else ''})."
            ) from None
        if refused:
            raise OSError(f"The mail server {self.server.host!r} refused the receiver.")

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

    def _connected(self, context: ssl.SSLContext) -> smtplib.SMTP:
        server = self.server
        if server.security == "tls":
            return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
        plain = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
        try:
            plain.starttls(context=context)
        except BaseException:
            plain.close()
            raise
        return plain
