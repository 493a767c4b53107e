"""Keeps notes in memory: GET /notes lists them, POST /notes adds the text of the body."""
from __future__ import annotations

import json
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NOTES = ["Wire it", "Govern it"]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/notes":
            self.reply(200, NOTES)
        else:
            self.reply(404, {"error": "there is only /notes"})

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers.get("content-length", 0))).decode(errors="replace")
        if self.path == "/notes" and text:
            NOTES.append(text)
            self.reply(201, NOTES)
        else:
            self.reply(400, {"error": "send the text of a note to /notes"})

    def reply(self, status: int, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
server.server_close()
