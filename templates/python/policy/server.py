"""Serves the policy: headgate starts this program while it compiles, asks once with POST, and ends it."""
from __future__ import annotations

import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from audit import answer


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["content-length"])))
        body = json.dumps(answer(question["scope"])).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: what a policy writes to standard error is shown when it fails."""


HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
