"""
A recorder on an edge: passes every request on, and writes one line of JSON for each to standard output.
This file becomes part of the plan, where a dollar sign before a brace begins a reference: write none.
"""
from __future__ import annotations

import http.client
import json
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

EDGE = os.environ["EDGE"]
UPSTREAM = urlsplit(os.environ["UPSTREAM_URL"])

# These speak of one connection, or are set anew.
NOT_PASSED_ON = {"connection", "content-length", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}


def passed_on(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name.lower() not in NOT_PASSED_ON]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def forward(self) -> None:
        if "transfer-encoding" in self.headers:
            self.close_connection = True
            self.reply(411, [], b"the recorder takes bodies of known length\n")
            return
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        kind = http.client.HTTPSConnection if UPSTREAM.scheme == "https" else http.client.HTTPConnection
        upstream = kind(UPSTREAM.hostname or "", UPSTREAM.port, timeout=60)
        try:
            upstream.putrequest(self.command, UPSTREAM.path.rstrip("/") + self.path, skip_accept_encoding=True)
            for name, value in passed_on(self.headers.items()):
                upstream.putheader(name, value)
            if "content-length" in self.headers:
                upstream.putheader("content-length", str(len(body)))
            upstream.endheaders(body)
            response = upstream.getresponse()
            self.reply(response.status, passed_on(response.getheaders()), response.read())
        except (OSError, http.client.HTTPException) as error:
            self.reply(502, [], f"no answer from upstream: {error}\n".encode())
        finally:
            upstream.close()

    def reply(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        # What stands behind the question mark may be secret.
        path = self.path.split("?")[0]
        print(json.dumps({"edge": EDGE, "method": self.command, "path": path, "status": status}), flush=True)
        has_body = self.command != "HEAD" and status not in (204, 304)
        self.send_response_only(status)
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


server = ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
server.server_close()
