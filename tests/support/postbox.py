"""A mail server (aiosmtpd) that prints each mail it takes as a line of JSON, read by Python's own parser and by icalendar.

    python postbox.py PORT [CERTIFICATE KEY]

With a certificate it takes mail only after STARTTLS and from daymark:secret. Addresses that begin with `busy` are refused for
now (450), with `gone` for good (550).
"""

import asyncio
import email
import email.policy
import json
import ssl
import sys

import icalendar
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword


def entries(text):
    calendar = icalendar.Calendar.from_ical(text)
    zones = [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")]
    for event in calendar.walk("VEVENT"):
        yield {
            "method": str(calendar["METHOD"]),
            "zones": zones,
            "uid": str(event["UID"]),
            "sequence": int(event["SEQUENCE"]),
            "status": str(event["STATUS"]),
            "summary": str(event["SUMMARY"]),
            "tzid": event["DTSTART"].params["TZID"],
            "starts": event.decoded("DTSTART").isoformat(),
            "ends": event.decoded("DTEND").isoformat(),
            "organizer": str(event["ORGANIZER"]),
            "attendee": str(event["ATTENDEE"]),
        }


def told(envelope, session):
    message = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
    parts = [part for part in message.walk() if not part.is_multipart()]
    return {
        "from": envelope.mail_from,
        "to": envelope.rcpt_tos,
        "secure": session.ssl is not None,
        "headers": {name.lower(): str(value) for name, value in message.items()},
        "defects": [str(defect) for part in message.walk() for defect in part.defects],
        "parts": [
            {
                "type": part.get_content_type(),
                "method": part.get_param("method"),
                "file": part.get_filename(),
                "text": part.get_content() if part.get_content_maintype() == "text" else None,
                "entries": list(entries(part.get_content())) if part.get_content_type() == "text/calendar" else None,
            }
            for part in parts
        ],
    }


class Postbox:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("busy"):
            return "450 Come back later"
        if address.startswith("gone"):
            return "550 Nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        sys.stdout.write(json.dumps(told(envelope, session)) + "\n")
        sys.stdout.flush()
        return "250 Taken"


def sign_in(server, session, envelope, mechanism, data):
    fine = isinstance(data, LoginPassword) and (data.login, data.password) == (b"daymark", b"secret")
    return AuthResult(success=fine)


def main():
    port, *files = sys.argv[1:]
    options = {}
    if files:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*files)
        options = {
            "tls_context": context,
            "require_starttls": True,
            "auth_required": True,
            "authenticator": sign_in,
        }
    controller = Controller(Postbox(), hostname="127.0.0.1", port=int(port), **options)
    controller.start()
    asyncio.new_event_loop().run_forever()


main()
