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


class Edge(TypedDict):
    id: int
    to: Consumer
    capability: Capability


class Component(TypedDict):
    id: int
    moniker: str


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


def answer(scope: Scope) -> dict[str, Any]:
    """Puts a recorder on every HTTP edge between two components of the scope."""
    monikers = {component["id"]: component["moniker"] for component in scope["components"]}
    edges = [edge for edge in scope["bindings"] if edge["capability"]["kind"] == "http"]
    names = [f"{monikers[edge['to']['component']]}.{edge['to']['name']}" for edge in edges]
    return {
        "interpositions": [
            recorder(edge, name, FIRST_PORT + i) for i, (edge, name) in enumerate(zip(edges, names))
        ]
    }
