"""Shows the notes as a page. It knows the URL of its slot, and nothing of what is behind it."""
from __future__ import annotations

import html
import json
import os
import signal
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NOTES_URL = os.environ["NOTES_URL"]

# A proxy of the surroundings must not come between two components.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def page() -> str:
    with DIRECT.open(NOTES_URL + "/notes", timeout=10) as response:
        notes = json.load(response)
    items = "".join(f"<li>{html.escape(note)}</li>" for note in notes)
    return f"<!doctype html><title>Notes</title><h1>Notes</h1><ul>{items}</ul>\n"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        try:
            status, text = 200, page()
        except (OSError, ValueError) as error:
            status, text = 502, f"<!doctype html><p>The notes cannot be read: {html.escape(str(error))}</p>\n"
        body = text.encode()
        self.send_response(status)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
server.server_close()
