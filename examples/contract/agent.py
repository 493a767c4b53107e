#!/usr/bin/env python3
"""Ends with 7 when it is started for the first time, and listens when it is started again. It says its token, which nobody is to see."""
import http.server
import os
import sys

print("my token is", os.environ["TOKEN"], flush=True)
with open("/state/starts", "a+") as starts:
    starts.write("x")
    starts.seek(0)
    if len(starts.read()) == 1:
        sys.exit(7)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"at work\n"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("", 8080), Handler).serve_forever()
