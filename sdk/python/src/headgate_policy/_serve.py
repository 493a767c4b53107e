"""A policy as an HTTP service. Nothing that a caller sends and nothing that a policy does ends it."""
from __future__ import annotations

import json
import os
import re
import signal
import socket
import socketserver
import sys
import threading
import time
import traceback
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Set, Tuple, Union
from urllib.parse import unquote

from ._define import Policy
from ._errors import PolicyError
from ._json import JsonObject, canonical_json, parse_json
from ._selections import selections_header
from ._sharing import expand_question, share_templates
from ._types import Context

#: The version of questions and answers that everybody speaks; travels as the header ``headgate-protocol``.
PROTOCOL_VERSION = "1"
#: Those that this SDK speaks: of a question, in which the answer may be; of the answer to GET, in which questions may be.
VERSIONS_HEADER = "headgate-protocol-versions"
PROTOCOL_VERSIONS = "1, 2"
#: Of an answer: what the selectors of the policy matched.
SELECTIONS_HEADER = "headgate-selections"
#: Seconds that a caller has to send one question.
_PATIENCE = 60.0
#: Seconds for which what nobody wants is read and dropped.
_LINGER = 2.0
_LONGEST_LINE = 65_536


class _Reply(NamedTuple):
    status: int
    body: str
    headers: Tuple[Tuple[str, str], ...] = ()
    #: For the log; nothing is said without.
    note: Optional[str] = None


class _Refused(Exception):
    def __init__(self, status: int, code: str, error: str, *headers: Tuple[str, str]) -> None:
        super().__init__(error)
        self.reply = _Reply(status, json.dumps({"error": error, "code": code}), headers, f"{status} {error}")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _PATIENCE
    server: "_Server"

    def handle_one_request(self) -> None:
        """Like that of the base class, but for every method, and with JSON for every fault."""
        try:
            self.raw_requestline = self.rfile.readline(_LONGEST_LINE + 1)
            if not self.raw_requestline:
                self.close_connection = True
                return
            if not self.server.begin(self.connection):
                self.close_connection = True
                return
            try:
                if len(self.raw_requestline) > _LONGEST_LINE:
                    self.requestline = self.request_version = self.command = ""
                    self.send_error(414)
                elif self.parse_request():
                    self._respond()
            finally:
                self.server.end(self.connection)
        except (OSError, ValueError):
            # The caller went away, or is too slow.
            self.close_connection = True
        if self.server.closing:
            self.close_connection = True

    def _respond(self) -> None:
        start = time.monotonic()
        self.unread = True
        try:
            reply = self._reply()
        except _Refused as refused:
            reply = refused.reply
        if reply.note is not None:
            self.server.log(f"{reply.note} ({(time.monotonic() - start) * 1000:.1f} ms)")
        self._send(reply)

    def _send(self, reply: _Reply) -> None:
        body = reply.body.encode("utf-8")
        # What was not read would be taken for the next request.
        if self.unread or self.server.closing:
            self.close_connection = True
        self.send_response_only(reply.status)
        headers = [
            ("content-type", "application/json"),
            ("content-length", str(len(body))),
            *([] if "headgate-protocol" in dict(reply.headers) else [("headgate-protocol", PROTOCOL_VERSION)]),
            *([("connection", "close")] if self.close_connection else []),
            *reply.headers,
        ]
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()
        if self.unread:
            self._linger()

    def _linger(self) -> None:
        """Closing on a caller who is still sending would reset the connection, and the reply would be lost."""
        deadline = time.monotonic() + _LINGER
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(_LINGER)
            while time.monotonic() < deadline and self.connection.recv(65_536):
                pass

    def _reply(self) -> _Reply:
        server = self.server
        path = self.path.split("?")[0]
        here = path == server.path
        length = self.headers.get("content-length")
        self.unread = (length not in (None, "0")) or "transfer-encoding" in self.headers
        if not here and path not in ("/", "/health"):
            raise _Refused(404, "path", f"there is nothing at this path; questions are posted to {server.path}")
        if self.command in ("GET", "HEAD"):
            health = {"status": "ok", "policy": server.policy.name, "protocol": PROTOCOL_VERSION}
            return _Reply(200, json.dumps(health, ensure_ascii=False), ((VERSIONS_HEADER, PROTOCOL_VERSIONS),))
        if self.command != "POST":
            allow = "GET, HEAD, POST" if here else "GET, HEAD"
            raise _Refused(405, "method", "a policy is asked with POST", ("allow", allow))
        if not here:
            raise _Refused(404, "path", f"questions are posted to {server.path}")
        protocol = self.headers.get("headgate-protocol", PROTOCOL_VERSION)
        if protocol not in ("1", "2"):
            speaks = "this policy speaks versions 1 and 2"
            raise _Refused(400, "protocol", f"the question is in another protocol; {speaks}")
        if self.headers.get("content-encoding", "identity") != "identity":
            raise _Refused(415, "encoding", "a question has no content encoding")
        body = self._body(length)
        self.unread = False
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            raise _Refused(400, "request", "the question is not in UTF-8") from None
        return self._answer(text, protocol)

    def _answer(self, text: str, protocol: str) -> _Reply:
        server = self.server
        offered = self.headers.get(VERSIONS_HEADER, "").split(",")
        may_share = protocol == "2" or "2" in (version.strip() for version in offered)
        context = Context(
            PROTOCOL_VERSION,
            _decoded(self.headers.get("headgate-scope")),
            _decoded(self.headers.get("headgate-policy")),
            server.config,
        )
        try:
            answer, made = server.policy._answer(expand_question(text) if protocol == "2" else text, context)
            sharing = share_templates(answer) if may_share else None
            body = canonical_json(answer if sharing is None else sharing)
            selections = selections_header(made)
        except PolicyError as error:
            if error.code == "request":
                raise _Refused(400, "request", error.message) from None
            raise _Refused(500, error.code, f"policy `{server.policy.name}` failed: {error.message}") from None
        except (Exception, SystemExit) as error:  # noqa: BLE001
            server.log(traceback.format_exc().rstrip())
            raise _Refused(500, "decide", f"policy `{server.policy.name}` failed: {_words_of(error)}") from None
        about = f"{context.policy} of {context.scope}" if context.policy else "a question"
        counts = f"interpositions {len(answer['interpositions'])}, findings {len(answer.get('findings', []))}"
        headers = [] if sharing is None else [("headgate-protocol", "2")]
        if selections is not None:
            headers.append((SELECTIONS_HEADER, selections))
        return _Reply(200, body, tuple(headers), f"answered {about}: {counts}")

    def _body(self, length: Optional[str]) -> bytes:
        deadline = time.monotonic() + _PATIENCE
        limit = self.server.max_body_bytes
        encoding = self.headers.get("transfer-encoding")
        if encoding is not None:
            if encoding.strip().lower() != "chunked":
                raise _Refused(415, "encoding", "a question has no transfer encoding but `chunked`")
            return self._chunks(limit, deadline)
        if length is None:
            return b""
        if not re.fullmatch(r"[0-9]{1,18}", length):
            raise _Refused(400, "http", "the content-length is not a number")
        if int(length) > limit:
            raise _Refused(413, "length", f"the question is longer than {limit} bytes")
        return self._exactly(int(length), deadline)

    def _exactly(self, size: int, deadline: float) -> bytes:
        parts: List[bytes] = []
        while size > 0:
            part = self.rfile.read1(min(size, 1 << 16)) if time.monotonic() < deadline else b""
            if not part:
                raise _Refused(400, "request", "the question ended too early")
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _chunks(self, limit: int, deadline: float) -> bytes:
        body = bytearray()
        while True:
            head = self.rfile.readline(1024).split(b";")[0].strip()
            if not re.fullmatch(rb"[0-9a-fA-F]{1,15}", head):
                raise _Refused(400, "http", "a chunk of the question has no length")
            size = int(head, 16)
            if len(body) + size > limit:
                raise _Refused(413, "length", f"the question is longer than {limit} bytes")
            body += self._exactly(size, deadline)
            if size == 0:
                while self.rfile.readline(_LONGEST_LINE).strip():
                    pass
                return bytes(body)
            self._exactly(2, deadline)

    def send_error(self, code: int, message: Optional[str] = None, explain: Optional[str] = None) -> None:
        """What is no HTTP: the base class would answer with a page."""
        self.close_connection = self.unread = True
        body = json.dumps({"error": "this is no HTTP request", "code": "http"})
        self.command = getattr(self, "command", None) or ""
        self.request_version = "HTTP/1.1"
        with suppress(OSError):
            self._send(_Reply(400 if code in (414, 505) else code, body))

    def log_message(self, format: str, *args: Any) -> None:
        """Said by the server, in its own words."""


def _decoded(value: Optional[str]) -> str:
    """Header values are percent-encoded like a URL."""
    if value is None:
        return ""
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError:
        return value


def _words_of(error: BaseException) -> str:
    """Anything can be raised, also what has no text."""
    try:
        return str(error) or type(error).__name__
    except Exception:  # noqa: BLE001
        return "it raised something that has no text"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self,
        address: Tuple[str, int],
        policy: Policy,
        path: str,
        config: JsonObject,
        max_body_bytes: int,
        log: Callable[[str], None],
    ) -> None:
        self.policy = policy
        self.path = path if path.startswith("/") else f"/{path}"
        self.config = config
        self.max_body_bytes = max_body_bytes
        self.closing = False
        self._say = log
        self._state = threading.Condition()
        self._open: Set[socket.socket] = set()
        self._busy: Set[socket.socket] = set()
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Without asking for the name of the host, which takes seconds where nobody answers."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def log(self, line: str) -> None:
        self._say(f"{self.policy.name}: {line}")

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._state:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self._state:
            self._open.discard(request)
            self._busy.discard(request)
            self._state.notify_all()

    def begin(self, connection: socket.socket) -> bool:
        with self._state:
            if self.closing:
                return False
            self._busy.add(connection)
            return True

    def end(self, connection: socket.socket) -> None:
        with self._state:
            self._busy.discard(connection)
            self._state.notify_all()

    def finish(self, deadline: float, cut: threading.Event) -> None:
        """Closes what is idle, and waits for the rest until the deadline, or until it is to be cut off."""
        with self._state:
            self.closing = True
            for connection in self._open - self._busy:
                _hang_up(connection)
            until = time.monotonic() + deadline
            while self._busy and not cut.is_set() and time.monotonic() < until:
                self._state.wait(0.05)
            for connection in self._open:
                _hang_up(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        self.log(traceback.format_exc().rstrip())


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


class PolicyServer:
    """A policy that is being served. Made by ``start``."""

    def __init__(self, server: _Server, deadline: float) -> None:
        host, port = str(server.server_address[0]), int(server.server_address[1])
        self.port = port
        #: To ask it at: ``http://127.0.0.1:18120/``.
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{port}{server.path}"
        self._server = server
        self._deadline = deadline
        self._cut = threading.Event()
        self._closing = threading.Lock()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Takes no more questions, and finishes those in flight, at the latest until the deadline."""
        with self._closing:
            if self._closed.is_set():
                return
            self._server.shutdown()
            self._server.server_close()
            self._server.finish(self._deadline, self._cut)
            self._closed.set()

    def cut(self) -> None:
        """Lets a ``close`` that waits do so no longer."""
        self._cut.set()

    def wait(self, timeout: Optional[float] = None) -> bool:
        """Until it is closed; false when the time, in seconds, is over before."""
        return self._closed.wait(timeout)

    def __enter__(self) -> "PolicyServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def start(
    policy: Policy,
    *,
    port: Optional[int] = None,
    host: str = "127.0.0.1",
    path: str = "/",
    config: Optional[JsonObject] = None,
    max_body_bytes: int = 64 * 1024 * 1024,
    deadline: float = 10.0,
    log: Optional[Callable[[str], None]] = None,
) -> PolicyServer:
    """Serves a policy in the background. ``serve`` says what the arguments mean."""
    say = _to_stderr if log is None else log
    number = _port_of(os.environ.get("PORT")) if port is None else port
    given = _config_of(os.environ.get("POLICY_CONFIG")) if config is None else config
    try:
        server = _Server((host, number), policy, path, given, max_body_bytes, say)
    except (OSError, OverflowError) as error:
        in_use = isinstance(error, OSError) and error.errno in (48, 98)
        why = "it is in use by another program" if in_use else str(error)
        raise PolicyError("options", f"cannot listen on port {number} of {host}: {why}") from None
    running = PolicyServer(server, deadline)
    server.log(f"listening on {running.url}")
    return running


def serve(
    policy: Policy,
    *,
    port: Optional[int] = None,
    host: str = "127.0.0.1",
    path: str = "/",
    config: Optional[JsonObject] = None,
    max_body_bytes: int = 64 * 1024 * 1024,
    deadline: float = 10.0,
    log: Optional[Callable[[str], None]] = None,
) -> None:
    """Serves a policy until SIGTERM or SIGINT: the first one closes the server, the second cuts it off.

    ``port``: 0 takes any free one; unless given, what the variable ``PORT`` says. ``path``: where questions are posted. ``config``: of the
    policy; unless given, the JSON object in the variable ``POLICY_CONFIG``. ``deadline``: seconds that questions in flight have to finish
    when the server is closed. ``log`` gets one line for the start, each question and the end; to standard error unless given.

    ========================================================  =========================================
    request                                                   gets
    ========================================================  =========================================
    ``POST`` of a question to ``path``                        200 and the answer
    ``GET`` of ``/``, ``/health`` or ``path``                 200 and ``{"status": "ok", …}``
    a question that is none, or in another protocol           400
    another path, another method                              404, 405
    a question that is too long, or has a content encoding    413, 415
    a question on which the policy raises                     500
    ========================================================  =========================================

    Everything but 200 has the body ``{"error": TEXT, "code": NAME}``. Raises PolicyError (``options``) when there is no port, it cannot be
    listened on, or ``POLICY_CONFIG`` is no JSON object. Only for the main thread; ``start`` is for others.
    """
    asked = threading.Event()
    names: List[str] = []
    running: List[PolicyServer] = []

    def on_signal(number: int, _frame: object) -> None:
        if asked.is_set():
            for server in running:
                server.cut()
            return
        names.append(signal.Signals(number).name)
        asked.set()

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        server = start(
            policy,
            port=port,
            host=host,
            path=path,
            config=config,
            max_body_bytes=max_body_bytes,
            deadline=deadline,
            log=log,
        )
        running.append(server)
        # In steps: on some systems a wait without an end is deaf to signals.
        while not asked.wait(0.2):
            pass
        say = server._server.log
        say(f"{names[0]}: finishing what is in flight")
        server.close()
        say("closed")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _to_stderr(line: str) -> None:
    with suppress(OSError, ValueError):
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


def _port_of(text: Optional[str]) -> int:
    if text is not None and re.fullmatch(r"[0-9]{1,5}", text) and int(text) <= 65_535:
        return int(text)
    raise PolicyError("options", "no port to listen on: give `port`, or the variable `PORT` (0 to 65535)")


def _config_of(text: Optional[str]) -> JsonObject:
    if text is None or text.strip() == "":
        return {}
    value: Union[Dict[str, Any], object] = None
    # Told without the text: it may hold secrets.
    with suppress(ValueError):
        value = parse_json(text)
    if isinstance(value, Mapping):
        return value
    raise PolicyError("options", "the variable `POLICY_CONFIG` must hold a JSON object: the config of the policy")
