from __future__ import annotations

import re
from typing import Any, Callable, List, Optional, Pattern, Sequence, Tuple, TypeVar, Union

from ._errors import PolicyError
from ._types import Component, Edge, EdgeEnd, Protocol, Selection, Side

T = TypeVar("T")
OneOrMore = Union[T, Sequence[T]]
#: ``/caller``, ``/team/**``; where a slot or a provide may be named also ``/caller.agent``.
EndOf = Union[str, Component]


class _Any:
    """Stands for a condition that is not there, where None is a value."""

    def __repr__(self) -> str:
        return "ANY"


ANY = _Any()


def _list_of(value: object) -> Optional[List[Any]]:
    """A text is a sequence too, and means itself."""
    if value is None:
        return None
    return list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]


def _with_none(value: Union[_Any, None, str, Sequence[Optional[str]]]) -> Optional[List[Optional[str]]]:
    """Of a condition for which None is a value."""
    if isinstance(value, _Any):
        return None
    if value is None or isinstance(value, str):
        return [value]
    return list(value)


def select_edges(
    edges: Sequence[Edge],
    kind: Union[None, OneOrMore[str]],
    profile: Union[_Any, None, str, Sequence[Optional[str]]],
    protocol: Union[_Any, None, Protocol, Sequence[Optional[Protocol]]],
    component: Union[None, OneOrMore[EndOf]],
    from_: Union[None, OneOrMore[EndOf]],
    to: Union[None, OneOrMore[EndOf]],
    side: Union[None, OneOrMore[Side]],
    where: Optional[Callable[[Edge], bool]],
    name: Optional[str],
) -> Selection:
    kinds, profiles, protocols, sides = _list_of(kind), _with_none(profile), _with_none(protocol), _list_of(side)
    components, sources, targets = _list_of(component), _list_of(from_), _list_of(to)
    at_either, at_source, at_target = _tests(components, False), _tests(sources, True), _tests(targets, True)
    found = [
        edge
        for edge in edges
        if (kinds is None or edge.kind in kinds)
        and (profiles is None or edge.profile in profiles)
        and (protocols is None or edge.protocol in protocols)
        and (sides is None or edge.side in sides)
        and (at_either is None or at_either(edge.source) or at_either(edge.target))
        and (at_source is None or at_source(edge.source))
        and (at_target is None or at_target(edge.target))
        and (where is None or where(edge))
    ]
    if name is None:
        name = _describe(
            (
                ("kind", kinds),
                ("profile", profiles),
                ("protocol", protocols),
                ("component", components),
                ("from", sources),
                ("to", targets),
                ("side", sides),
            ),
            where is not None,
        )
    return Selection(name, tuple(found))


EndTest = Callable[[Optional[EdgeEnd]], bool]


def _tests(given: Optional[List[EndOf]], with_name: bool) -> Optional[EndTest]:
    if given is None:
        return None
    tests = [_test(one, with_name) for one in given]
    return lambda end: end is not None and any(test(end) for test in tests)


def _test(given: EndOf, with_name: bool) -> Callable[[EdgeEnd], bool]:
    if isinstance(given, Component):
        wanted = given.id
        return lambda end: end.component.id == wanted
    dot = given.rfind(".") if with_name else -1
    moniker = _pattern(given if dot < 0 else given[:dot], given)
    name = None if dot < 0 else _regex(given[dot + 1 :])
    return lambda end: bool(moniker.fullmatch(end.component.moniker)) and (
        name is None or bool(name.fullmatch(end.name))
    )


def _pattern(text: str, given: str) -> Pattern[str]:
    if text.startswith(("/", "*")):
        return _regex(text)
    raise PolicyError(
        "selection",
        f"`{given}` is not a pattern over monikers: it begins with `/`, such as `/{text}`, or with `*`",
    )


def _regex(text: str) -> Pattern[str]:
    """``**`` is any text, ``*`` any text without ``/``."""
    parts = {"**": ".*", "*": "[^/]*"}
    return re.compile("".join(parts.get(part) or re.escape(part) for part in re.split(r"(\*\*|\*)", text)), re.S)


def _describe(conditions: Sequence[Tuple[str, Optional[Sequence[object]]]], further: bool) -> str:
    """``kind a2a, side inside``"""
    words = [f"{key} {' or '.join(_word(item) for item in items)}" for key, items in conditions if items is not None]
    if further:
        words.append("a further condition")
    return ", ".join(words) if words else "every edge"


def _word(item: object) -> str:
    if item is None:
        return "none"
    return item.moniker if isinstance(item, Component) else str(item)
