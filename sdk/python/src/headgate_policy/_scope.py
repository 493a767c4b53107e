from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple, Union

from ._errors import PolicyError
from ._json import JsonObject
from ._request import RawEdge, RawEnd, RawRequest, id_at, unknown_component
from ._select import ANY, EndOf, OneOrMore, _Any, select_edges
from ._types import Component, Edge, EdgeEnd, Protocol, Selection, Side


class Scope:
    """What the policy governs: one subtree of a scenario."""

    def __init__(self, request: RawRequest) -> None:
        by_id = _read_components(request.components)
        #: In the order of their numbers.
        self.components: Tuple[Component, ...] = tuple(by_id[number] for number in sorted(by_id))
        #: Bindings, imports and exports in one tuple, in the order of their numbers.
        self.edges: Tuple[Edge, ...] = tuple(
            _edge(raw, by_id) for raw in request.edges
        )
        #: The component whose manifest lists the policy; None only when the request shows no component.
        self.root: Optional[Component] = next((c for c in self.components if c.parent is None), None)
        self._by_moniker: Dict[str, Component] = {c.moniker: c for c in self.components}
        self._made: List[Selection] = []
        self._empty: List[Selection] = []

    def select(
        self,
        *,
        kind: Union[None, OneOrMore[str]] = None,
        profile: Union[_Any, None, str, Sequence[Optional[str]]] = ANY,
        protocol: Union[_Any, None, Protocol, Sequence[Optional[Protocol]]] = ANY,
        component: Union[None, OneOrMore[EndOf]] = None,
        from_: Union[None, OneOrMore[EndOf]] = None,
        to: Union[None, OneOrMore[EndOf]] = None,
        side: Union[None, OneOrMore[Side]] = None,
        where: Optional[Callable[[Edge], bool]] = None,
        name: Optional[str] = None,
        allow_empty: bool = False,
    ) -> Selection:
        """Edges that meet all conditions; a list means one of its items.

        ``component`` is a pattern over the monikers at either end, ``from_`` and ``to`` one at the source and at the consumer, where a dot
        and a pattern over the name may follow: ``/caller.agent``. ``*`` stands for any text without ``/``, ``**`` for any text.
        ``profile=None`` asks for edges without a profile, ``protocol=None`` for edges whose protocol is not known. ``name`` is what the finding about an empty selection calls it.

        A selection that matched nothing becomes a finding of severity ``warning`` and code ``empty-selection``, unless ``allow_empty``.
        Raises PolicyError (``selection``) for a pattern that begins neither with ``/`` nor with ``*``.
        """
        selection = select_edges(self.edges, kind, profile, protocol, component, from_, to, side, where, name)
        self._made.append(selection)
        if not selection.edges and not allow_empty:
            self._empty.append(selection)
        return selection

    def component(self, moniker: str) -> Optional[Component]:
        """None when it is not in the scope."""
        return self._by_moniker.get(moniker)

    def config(self, path: str) -> str:
        """The reference ``${config.PATH}`` to a value of the scope's own config, for the config of an interposer.

        The value itself is never seen by the policy; ``""`` means the whole config. Raises PolicyError (``config``) when the config schema
        of the scope has no such value.
        """
        schema = self.root.config_schema if self.root else None
        if schema is None:
            raise PolicyError("config", f"the scope takes no config, so there is no `{path}` to refer to")
        if schema_at(schema, path) is None:
            raise PolicyError("config", f"the config of the scope has no `{path}`; its keys are {_keys(schema)}")
        return "${config}" if path == "" else "${config." + path + "}"


def empty_selections(scope: Scope) -> Sequence[Selection]:
    """In the order in which they were made."""
    return tuple(scope._empty)


def selections(scope: Scope) -> Sequence[Selection]:
    """In the order in which they were made, whatever they matched."""
    return tuple(scope._made)


def _read_components(raw: Sequence[JsonObject]) -> Dict[int, Component]:
    by_id: Dict[int, Component] = {}
    for i, item in enumerate(raw):
        number = id_at(item.get("id"), f"scope.components[{i}].id")
        by_id[number] = Component(
            id=number,
            moniker=_text(item.get("moniker")),
            digest=_text(item.get("digest")),
            config=_object(item.get("config")),
            config_schema=_object(item.get("config_schema")),
            program=_object(item.get("program")),
            slots=_object(item.get("slots")) or {},
            provides=_object(item.get("provides")) or {},
            resources=_object(item.get("resources")) or {},
            child_templates=_object(item.get("child_templates")) or {},
            metadata=item.get("metadata"),
        )

    def known(number: Any) -> List[Component]:
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            return []
        found = by_id.get(number)  # type: ignore[arg-type]
        return [] if found is None else [found]

    # Parents and children point at each other, so they are joined once all are there.
    for item in raw:
        component = by_id[int(item["id"])]
        children = item.get("children")
        parents = known(item.get("parent"))
        inside = [child for number in children for child in known(number)] if isinstance(children, list) else []
        object.__setattr__(component, "parent", parents[0] if parents else None)
        object.__setattr__(component, "children", tuple(inside))
    return by_id


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _object(value: Any) -> Any:
    return value if isinstance(value, Mapping) else None


def _edge(raw: RawEdge, components: Mapping[int, Component]) -> Edge:
    source, target = _end(raw.source, raw.id, components), _end(raw.target, raw.id, components)
    return Edge(raw.id, raw.side, raw.kind, raw.profile, _protocol_behind(source), source, target)


def _protocol_behind(source: Optional[EdgeEnd]) -> Optional[Protocol]:
    if source is None or source.type != "provide":
        return None
    provide = _object(source.component.provides.get(source.name))
    program = source.component.program or {}
    network = _object((_object(program.get("vm")) or program).get("network"))
    endpoints = network.get("endpoints") if network is not None else None
    if provide is None or not isinstance(endpoints, list):
        return None
    for endpoint in endpoints:
        if isinstance(endpoint, Mapping) and endpoint.get("name") == provide.get("endpoint"):
            protocol: Any = endpoint.get("protocol")
            return protocol if protocol in ("http", "https", "tcp") else None
    return None


def _end(raw: Optional[RawEnd], edge: int, components: Mapping[int, Component]) -> Optional[EdgeEnd]:
    if raw is None:
        return None
    component = components.get(raw.component)
    if component is None:
        raise unknown_component(raw.component, f"edge {edge}")
    return EdgeEnd(component, raw.type, raw.name)


def _keys(schema: JsonObject) -> str:
    properties = schema.get("properties")
    keys = list(properties) if isinstance(properties, Mapping) else []
    return ", ".join(f"`{key}`" for key in keys) if keys else "none"


def schema_at(schema: JsonObject, path: str) -> Optional[JsonObject]:
    """The schema of a value inside a config; ``{}`` where the schema does not tell, None where it tells that there is none."""
    current = schema
    for key in path.split(".") if path else []:
        properties = current.get("properties")
        if not isinstance(properties, Mapping):
            return {}
        if key not in properties:
            return None
        found = properties[key]
        if not isinstance(found, Mapping):
            return {}
        current = found
    return current
