"""A redactor between two components: passes every request on, with each term replaced, in both directions."""
from __future__ import annotations

import http.client
import json
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Iterable
from urllib.parse import quote, quote_plus, urlsplit

UPSTREAM = urlsplit(os.environ["UPSTREAM_URL"])
MARK = "[REDACTED]"

# The longest first: a term may be a part of another one.
TERMS: list[str] = sorted(filter(None, json.loads(os.environ["REDACTION_TERMS"])), key=len, reverse=True)

# These speak of one connection. Host and length are set anew, and an encoding would hide the terms.
NOT_PASSED_ON = {
    "accept-encoding", "connection", "content-length", "expect", "host", "keep-alive", "proxy-authenticate",
    "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
}


def redact(body: bytes) -> bytes:
    for term in TERMS:
        body = body.replace(term.encode(), MARK.encode())
    return body


def redact_line(text: str) -> str:
    """For parts of the head, which are bytes read as Latin-1."""
    return redact(text.encode("latin-1")).decode("latin-1")


def redact_target(target: str) -> str:
    """In a URL, a term may stand as it is or percent-encoded."""
    for term in TERMS:
        for spelling in (quote(term, safe=""), quote_plus(term)):
            target = target.replace(spelling, MARK)
    return redact_line(target).replace(MARK, quote(MARK))


def passed_on(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    given = list(headers)
    named = ",".join(value for name, value in given if name.lower() == "connection")
    dropped = NOT_PASSED_ON | {name.strip().lower() for name in named.split(",")}
    return [(name, redact_line(value)) for name, value in given if name.lower() not in dropped]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def forward(self) -> None:
        if "transfer-encoding" in self.headers or "content-encoding" in self.headers:
            self.close_connection = True
            self.reply(415, [], b"the redactor reads bodies of known length without an encoding\n")
            return
        body = redact(self.rfile.read(int(self.headers.get("content-length", 0))))
        kind = http.client.HTTPSConnection if UPSTREAM.scheme == "https" else http.client.HTTPConnection
        connection = kind(UPSTREAM.hostname or "", UPSTREAM.port, timeout=60)
        try:
            target = UPSTREAM.path.rstrip("/") + redact_target(self.path)
            connection.putrequest(self.command, target, skip_accept_encoding=True)
            for name, value in passed_on(self.headers.items()):
                connection.putheader(name, value)
            if "content-length" in self.headers:
                connection.putheader("content-length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            if response.getheader("content-encoding", "identity") != "identity":
                self.reply(502, [], b"the redactor cannot read an encoded answer\n")
            else:
                self.reply(response.status, passed_on(response.getheaders()), redact(response.read()), response.reason)
        except (OSError, http.client.HTTPException) as error:
            self.reply(502, [], redact(f"no answer from upstream: {error}\n".encode()))
        finally:
            connection.close()

    def reply(self, status: int, headers: list[tuple[str, str]], body: bytes, reason: str | None = None) -> None:
        has_body = self.command != "HEAD" and status not in (204, 304)
        self.send_response_only(status, None if reason is None else redact_line(reason))
        for name, value in headers:
            self.send_header(name, value)
        if has_body:
            self.send_header("content-length", str(len(body)))
        if self.close_connection:
            self.send_header("connection", "close")
        self.end_headers()
        if has_body:
            self.wfile.write(body)

    do_DELETE = do_GET = do_HEAD = do_OPTIONS = do_PATCH = do_POST = do_PUT = forward

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: a log of requests would hold what must not be seen."""


server = ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
server.server_close()
