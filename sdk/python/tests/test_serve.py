from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Tuple

import pytest

from headgate_policy import Context, Decision, PolicyError, PolicyServer, Scope, define_policy, finding, interposer, start

Body = Dict[str, Any]
HOLD = threading.Event()


@define_policy("example")
def example(scope: Scope, context: Context) -> Decision:
    mode = context.config.get("mode")
    if mode == "raise":
        raise KeyError("lost")
    if mode == "exit":
        sys.exit("gone")
    if mode == "refuse":
        return finding("fatal", "x")  # type: ignore[arg-type]
    if mode == "strange":
        return finding("info", "x", edge={1})  # type: ignore[arg-type]
    if mode == "hold":
        HOLD.wait(5)
    return finding("info", f"{context.policy} of {context.scope}")


class Running:
    def __init__(self, mode: str = "", **options: Any) -> None:
        self.lines: List[str] = []
        self.server: PolicyServer = start(example, port=0, config={"mode": mode}, log=self.lines.append, **options)

    def ask(
        self, method: str = "POST", path: str = "/", body: Any = None, headers: Optional[Dict[str, str]] = None
    ) -> Tuple[int, Any, Dict[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=5)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            text = response.read().decode()
            assert response.getheader("content-type") == "application/json"
            assert response.getheader("headgate-protocol") in ("1", "2")
            return response.status, json.loads(text) if text else None, {k.lower(): v for k, v in response.getheaders()}
        finally:
            connection.close()


@pytest.fixture
def running() -> Iterator[Running]:
    made = Running(max_body_bytes=10_000)
    yield made
    made.server.close()


def test_answers(running: Running, request_body: Body) -> None:
    headers = {"headgate-protocol": "1", "headgate-scope": "/t%C3%A9am", "headgate-policy": "#p.x"}
    status, answer, _ = running.ask(body=json.dumps(request_body), headers=headers)
    assert status == 200
    assert answer == {"interpositions": [], "findings": [{"severity": "info", "message": "#p.x of /téam"}]}
    assert any("answered #p.x of /téam: interpositions 0, findings 1" in line for line in running.lines)


def test_tells_what_the_selectors_matched(request_body: Body) -> None:
    @define_policy("selective")
    def selective(scope: Scope) -> Decision:
        yield [finding("info", "seen", edge=edge) for edge in scope.select(name="all of ä\x7f")]
        scope.select(kind="kvm", allow_empty=True, name="b")
        scope.select(kind="http", name="b")

    @define_policy("many")
    def many(scope: Scope) -> None:
        for i in range(2000):
            scope.select(name=f"€{i}", allow_empty=True)

    def told(policy: Any) -> Any:
        with start(policy, port=0, config={}, log=lambda _: None) as server:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
            connection.request("POST", "/", json.dumps(request_body))
            header = connection.getresponse().getheader("headgate-selections")
            connection.close()
            return header

    assert told(selective) == '{"selections":[{"matched":4,"name":"all of \\u00e4\\u007f"},{"matched":1,"name":"b"}]}'
    header = told(many)
    assert len(header) < 8100
    counted = json.loads(header)
    assert len(counted["selections"]) + counted["left_out"] == 2000
    assert told(define_policy("none", lambda scope: None)) is None


def test_version_2(request_body: Body) -> None:
    relay = interposer(program={"path": "/bin/relay"}, same_port=True, config={"level": "${config.level}"})

    @define_policy("sharing")
    def sharing(scope: Scope) -> Decision:
        return relay.on(scope.select(kind="http"))

    def told(body: Any, headers: Dict[str, str]) -> Tuple[int, str, Any]:
        with start(sharing, port=0, config={}, log=lambda _: None) as server:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
            connection.request("POST", "/", json.dumps(body), headers)
            response = connection.getresponse()
            answer = json.loads(response.read())
            connection.request("GET", "/")
            health = connection.getresponse()
            assert health.getheader("headgate-protocol-versions") == "1, 2"
            connection.close()
            return response.status, response.getheader("headgate-protocol", ""), answer

    scope = request_body["scope"]
    http_edges = [edge for side in ("bindings", "imports", "exports") for edge in scope[side]]
    twice = {"scope": {**scope, "exports": [*scope["exports"], {**scope["exports"][0], "id": 900}]}}
    assert http_edges
    status, version, plain = told(twice, {})
    assert (status, version) == (200, "1")
    assert len(plain["interpositions"]) > 1
    assert "templates" not in plain
    status, version, offered = told(twice, {"headgate-protocol-versions": "1, 2"})
    assert (status, version) == (200, "2")
    assert offered["templates"] == {"interposer-1": plain["interpositions"][0]["interposer"]}
    assert [item["template"] for item in offered["interpositions"]] == ["interposer-1"] * len(plain["interpositions"])
    assert all("config" not in item and "interposer" not in item for item in offered["interpositions"])
    first, *others = scope["components"]
    cut = {**{key: value for key, value in first.items() if key != "program"}, "shared": {"program": 0}}
    shared = {"scope": {**twice["scope"], "components": [cut, *others]}, "shared": [first["program"]]}
    assert told(shared, {"headgate-protocol": "2"}) == (200, "2", offered)
    for wrong in ({"program": 1}, {"program": True}, {"program": -1}):
        body = {**shared, "scope": {**shared["scope"], "components": [{**cut, "shared": wrong}, *others]}}
        assert told(body, {"headgate-protocol": "2"})[0] == 400


def test_chunked(running: Running, request_body: Body) -> None:
    text = json.dumps(request_body).encode()
    status, _, _ = running.ask(body=iter([text[:100], text[100:]]))
    assert status == 200
    status, answer, _ = running.ask(body=iter([b"x" * 20_000]))
    assert (status, answer["code"]) == (413, "length")


def test_health(running: Running) -> None:
    for path in ("/", "/health"):
        assert running.ask("GET", path)[:2] == (200, {"status": "ok", "policy": "example", "protocol": "1"})
    assert running.ask("HEAD")[:2] == (200, None)


@pytest.mark.parametrize(
    "method, path, body, headers, status, code",
    [
        ("POST", "/elsewhere", "{}", {}, 404, "path"),
        ("POST", "/health", "{}", {}, 404, "path"),
        ("PUT", "/", "{}", {}, 405, "method"),
        ("BREW", "/", None, {}, 405, "method"),
        ("POST", "/", "{}", {"headgate-protocol": "3"}, 400, "protocol"),
        ("POST", "/", "{}", {"content-encoding": "gzip"}, 415, "encoding"),
        ("POST", "/", b"\xff", {}, 400, "request"),
        ("POST", "/", "[]", {}, 400, "request"),
        ("POST", "/", "{", {}, 400, "request"),
        ("POST", "/", "[" * 9_000, {}, 400, "request"),
        ("POST", "/", None, {}, 400, "request"),
        ("POST", "/", " " * 10_001, {}, 413, "length"),
    ],
)
def test_refusals(
    running: Running, method: str, path: str, body: Any, headers: Dict[str, str], status: int, code: str
) -> None:
    found, reply, _ = running.ask(method, path, body, headers)
    assert (found, reply["code"]) == (status, code)
    assert isinstance(reply["error"], str) and "Traceback" not in reply["error"]


def test_no_http(running: Running) -> None:
    for text in (b"hello\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", running.server.port), timeout=5) as connection:
            connection.sendall(text)
            reply = b""
            try:
                while part := connection.recv(65_536):
                    reply += part
            except ConnectionResetError:
                pass
            assert reply.startswith(b"HTTP/1.1 4") and b'"code": "http"' in reply


@pytest.mark.parametrize(
    "mode, code, words",
    [
        ("raise", "decide", "policy `example` failed: 'lost'"),
        ("exit", "decide", "policy `example` failed: gone"),
        ("refuse", "finding", "policy `example` failed: the severity"),
        ("strange", "decide", "policy `example` failed: set is no JSON"),
    ],
)
def test_a_policy_that_fails(request_body: Body, mode: str, code: str, words: str) -> None:
    made = Running(mode)
    try:
        status, reply, _ = made.ask(body=json.dumps(request_body))
        assert (status, reply["code"]) == (500, code) and reply["error"].startswith(words)
        assert made.ask("GET")[0] == 200
    finally:
        made.server.close()


def test_one_connection_takes_many_questions(running: Running, request_body: Body) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", running.server.port, timeout=5)
    for _ in range(3):
        connection.request("POST", "/", json.dumps(request_body))
        response = connection.getresponse()
        assert response.status == 200
        response.read()
    connection.close()


def test_close_finishes_what_is_in_flight(request_body: Body) -> None:
    HOLD.clear()
    made = Running("hold")
    idle = socket.create_connection(("127.0.0.1", made.server.port))
    replies: List[int] = []
    asking = threading.Thread(target=lambda: replies.append(made.ask(body=json.dumps(request_body))[0]))
    asking.start()
    time.sleep(0.3)
    closing = threading.Thread(target=made.server.close)
    closing.start()
    time.sleep(0.3)
    assert closing.is_alive()
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", made.server.port), timeout=1)
    HOLD.set()
    asking.join(5)
    closing.join(5)
    assert replies == [200] and not closing.is_alive() and made.server.wait(0)
    assert idle.recv(1) == b""
    idle.close()


def test_close_waits_no_longer_than_the_deadline(request_body: Body) -> None:
    HOLD.clear()
    made = Running("hold", deadline=0.3)
    connection = http.client.HTTPConnection("127.0.0.1", made.server.port, timeout=10)
    connection.request("POST", "/", json.dumps(request_body))
    time.sleep(0.2)
    start_ = time.monotonic()
    made.server.close()
    assert time.monotonic() - start_ < 3
    HOLD.set()
    with pytest.raises((OSError, http.client.HTTPException)):
        connection.getresponse()
    connection.close()


def test_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORT", raising=False)
    with pytest.raises(PolicyError, match="no port to listen on"):
        start(example)
    monkeypatch.setenv("PORT", "0")
    monkeypatch.setenv("POLICY_CONFIG", "[secret")
    with pytest.raises(PolicyError, match="must hold a JSON object") as raised:
        start(example)
    assert "secret" not in raised.value.message
    monkeypatch.setenv("POLICY_CONFIG", '{"mode": "raise"}')
    with start(example, log=lambda line: None) as server:
        with pytest.raises(PolicyError, match="in use by another program"):
            start(example, port=server.port)
        assert server.url == f"http://127.0.0.1:{server.port}/"


PROGRAM = """
from headgate_policy import define_policy, serve
import time

@define_policy("slow")
def policy(scope):
    time.sleep({seconds})

serve(policy, port=0)
"""


def spawn(seconds: float) -> Tuple["subprocess.Popen[str]", int]:
    source = Path(__file__).parent.parent / "src"
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", PROGRAM.format(seconds=seconds)],
        env={**os.environ, "PYTHONPATH": str(source)},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    line = process.stderr.readline()
    return process, int(line.rsplit(":", 1)[1].split("/")[0])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_closes(number: signal.Signals) -> None:
    process, _ = spawn(0)
    process.send_signal(number)
    assert process.wait(5) == 0
    assert process.stderr is not None
    rest = process.stderr.read()
    process.stderr.close()
    assert f"slow: {number.name}: finishing what is in flight" in rest and "slow: closed" in rest


def test_a_signal_lets_a_question_finish_and_a_second_one_does_not(request_body: Body) -> None:
    for seconds, again, answered in ((0.6, False, True), (5.0, True, False)):
        process, port = spawn(seconds)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("POST", "/", json.dumps(request_body))
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        if again:
            time.sleep(0.2)
            process.send_signal(signal.SIGTERM)
        try:
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            status = 0
        connection.close()
        assert (status == 200) == answered
        assert process.wait(4) == 0
        assert process.stderr is not None
        process.stderr.close()
