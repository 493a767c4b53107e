"""The policy itself: what is shown goes in, what is proposed comes out. It starts nothing and listens to nothing."""
from __future__ import annotations

from pathlib import Path
from typing import Any, TypedDict

# The recorder goes into the plan as a text, so the plan needs nothing of this folder.
RECORDER = Path(__file__).with_name("recorder.py").read_text(encoding="utf-8")

# Every recorder listens on a port of its own, from here upwards.
FIRST_PORT = 18220


class Capability(TypedDict):
    kind: str
    profile: str | None


class Consumer(TypedDict):
    component: int
    name: str


# `from` is a word of the language.
Edge = TypedDict("Edge", {"id": int, "from": dict[str, Any], "to": Consumer, "capability": Capability})


class Component(TypedDict):
    id: int
    moniker: str
    # Each names the endpoint that serves it.
    provides: dict[str, Any]
    program: dict[str, Any] | None


class Scope(TypedDict):
    """The part of the question that this policy reads. Everything else is in it too."""

    components: list[Component]
    bindings: list[Edge]


def recorder(edge: Edge, name: str, port: int) -> dict[str, Any]:
    return {
        "reason": f"what {name} asks over HTTP is recorded",
        "interposer": {
            "program": {
                "path": "/usr/bin/env",
                "args": ["python3", "-u", "-c", RECORDER],
                "env": {"PORT": str(port), "UPSTREAM_URL": "${slots.upstream.url}", "EDGE": name},
                "network": {"endpoints": [{"name": "http", "port": port}]},
            },
            "slots": {"upstream": edge["capability"]},
            "provides": {"downstream": {**edge["capability"], "endpoint": "http"}},
        },
        "attachments": [
            {"target": edge["id"], "interposer_slot": "upstream", "interposer_provide": "downstream"}
        ],
    }


def speaks_tcp(scope: Scope, edge: Edge) -> bool:
    """The kind does not tell what is spoken: the endpoint behind the edge does."""
    source = edge["from"].get("Component")
    for component in scope["components"]:
        if source is None or component["id"] != source["component"]:
            continue
        endpoint = component["provides"][source["name"]]["endpoint"]
        network = (component["program"] or {}).get("network") or {"endpoints": []}
        return any(one["name"] == endpoint and one["protocol"] == "tcp" for one in network["endpoints"])
    return False


def answer(scope: Scope) -> dict[str, Any]:
    """Puts a recorder on every HTTP edge between two components, and tells which edges of that kind do not speak HTTP."""
    monikers = {component["id"]: component["moniker"] for component in scope["components"]}

    def name(edge: Edge) -> str:
        return f"{monikers[edge['to']['component']]}.{edge['to']['name']}"

    edges = [edge for edge in scope["bindings"] if edge["capability"]["kind"] == "http"]
    tcp = [edge for edge in edges if speaks_tcp(scope, edge)]
    http = [edge for edge in edges if edge not in tcp]
    findings = [
        {
            "severity": "warning",
            "message": f"{name(edge)} speaks plain TCP, so it is not recorded",
            "edge": edge["id"],
            "code": "not-recorded",
        }
        for edge in tcp
    ]
    interpositions = [recorder(edge, name(edge), FIRST_PORT + i) for i, edge in enumerate(http)]
    return {"interpositions": interpositions, **({"findings": findings} if findings else {})}
