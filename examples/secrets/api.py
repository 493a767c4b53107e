"""Lets in whoever has the token. It reads the token once, from its environment, so a new one takes a new process."""
import hmac
import http.server
import os

token = os.environ["API_TOKEN"]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        given = self.headers.get("authorization", "")
        ok = hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
        body = b"welcome\n" if ok else b"who are you?\n"
        self.send_response(200 if ok else 401)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


print(f"the token is {token}")  # the log does not have it
http.server.HTTPServer(("", 8080), Handler).serve_forever()
