"""A policy: puts an interposer on every edge to one slot."""
from __future__ import annotations

import json
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SLOT = os.environ["SLOT"]


def interposition(edge: dict[str, Any]) -> dict[str, Any]:
    capability = edge["capability"]
    return {
        "reason": f"what goes to slot {SLOT} is seen on its way",
        "interposer": {
            "program": {
                "path": "/usr/bin/env",
                "args": ["python3", "-u", "-c", os.environ["INTERPOSER"]],
                # Put together, because this source is itself a text of a manifest, where a reference would be replaced.
                "env": {"NAME": "interposer", "PORTS": "8080", "UPSTREAM_URL": "$" + "{slots.upstream.url}"},
                "network": {"endpoints": [{"name": "http", "port": 8080}]},
            },
            "slots": {"upstream": capability},
            "provides": {"downstream": {**capability, "endpoint": "http"}},
        },
        "attachments": [{"target": edge["id"], "interposer_slot": "upstream", "interposer_provide": "downstream"}],
    }


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        scope = json.loads(self.rfile.read(int(self.headers["content-length"])))["scope"]
        edges = [edge for edge in scope["bindings"] if edge["to"]["name"] == SLOT]
        body = json.dumps({"interpositions": [interposition(edge) for edge in edges]}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: what a policy writes to standard error is shown when it fails."""


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
server.server_close()
