from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Optional, Tuple, Union

from ._errors import PolicyError
from ._json import JsonObject, JsonValue
from ._types import Edge, InterposerProgram, Placed, Protocol


class _Unset:
    def __repr__(self) -> str:
        return "UNSET"


UNSET = _Unset()


@dataclass(frozen=True, eq=False)
class Interposer:
    """An interposer, ready to be put on edges. Made by ``interposer(…)``."""

    program: Placed[InterposerProgram]
    port: int
    reason: Optional[Placed[str]]
    config: Optional[Placed[JsonObject]]
    config_schema: Optional[JsonObject]
    slot: str
    provide: str
    protocol: Protocol
    metadata: Union[_Unset, Placed[JsonValue]]
    same_port: bool = False

    def on(self, edges: Union[Edge, Iterable[Edge]]) -> Tuple["Interposition", ...]:
        """One copy for each edge. Slot and provide get the kind and the profile of the edge.

        An interposer that speaks HTTP is not put on an edge that speaks plain TCP, nor the other way round: a finding of severity
        ``warning`` and code ``other-protocol`` says how many edges were left alone. Select by ``protocol`` to leave them out without a
        word. Edges whose protocol is not known are taken.

        Raises PolicyError (``edge``) for an edge that is not ``interposable``.
        """
        return tuple(self._at(edge) for edge in ((edges,) if isinstance(edges, Edge) else edges))

    def _at(self, edge: Edge) -> "Interposition":
        if not edge.interposable:
            raise PolicyError(
                "edge",
                f"nothing can sit on edge {edge.id} ({edge.label}): it carries `{edge.kind}`; "
                "select with `kind`, or where the edge is `interposable`",
            )
        return Interposition(edge, self)


@dataclass(frozen=True, eq=False)
class Interposition:
    """An interposer on an edge, as a policy proposes it. Made by ``interposer(…).on(…)``."""

    edge: Edge
    builder: Interposer


def interposer(
    *,
    program: Placed[InterposerProgram],
    port: int = 18_400,
    reason: Optional[Placed[str]] = None,
    config: Optional[Placed[JsonObject]] = None,
    config_schema: Optional[JsonObject] = None,
    slot: str = "upstream",
    provide: str = "downstream",
    protocol: Protocol = "http",
    metadata: Union[_Unset, Placed[JsonValue]] = UNSET,
    same_port: bool = False,
) -> Interposer:
    """An interposer. Its program gets ``PORT`` (to listen on, at all addresses) and ``UPSTREAM_URL`` in its environment, unless ``env`` names them.

    ``program``, ``reason``, ``config`` and ``metadata`` may be functions of the Placement. The copy on the first edge listens at ``port``,
    each further one on the next; with ``same_port`` all at ``port``, for programs that have a network of their own each: copies that are
    alike are then sent once. ``${config.x}`` in ``config`` is the scope's ``x``: make such texts with ``scope.config``. Unless given,
    ``config_schema`` is made of ``config``. Raises PolicyError (``interposer``) for a port outside of 1 to 65535 and for a slot that is
    called like the provide.
    """
    if isinstance(port, bool) or not isinstance(port, int) or not 1 <= port <= 65_535:
        raise PolicyError("interposer", f"the port of an interposer is a number from 1 to 65535, and not {port}")
    for name in (slot, provide):
        if name == "" or "." in name:
            raise PolicyError("interposer", f"`{name}` cannot be the name of a slot or a provide: names hold no dot")
    if slot == provide:
        raise PolicyError("interposer", f"slot and provide are both called `{slot}`")
    return Interposer(program, port, reason, config, config_schema, slot, provide, protocol, metadata, same_port)
