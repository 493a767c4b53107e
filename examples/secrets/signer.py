"""Signs the path that it is asked for. It reads the key for each request, from a file that is replaced while it runs."""
import hashlib
import hmac
import http.server


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open("/run/app/key", "rb") as file:
            key = file.read()
        signature = hmac.new(key, self.path.encode(), hashlib.sha256).hexdigest()
        body = f"{signature}\n".encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


http.server.HTTPServer(("", 8080), Handler).serve_forever()
