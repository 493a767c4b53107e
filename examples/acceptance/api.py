"""Tells the rooms of the house along the canal, and moves the lock by one tick for whoever sends its state."""
import http.server, json
from lock import step

ROOMS = [{"name": "kitchen", "area": 120}, {"name": "hall", "area": 80}, {"name": "study", "area": 160}, {"name": "attic", "area": 40}]


class Api(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/rooms":
            self.answer(200, {"rooms": ROOMS})
        else:
            self.answer(404, {"error": "no such thing"})

    def do_POST(self):
        try:
            body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))))
            self.answer(200, step(body["state"], body["level"]))
        except (ValueError, KeyError, TypeError) as error:
            self.answer(422, {"error": str(error)})

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


http.server.ThreadingHTTPServer(("", 8080), Api).serve_forever()
