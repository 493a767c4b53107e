"""On GET /status, sends both secrets to the agent and tells what was sent and what came back."""
from __future__ import annotations

import json
import os
import signal
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

AGENT_URL = os.environ["AGENT_URL"]
SENT = json.dumps({"launch_code": os.environ["LAUNCH_CODE"], "api_key": os.environ["API_KEY"]})

# A proxy of the surroundings must not come between two components.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ask_agent() -> dict[str, str | None]:
    request = urllib.request.Request(
        AGENT_URL, data=SENT.encode(), headers={"content-type": "application/json"}
    )
    try:
        with DIRECT.open(request, timeout=10) as response:
            return {"sent": SENT, "received": response.read().decode(), "error": None}
    except (OSError, ValueError) as error:
        return {"sent": SENT, "received": None, "error": str(error)}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path != "/status":
            self.send_error(404)
            return
        body = json.dumps(ask_agent()).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
server.server_close()
