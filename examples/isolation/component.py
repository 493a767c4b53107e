"""Every component of this example: says who it is, passes questions on through a slot, and tries to get out of its sandbox.

GET /                   who I am
GET /to/SLOT/PATH       what PATH answers behind a slot of mine
GET /probe?target=T     what happens when I try to reach T, from in here:
    tcp:HOST:PORT  udp:HOST:PORT  unix:PATH  abstract:NAME  dns:NAME  read:PATH  write:PATH  link:PATH  list:PATH  open:HOST

With UPSTREAM_URL it is an interposer: it answers what is asked of /interposer/…, and passes everything else on.
"""
from __future__ import annotations

import errno
import http.client
import json
import os
import re
import signal
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

NAME = os.environ["NAME"]
PORTS = [int(port) for port in os.environ["PORTS"].split()]
UPSTREAM = os.environ.get("UPSTREAM_URL")
SLOTS = {name[5:].lower(): url for name, url in os.environ.items() if name.startswith("SLOT_")}
SECONDS = 2.0


def connect(family: int, kind: int, address: object) -> socket.socket:
    link = socket.socket(family, kind)
    link.settimeout(SECONDS)
    try:
        link.connect(address)
        if family != socket.AF_UNIX and link.getsockname() == link.getpeername():
            raise ConnectionRefusedError(errno.ECONNREFUSED, "nobody but myself")
    except OSError:
        link.close()
        raise
    return link


def try_network(kind: int, place: str) -> str:
    host, _, port = place.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with connect(family, kind, (host, int(port))) as link:
        if kind == socket.SOCK_DGRAM:
            link.send(b"hello")
            link.recv(1)
    return "connected"


def try_unix(address: str) -> str:
    with connect(socket.AF_UNIX, socket.SOCK_STREAM, address):
        return "connected"


def try_name(name: str) -> str:
    """Asks the name servers of this place, and then those of the world, past the system's cache."""
    try:
        return "connected: " + socket.getaddrinfo(name, 80)[0][4][0]
    except socket.gaierror as error:
        unknown = OSError(errno.EADDRNOTAVAIL, error.strerror)
    question = b"\x12\x34\1\0\0\1\0\0\0\0\0\0" + b"".join(bytes([len(l)]) + l.encode() for l in name.split(".")) + b"\0\0\1\0\1"
    for server in ("1.1.1.1", "8.8.8.8", "127.0.0.53"):
        try:
            with connect(socket.AF_INET, socket.SOCK_DGRAM, (server, 53)) as link:
                link.send(question)
                link.recv(512)
                return "connected: " + server
        except OSError:
            continue
    raise unknown


def try_write(path: str) -> str:
    with open(path, "x"):
        os.unlink(path)
        return "connected"


def try_link(path: str) -> str:
    """A link of my own, to a socket that is not mine, beside the ones that were given to me."""
    os.symlink("/run/docker.sock", path)
    return "connected"


def listing(folder: str) -> str:
    found = [os.path.join(root, name) for root, _, names in os.walk(folder) for name in names]
    return "connected: " + " ".join(sorted(found)) if os.path.isdir(folder) else "refused: ENOENT"


def open_ports(host: str) -> str:
    """All of them, one after the other: what this place really holds, whatever the system says about itself."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = []
    for port in range(1, 65536):
        with socket.socket(family, socket.SOCK_STREAM) as link:
            # A port that the system gave to this very socket answers it, and nobody else.
            if link.connect_ex((host, port)) == 0 and link.getsockname() != link.getpeername():
                found.append(str(port))
    return "connected: " + " ".join(found)


TRIES = {
    "tcp": lambda place: try_network(socket.SOCK_STREAM, place),
    "udp": lambda place: try_network(socket.SOCK_DGRAM, place),
    "unix": try_unix,
    "abstract": lambda name: try_unix("\0" + name),
    "dns": try_name,
    "read": lambda path: "connected: " + str(len(open(path, "rb").read(4096))),
    "write": try_write,
    "link": try_link,
    "list": listing,
    "open": open_ports,
}


def probe(target: str) -> dict[str, str]:
    how, _, place = target.partition(":")
    try:
        result = TRIES[how](place)
    except OSError as error:
        result = "refused: " + ("ETIMEDOUT" if isinstance(error, TimeoutError) else errno.errorcode.get(error.errno or 0, str(error)))
    except (KeyError, ValueError) as error:
        result = f"not tried: {error!r}"
    return {"target": target, "result": result}


def passed_on(base: str, path: str) -> tuple[int, bytes]:
    url = urlsplit(base)
    connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=60)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException) as error:
        return 502, json.dumps({"error": repr(error)}).encode()
    finally:
        connection.close()


def answer(target: str) -> tuple[int, bytes]:
    if UPSTREAM is not None:
        mine, found = re.subn("^/interposer(?=/)", "", target)
        if not found:
            status, body = passed_on(UPSTREAM, target)
            return status, body.replace(b'"seen_by": []', json.dumps({"seen_by": [NAME]}).encode()[1:-1])
        target = mine
    url = urlsplit(target)
    through = re.fullmatch("/to/([^/]+)(/.*)", target)
    if through and through[1] in SLOTS:
        return passed_on(SLOTS[through[1]], through[2])
    if url.path == "/probe":
        return 200, json.dumps(probe(parse_qs(url.query)["target"][0])).encode()
    if url.path == "/":
        return 200, json.dumps({"name": NAME, "seen_by": [], "slots": SLOTS}).encode()
    return 404, b"{}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, body = answer(self.path)
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


class Everywhere(ThreadingHTTPServer):
    """On every address that there is, IPv4 and IPv6: nothing here helps to keep others out."""

    address_family = socket.AF_INET6

    def server_bind(self) -> None:
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()


def serve(port: int) -> ThreadingHTTPServer:
    try:
        return Everywhere(("::", port), Handler)
    except OSError:
        return ThreadingHTTPServer(("0.0.0.0", port), Handler)


servers = [serve(port) for port in PORTS]
for server in servers:
    threading.Thread(target=server.serve_forever).start()
print(f"{NAME} listens on {', '.join(map(str, PORTS))}", flush=True)


def stop(*_: object) -> None:
    for one in servers:
        threading.Thread(target=one.shutdown).start()


signal.signal(signal.SIGTERM, stop)
