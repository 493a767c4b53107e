"""Body of a question → its parts. Strict about what is used, and about nothing else: fields that nobody knows are ignored."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, List, Mapping, Optional, Tuple, Union

from ._errors import PolicyError
from ._json import JsonObject, parse_json
from ._types import EndType, Side


@dataclass(frozen=True)
class RawEnd:
    component: int
    type: EndType
    name: str


@dataclass(frozen=True)
class RawEdge:
    id: int
    side: Side
    kind: str
    profile: Optional[str]
    source: Optional[RawEnd]
    target: Optional[RawEnd]


@dataclass(frozen=True)
class RawRequest:
    components: Tuple[JsonObject, ...]
    #: In the order of their numbers.
    edges: Tuple[RawEdge, ...]


def bad(message: str) -> PolicyError:
    return PolicyError("request", f"not a question for a policy: {message}")


def read_request(request: Union[str, bytes, Mapping[str, Any]]) -> RawRequest:
    """Raises PolicyError (``request``) naming the first field that is wrong."""
    value: Any = _parse(request) if isinstance(request, (str, bytes)) else request
    scope = _object(_object(value, "the body").get("scope", _MISSING), "`scope`")
    components = [_object(item, f"`scope.components[{i}]`") for i, item in enumerate(_list(scope, "components"))]
    edges: List[RawEdge] = []
    sides: Tuple[Tuple[str, Side], ...] = (("bindings", "inside"), ("imports", "import"), ("exports", "export"))
    for name, side in sides:
        edges += [_edge(item, side, f"scope.{name}[{i}]") for i, item in enumerate(_list(scope, name))]
    return RawRequest(tuple(components), tuple(sorted(edges, key=lambda edge: edge.id)))


_MISSING = object()


def _parse(request: Union[str, bytes]) -> Any:
    try:
        return parse_json(request if isinstance(request, str) else request.decode("utf-8"))
    except ValueError as error:
        raise bad(f"the body is no JSON ({error})") from None


def _object(value: Any, name: str) -> JsonObject:
    if isinstance(value, Mapping):
        return value
    raise bad(f"{name} is {'missing' if value is _MISSING else 'not an object'}")


def _list(scope: JsonObject, name: str) -> List[Any]:
    value = scope.get(name, _MISSING)
    if isinstance(value, (list, tuple)):
        return list(value)
    raise bad(f"`scope.{name}` is {'missing' if value is _MISSING else 'no list'}")


def id_at(value: Any, name: str) -> int:
    """A number that names something."""
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if whole and not isinstance(value, bool) and 0 <= value <= 2**53 - 1:
        return int(value)
    raise bad(f"`{name}` is not a number from 0 upwards")


def _text(value: Any, name: str) -> str:
    if isinstance(value, str):
        return value
    raise bad(f"`{name}` is not text")


def _edge(value: Any, side: Side, at: str) -> RawEdge:
    edge = _object(value, f"`{at}`")
    capability = _object(edge.get("capability", _MISSING), f"`{at}.capability`")
    profile = capability.get("profile")
    return RawEdge(
        id=id_at(edge.get("id"), f"{at}.id"),
        side=side,
        kind=_text(capability.get("kind"), f"{at}.capability.kind"),
        profile=None if profile is None else _text(profile, f"{at}.capability.profile"),
        source=None if side == "import" else _source(edge.get("from", _MISSING), f"{at}.from"),
        target=None if side == "export" else _slot(edge.get("to", _MISSING), f"{at}.to"),
    )


def _slot(value: Any, at: str) -> RawEnd:
    slot = _object(value, f"`{at}`")
    return RawEnd(id_at(slot.get("component"), f"{at}.component"), "slot", _text(slot.get("name"), f"{at}.name"))


_SOURCES: Tuple[Tuple[str, EndType, str, str], ...] = (
    ("Component", "provide", "component", "name"),
    ("Resource", "resource", "component", "name"),
    ("Framework", "framework", "authority", "capability"),
)


def _source(value: Any, at: str) -> RawEnd:
    source = _object(value, f"`{at}`")
    for tag, kind, owner, name in _SOURCES:
        if tag not in source:
            continue
        inside = _object(source[tag], f"`{at}.{tag}`")
        return RawEnd(
            id_at(inside.get(owner), f"{at}.{tag}.{owner}"), kind, _text(inside.get(name), f"{at}.{tag}.{name}")
        )
    raise bad(f"`{at}` is none of `Component`, `Resource` and `Framework`")


def unknown_component(number: int, at: str) -> PolicyError:
    return bad(f"{at} names component {number}, which is not in the scope")
