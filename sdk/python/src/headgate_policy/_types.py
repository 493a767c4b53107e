"""What a policy works with. Everything is read-only; numbers that name edges and components mean something in one request only."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    Iterator,
    List,
    Mapping,
    Optional,
    Sequence,
    Tuple,
    TypeVar,
    Union,
)

from ._json import JsonObject, JsonValue

if TYPE_CHECKING:
    from typing import Literal, TypedDict

    Side = Literal["inside", "import", "export"]
    Severity = Literal["error", "warning", "info"]
    Protocol = Literal["http", "https", "tcp"]
    EndType = Literal["slot", "provide", "resource", "framework"]

    class Slot(TypedDict):
        kind: str
        profile: Optional[str]
        optional: bool
        multiple: bool

    class Provide(TypedDict):
        kind: str
        profile: Optional[str]
        #: Name of an endpoint of the program; None where the provide is not served by one.
        endpoint: Optional[str]

    class Endpoint(TypedDict, total=False):
        name: str
        port: int
        protocol: Protocol

    class PathProgram(TypedDict, total=False):
        """A program on the machine; ``path`` is required."""

        path: str
        #: A text is split into words like a shell does it.
        args: Union[str, Sequence[Union[str, JsonObject]]]
        env: Mapping[str, Union[str, JsonObject]]
        mounts: Sequence[JsonObject]
        endpoints: Sequence[Endpoint]

    class ImageProgram(TypedDict, total=False):
        """A container image; ``image`` is required."""

        image: str
        entrypoint: Union[str, Sequence[Union[str, JsonObject]]]
        env: Mapping[str, Union[str, JsonObject]]
        mounts: Sequence[JsonObject]
        endpoints: Sequence[Endpoint]

    InterposerProgram = Union[PathProgram, ImageProgram]
else:
    Side = Severity = Protocol = EndType = str
    Slot = Provide = Endpoint = PathProgram = ImageProgram = InterposerProgram = dict


@dataclass(frozen=True, eq=False, repr=False)
class Component:
    """A component of the scope."""

    #: Its number in this request.
    id: int
    #: Its path: ``/`` is the root of the scenario, ``/a/b`` is ``b`` inside ``a``.
    moniker: str
    #: Of its manifest: ``sha256:`` and base64.
    digest: str
    #: As its parent wrote it, references unresolved (they count in the parent's config).
    config: Optional[JsonObject]
    #: JSON Schema of its config; None when it takes none.
    config_schema: Optional[JsonObject]
    #: In the form of the wire: a mapping with ``path``, ``image`` or ``vm``.
    program: Optional[JsonObject]
    slots: Mapping[str, Slot]
    provides: Mapping[str, Provide]
    resources: Mapping[str, JsonObject]
    child_templates: JsonObject
    #: As its manifest has it.
    metadata: JsonValue
    #: None for the root of the scope: what lies above it is not shown.
    parent: Optional["Component"] = None
    #: In the order of their monikers.
    children: Tuple["Component", ...] = ()

    def __repr__(self) -> str:
        return f"Component({self.id}, {self.moniker!r})"


@dataclass(frozen=True)
class EdgeEnd:
    """One end of an edge."""

    #: Whose it is. For ``framework``, the component whose manifest asked for the capability.
    component: Component
    #: ``slot`` at the consumer; ``provide``, ``resource`` or ``framework`` at the source.
    type: EndType
    name: str


@dataclass(frozen=True, eq=False)
class Edge:
    """A binding, an import or an export of the scope."""

    #: Its number in this request.
    id: int
    #: Which ends lie in the scope: both (``inside``), the consumer's alone (``import``), the source's alone (``export``).
    side: Side
    kind: str
    profile: Optional[str]
    #: Of the endpoint behind it: ``http``, ``https`` or ``tcp``. None where that is not shown (imports) and where no endpoint is.
    protocol: Optional[Protocol]
    #: None for an import: where it comes from is not shown.
    source: Optional[EdgeEnd]
    #: None for an export: where it goes is not shown.
    target: Optional[EdgeEnd]

    @property
    def interposable(self) -> bool:
        """False for ``storage``, ``docker``, ``kvm`` and ``component``: nothing can stand in the way of these."""
        return self.kind not in ("storage", "docker", "kvm", "component")

    @property
    def label(self) -> str:
        """For people: ``/responder.a2a -> /caller.agent``; an end outside is written ``…``."""
        return f"{_shown(self.source)} -> {_shown(self.target)}"


def _shown(end: Optional[EdgeEnd]) -> str:
    return "…" if end is None else f"{end.component.moniker}.{end.name}"


@dataclass(frozen=True, eq=False)
class Selection:
    """Edges in the order of their numbers."""

    name: str
    edges: Tuple[Edge, ...]

    def __iter__(self) -> Iterator[Edge]:
        return iter(self.edges)

    def __len__(self) -> int:
        return len(self.edges)


@dataclass(frozen=True)
class Context:
    """What a request says beside the scope, and what the policy was started with."""

    #: Version of the protocol that the request is in.
    protocol: str = "1"
    #: Moniker of the scope; empty when the caller did not say.
    scope: str = ""
    #: The list entry that is answered, such as ``#redaction.apply``; empty when the caller did not say.
    policy: str = ""
    #: Config of the policy itself; ``serve`` reads it from the variable ``POLICY_CONFIG``.
    config: JsonObject = field(default_factory=dict)


@dataclass(frozen=True)
class Placement:
    """Where one copy of an interposer is put."""

    edge: Edge
    #: Counts the edges of this interposer in this answer, from 0.
    index: int
    #: To listen on.
    port: int


T = TypeVar("T")
#: Each field may be a function of where the copy is put.
Placed = Union[T, Callable[[Placement], T]]


@dataclass(frozen=True)
class Finding:
    """Made by ``finding(…)``."""

    severity: Severity
    message: str
    edge: Optional[int] = None
    component: Optional[int] = None
    code: Optional[str] = None


Answer = Dict[str, List[Dict[str, Any]]]
