"""Takes the site from the task that builds it, serves it, and passes what is asked below /api/ on to the interface."""
import http.server, os, pathlib, threading, urllib.request

SITE = pathlib.Path("/site")
KINDS = {".html": "text/html", ".js": "text/javascript", ".json": "application/json"}


class Web(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path.startswith("/api/"):
            with urllib.request.urlopen(os.environ["API"] + self.path[len("/api"):]) as answer:
                return self.answer(200, "application/json", answer.read())
        file = SITE / ("index.html" if self.path == "/" else self.path[1:])
        if file.parent != SITE or file.suffix not in KINDS or not file.is_file():
            return self.answer(404, "text/plain", b"no such page")
        self.answer(200, KINDS[file.suffix], file.read_bytes())

    def answer(self, status, kind, body):
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Upload(Web):
    """On a port of its own, that no export leads to."""

    def do_PUT(self):
        file = SITE / self.path[1:]
        if file.parent != SITE or file.suffix not in KINDS:
            return self.answer(403, "text/plain", b"no place for that")
        file.write_bytes(self.rfile.read(int(self.headers["content-length"])))
        self.answer(200, "text/plain", b"taken")


threading.Thread(target=http.server.ThreadingHTTPServer(("", 8082), Upload).serve_forever).start()
http.server.ThreadingHTTPServer(("", 8081), Web).serve_forever()
