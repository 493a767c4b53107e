"""A decision → the answer as it goes over the wire."""
from __future__ import annotations

import json
import re
from typing import Any, Dict, Iterator, List, Mapping

from ._errors import PolicyError
from ._interposer import Interposer, Interposition, _Unset
from ._json import JsonObject
from ._scope import Scope, empty_selections, schema_at
from ._types import Answer, Edge, Finding, Placement, Selection


def assemble(decision: Any, scope: Scope) -> Answer:
    """Raises PolicyError (``decision``) for what is neither made by ``interposer(…).on(…)`` nor by ``finding(…)``."""
    counts: Dict[Interposer, int] = {}
    interpositions: List[Dict[str, Any]] = []
    findings: List[Dict[str, Any]] = []
    left_alone: Dict[Interposer, List[Edge]] = {}
    for item in _flat(decision):
        if isinstance(item, Finding):
            findings.append(_finding(item))
        elif isinstance(item, Interposition) and not _speaks_alike(item):
            left_alone.setdefault(item.builder, []).append(item.edge)
        elif isinstance(item, Interposition):
            index = counts.get(item.builder, 0)
            counts[item.builder] = index + 1
            interpositions.append(_interposition(item.builder, item.edge, index, scope))
        else:
            raise PolicyError("decision", f"a decision is made of interpositions and findings; {_wrong(item)}")
    findings += [_other_protocol(spec, edges, counts.get(spec, 0)) for spec, edges in left_alone.items()]
    findings += [_empty(selection, len(scope.edges)) for selection in empty_selections(scope)]
    return {"interpositions": interpositions, **({"findings": findings} if findings else {})}


def _flat(decision: Any) -> Iterator[Any]:
    """In order, without recursion."""
    open_: List[Iterator[Any]] = [iter([decision])]
    while open_:
        for item in open_[-1]:
            if item is None:
                continue
            if isinstance(item, (list, tuple)) or (isinstance(item, Iterator) and not isinstance(item, Selection)):
                open_.append(iter(item))
                break
            yield item
        else:
            open_.pop()


def _wrong(item: Any) -> str:
    if hasattr(item, "__await__"):
        item.close() if hasattr(item, "close") else None
        return "`decide` returned a coroutine: it must not be async"
    if isinstance(item, Interposer):
        return "this is an interposer that was put on nothing: call `.on(…)`"
    return f"`decide` returned {type(item).__name__}"


def _finding(item: Finding) -> Dict[str, Any]:
    optional = {"edge": item.edge, "component": item.component, "code": item.code}
    given = {key: value for key, value in optional.items() if value is not None}
    return {"severity": item.severity, "message": item.message, **given}


def _speaks_alike(item: Interposition) -> bool:
    """HTTP with and without TLS are one language: the URL says which it is. What is not known is taken to be right."""
    return item.edge.protocol is None or (item.edge.protocol == "tcp") == (item.builder.protocol == "tcp")


_MAX_NAMED = 5


def _other_protocol(spec: Interposer, edges: List[Edge], placed: int) -> Dict[str, Any]:
    speak, were = ("speaks", "was") if len(edges) == 1 else ("speak", "were")
    spoken = "plain TCP" if edges[0].protocol == "tcp" else "HTTP"
    named = [f"`{edge.label}`" for edge in edges[:_MAX_NAMED]]
    if len(edges) > _MAX_NAMED:
        named.append(f"and {len(edges) - _MAX_NAMED} more")
    return {
        "severity": "warning",
        "message": f"{len(edges)} of {len(edges) + placed} edges {speak} {spoken} and {were} left alone: "
        f"the interposer speaks {spec.protocol} ({', '.join(named)})",
        **({"edge": edges[0].id} if len(edges) == 1 else {}),
        "code": "other-protocol",
    }


def _empty(selection: Selection, edges: int) -> Dict[str, Any]:
    return {
        "severity": "warning",
        "message": f"the selection `{selection.name}` matched none of the {edges} edges of the scope",
        "code": "empty-selection",
    }


def _interposition(spec: Interposer, edge: Edge, index: int, scope: Scope) -> Dict[str, Any]:
    port = spec.port + (0 if spec.same_port else index)
    if port > 65_535:
        raise PolicyError("interposer", f"there is no port for copy {index} of an interposer: {port} is none")
    placement = Placement(edge, index, port)

    def at(value: Any) -> Any:
        return value(placement) if callable(value) else value

    config = at(spec.config)
    schema = spec.config_schema
    if schema is None and config is not None:
        schema = _schema_of(config, scope)
    capability = {"kind": edge.kind, "profile": edge.profile}
    interposer: Dict[str, Any] = {
        "program": _program(at(spec.program), spec, port),
        **({} if config is None else {"config": config}),
        **({} if schema is None else {"config_schema": schema}),
        "slots": {spec.slot: capability},
        "provides": {spec.provide: {**capability, "endpoint": spec.provide}},
        **({} if isinstance(spec.metadata, _Unset) else {"metadata": at(spec.metadata)}),
    }
    return {
        "interposer": interposer,
        "attachments": [{"target": edge.id, "interposer_slot": spec.slot, "interposer_provide": spec.provide}],
        **({} if spec.reason is None else {"reason": at(spec.reason)}),
    }


def _program(program: Mapping[str, Any], spec: Interposer, port: int) -> Dict[str, Any]:
    endpoints = list(program.get("endpoints", ()))
    if any(endpoint["name"] == spec.provide for endpoint in endpoints):
        raise PolicyError(
            "interposer", f"the endpoint `{spec.provide}` is declared already: it is the port of the interposer"
        )
    if ("image" in program) == ("path" in program):
        raise PolicyError("interposer", "the program of an interposer has either `path` or `image`")
    if "image" in program:
        command = {"image": program["image"], "entrypoint": program.get("entrypoint", [])}
    else:
        command = {"path": program["path"], "args": program.get("args", [])}
    mounts = list(program.get("mounts", ()))
    upstream = "${slots." + spec.slot + ".url}"
    return {
        **command,
        "env": {"PORT": str(port), "UPSTREAM_URL": upstream, **program.get("env", {})},
        "network": {
            "endpoints": [
                {"name": spec.provide, "port": port, "protocol": spec.protocol},
                *({"protocol": "http", **endpoint} for endpoint in endpoints),
            ]
        },
        **({"mounts": mounts} if mounts else {}),
    }


def _schema_of(config: JsonObject, scope: Scope) -> Dict[str, Any]:
    """What a config that is written out says of its own shape."""
    properties = {key: _schema_of_value(value, scope) for key, value in config.items()}
    return {"type": "object", "properties": properties, "required": list(config)}


_REFERENCE = re.compile(r"\$\{config(?:\.([^{}]*))?\}")


def _schema_of_value(value: Any, scope: Scope) -> JsonObject:
    if value is None:
        return {}
    if isinstance(value, (list, tuple)):
        return {"type": "array"}
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, (int, float)):
        return {"type": "number"}
    if not isinstance(value, str):
        return {"type": "object"}
    reference = _REFERENCE.fullmatch(value)
    if not reference:
        return {"type": "string"}
    schema = scope.root.config_schema if scope.root else None
    found = (schema_at(schema, reference.group(1) or "") if schema is not None else None) or {}
    return {} if '"$ref"' in json.dumps(found) else found
