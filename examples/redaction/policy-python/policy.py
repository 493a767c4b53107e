"""A policy: shown the wiring of its scope, it puts a redactor on every edge over which agents talk (kind a2a)."""
from __future__ import annotations

import json
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Iterator, TypedDict

# References to the config of the scope, as its manifest wrote them: a policy never sees the values.
TERMS: list[str] = json.loads(os.environ["REDACTION_TERMS"])
INTERPOSER = os.environ["INTERPOSER"]

# Every interposer listens on a port of its own, from here upwards.
FIRST_PORT = 18130


class Capability(TypedDict):
    kind: str
    profile: str | None


class Edge(TypedDict):
    id: int
    capability: Capability


class Scope(TypedDict):
    bindings: list[Edge]
    imports: list[Edge]
    exports: list[Edge]


def edges(scope: Scope) -> Iterator[Edge]:
    yield from scope["imports"]
    yield from scope["bindings"]
    yield from scope["exports"]


def reference(path: str) -> str:
    """Put together, because this source is itself a text of a manifest, where a reference would be replaced."""
    return "$" + "{" + path + "}"


def interposition(edge: Edge, port: int) -> dict[str, Any]:
    capability = edge["capability"]
    return {
        "reason": f"agents talk over this edge, so {len(TERMS)} terms are redacted in both directions",
        "interposer": {
            "program": {
                "path": "/usr/bin/env",
                "args": ["python3", "-u", "-c", INTERPOSER],
                "env": {
                    "PORT": str(port),
                    "UPSTREAM_URL": reference("slots.upstream.url"),
                    "REDACTION_TERMS": reference("config.redaction_terms"),
                },
                "network": {"endpoints": [{"name": "redacted", "port": port}]},
            },
            "config": {"redaction_terms": TERMS},
            "config_schema": {
                "type": "object",
                "properties": {"redaction_terms": {"type": "array", "items": {"type": "string"}}},
                "required": ["redaction_terms"],
            },
            "slots": {"upstream": capability},
            "provides": {"downstream": {**capability, "endpoint": "redacted"}},
        },
        "attachments": [
            {"target": edge["id"], "interposer_slot": "upstream", "interposer_provide": "downstream"}
        ],
    }


def answer(scope: Scope) -> dict[str, Any]:
    talking = [edge for edge in edges(scope) if edge["capability"]["kind"] == "a2a"]
    return {"interpositions": [interposition(edge, FIRST_PORT + i) for i, edge in enumerate(talking)]}


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        try:
            question = json.loads(self.rfile.read(int(self.headers["content-length"])))
            status, reply = 200, answer(question["scope"])
        except (KeyError, TypeError, ValueError) as error:
            status, reply = 400, {"error": f"not a question for a policy: {error!r}"}
        body = json.dumps(reply).encode()
        self.send_response(status)
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
