from __future__ import annotations

import copy
from typing import Any, Dict

import pytest


def component(number: int, moniker: str, **fields: Any) -> Dict[str, Any]:
    return {
        "id": number,
        "moniker": moniker,
        "parent": 0 if number else None,
        "children": [],
        "digest": "sha256:x",
        "config": None,
        "config_schema": None,
        "program": None,
        "slots": {},
        "provides": {},
        "resources": {},
        "child_templates": {},
        "metadata": None,
        **fields,
    }


_REQUEST: Dict[str, Any] = {
    "scope": {
        "components": [
            component(
                0,
                "/",
                children=[1, 2, 3],
                config_schema={"type": "object", "properties": {"key": {"type": "string", "minLength": 3}}},
            ),
            component(1, "/caller", slots={"agent": {"kind": "a2a", "profile": None, "optional": False, "multiple": False}}),
            component(2, "/responder", program={"image": "acme/responder", "entrypoint": []}),
            component(3, "/team/left"),
        ],
        "bindings": [
            {
                "id": 0,
                "from": {"Component": {"component": 2, "name": "a2a"}},
                "to": {"component": 1, "name": "agent"},
                "capability": {"kind": "a2a", "profile": None},
            },
            {
                "id": 3,
                "from": {"Resource": {"component": 2, "name": "db"}},
                "to": {"component": 3, "name": "store"},
                "capability": {"kind": "storage", "profile": None},
            },
        ],
        "imports": [{"id": 1, "to": {"component": 1, "name": "llm"}, "capability": {"kind": "llm", "profile": "chat"}}],
        "exports": [
            {
                "id": 2,
                "from": {"Component": {"component": 1, "name": "status"}},
                "capability": {"kind": "http", "profile": None},
            }
        ],
    }
}


@pytest.fixture
def request_body() -> Dict[str, Any]:
    return copy.deepcopy(_REQUEST)
