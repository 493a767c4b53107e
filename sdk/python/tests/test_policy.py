from __future__ import annotations

import json
from typing import Any, Callable, Dict, Iterator, List

import pytest

from headgate_policy import (
    Context,
    Decision,
    Placement,
    Policy,
    PolicyError,
    Scope,
    canonical_json,
    define_policy,
    finding,
    interposer,
)

Body = Dict[str, Any]


def answer(decide: Callable[..., Decision], body: Body, context: Context = Context()) -> Dict[str, List[Dict[str, Any]]]:
    return define_policy("p", decide).answer(body, context)


def selected(body: Body, **by: Any) -> List[int]:
    found: List[int] = []

    @define_policy("p")
    def policy(scope: Scope) -> Decision:
        found.extend(edge.id for edge in scope.select(allow_empty=True, **by))
        return None

    policy.answer(body)
    return found


@pytest.mark.parametrize(
    "by, expected",
    [
        ({}, [0, 1, 2, 3]),
        ({"kind": "a2a"}, [0]),
        ({"kind": ["a2a", "llm"]}, [0, 1]),
        ({"profile": None}, [0, 2, 3]),
        ({"profile": "chat"}, [1]),
        ({"profile": [None, "chat"]}, [0, 1, 2, 3]),
        ({"side": "inside"}, [0, 3]),
        ({"side": ("import", "export")}, [1, 2]),
        ({"component": "/caller"}, [0, 1, 2]),
        ({"component": "/team/*"}, [3]),
        ({"component": "/*"}, [0, 1, 2, 3]),
        ({"component": "/team"}, []),
        ({"from_": "/responder"}, [0, 3]),
        ({"from_": "/responder.a*"}, [0]),
        ({"to": "/caller.agent"}, [0]),
        ({"to": "**.*"}, [0, 1, 3]),
        ({"where": lambda edge: edge.id > 1}, [2, 3]),
        ({"kind": "a2a", "side": "import"}, []),
    ],
)
def test_select(request_body: Body, by: Dict[str, Any], expected: List[int]) -> None:
    assert selected(request_body, **by) == expected


def test_select_by_component(request_body: Body) -> None:
    found: List[int] = []

    def decide(scope: Scope) -> None:
        caller = scope.component("/caller")
        assert caller is not None
        found.extend(edge.id for edge in scope.select(to=[caller]))

    answer(decide, request_body)
    assert found == [0, 1]


def test_pattern_without_a_slash(request_body: Body) -> None:
    with pytest.raises(PolicyError, match="begins with `/`, such as `/caller`") as raised:
        selected(request_body, component="caller")
    assert raised.value.code == "selection"


def test_empty_selections_are_findings(request_body: Body) -> None:
    def decide(scope: Scope) -> Decision:
        scope.select(kind=["mcp", "http"], profile=None, side="import", where=lambda edge: True)
        scope.select(kind="docker", name="doors")
        scope.select(kind="kvm", allow_empty=True)
        return finding("info", "first")

    findings = answer(decide, request_body)["findings"]
    assert [item["message"] for item in findings] == [
        "first",
        "the selection `kind mcp or http, profile none, side import, a further condition` matched none of the 4 edges of the scope",
        "the selection `doors` matched none of the 4 edges of the scope",
    ]
    assert findings[1]["severity"] == "warning" and findings[1]["code"] == "empty-selection"


def test_interposer(request_body: Body) -> None:
    def decide(scope: Scope) -> Decision:
        guard = interposer(
            program=lambda at: {"path": "/opt/guard", "args": ["--at", at.edge.label], "env": {"PORT": "x"}},
            config={"key": scope.config("key"), "level": 2, "on": True, "list": [1], "deep": {"a": 1}, "none": None},
            reason=lambda at: f"copy {at.index}",
            metadata={"a": None},
        )
        return guard.on(scope.select(kind=["a2a", "llm"]))

    made = answer(decide, request_body)["interpositions"]
    assert [item["attachments"][0]["target"] for item in made] == [0, 1]
    assert [item["reason"] for item in made] == ["copy 0", "copy 1"]
    first = made[0]["interposer"]
    assert first["program"]["env"] == {"PORT": "x", "UPSTREAM_URL": "${slots.upstream.url}"}
    assert first["program"]["args"] == ["--at", "/responder.a2a -> /caller.agent"]
    assert first["program"]["network"] == {"endpoints": [{"name": "downstream", "port": 18400, "protocol": "http"}]}
    assert made[1]["interposer"]["program"]["network"]["endpoints"][0]["port"] == 18401
    assert first["config"]["key"] == "${config.key}"
    assert first["config_schema"]["properties"] == {
        "key": {"type": "string", "minLength": 3},
        "level": {"type": "number"},
        "on": {"type": "boolean"},
        "list": {"type": "array"},
        "deep": {"type": "object"},
        "none": {},
    }
    assert made[1]["interposer"]["slots"] == {"upstream": {"kind": "llm", "profile": "chat"}}
    assert first["provides"] == {"downstream": {"kind": "a2a", "profile": None, "endpoint": "downstream"}}
    assert first["metadata"] == {"a": None}


def speaking(body: Body, *protocols: str) -> Body:
    """The same question, where the program of each edge with a source speaks one of these."""
    scope = body["scope"]
    for i, edge in enumerate(edge for edge in scope["bindings"] + scope["exports"] if "Component" in edge["from"]):
        source = edge["from"]["Component"]
        provider = scope["components"][source["component"]]
        endpoint = {"name": "e", "port": 1, "protocol": protocols[i]}
        provider["program"] = {"path": "/p", "args": [], "network": {"endpoints": [endpoint]}}
        provider["provides"] = {source["name"]: {**edge["capability"], "endpoint": "e"}}
    return body


@pytest.mark.parametrize(
    "by, expected",
    [
        ({"protocol": "tcp"}, [0]),
        ({"protocol": ["http", "tcp"]}, [0, 2]),
        ({"protocol": None}, [1, 3]),
        ({"protocol": [None, "https"], "kind": "llm"}, [1]),
    ],
)
def test_select_by_protocol(request_body: Body, by: Dict[str, Any], expected: List[int]) -> None:
    assert selected(speaking(request_body, "tcp", "http"), **by) == expected


def test_an_interposer_is_not_put_on_an_edge_that_speaks_another_protocol(request_body: Body) -> None:
    def decide(scope: Scope) -> Decision:
        guard = interposer(program={"path": "/g"})
        return [guard.on(scope.select(kind="a2a")), guard.on(scope.select(kind=["llm", "http"]))]

    made = answer(decide, speaking(request_body, "tcp", "http"))
    assert [item["attachments"][0]["target"] for item in made["interpositions"]] == [1, 2]
    assert made["findings"] == [
        {
            "severity": "warning",
            "message": "1 of 3 edges speaks plain TCP and was left alone: the interposer speaks http "
            "(`/responder.a2a -> /caller.agent`)",
            "edge": 0,
            "code": "other-protocol",
        }
    ]


def test_copies_of_one_interposer_are_counted_together(request_body: Body) -> None:
    def decide(scope: Scope) -> Iterator[Decision]:
        guard = interposer(program={"path": "/g"}, port=65_535)
        yield guard.on(scope.edges[0])
        yield interposer(program={"image": "other"}).on(scope.edges[0])
        yield guard.on(scope.edges[1])

    with pytest.raises(PolicyError, match="no port for copy 1"):
        answer(decide, request_body)


@pytest.mark.parametrize(
    "make, code, words",
    [
        (lambda s: interposer(program={"path": "/g"}, port=0), "interposer", "from 1 to 65535"),
        (lambda s: interposer(program={"path": "/g"}, slot="a.b"), "interposer", "names hold no dot"),
        (lambda s: interposer(program={"path": "/g"}, slot="a", provide="a"), "interposer", "both called `a`"),
        (lambda s: interposer(program={}).on(s.edges[0]), "interposer", "either `path` or `image`"),
        (lambda s: interposer(program={"path": "/g"}).on(s.edges[3]), "edge", "it carries `storage`"),
        (lambda s: interposer(program={"path": "/g"}), "decision", "put on nothing"),
        (lambda s: s.edges[0], "decision", "returned Edge"),
        (lambda s: "text", "decision", "returned str"),
        (lambda s: {"interpositions": []}, "decision", "returned dict"),
        (lambda s: finding("fatal", "x"), "finding", "error, warning or info, and not `fatal`"),
        (lambda s: finding("info", " "), "finding", "must say something"),
        (lambda s: s.config("kez"), "config", "has no `kez`; its keys are `key`"),
    ],
)
def test_faults(request_body: Body, make: Callable[[Scope], Any], code: str, words: str) -> None:
    with pytest.raises(PolicyError) as raised:
        answer(make, request_body)
    assert raised.value.code == code
    assert words in raised.value.message


def test_async_is_refused(request_body: Body) -> None:
    async def decide(scope: Scope) -> None:
        return None

    with pytest.raises(PolicyError, match="must not be async"):
        answer(decide, request_body)


def test_nothing_changes_nothing(request_body: Body) -> None:
    assert answer(lambda scope: None, request_body) == {"interpositions": []}
    assert answer(lambda scope: [[], (None, [])], request_body) == {"interpositions": []}


def test_nesting_is_no_recursion(request_body: Body) -> None:
    deep: Any = finding("info", "deep")
    for _ in range(50_000):
        deep = [deep]
    assert answer(lambda scope: deep, request_body)["findings"][0]["message"] == "deep"


def test_findings_about(request_body: Body) -> None:
    def decide(scope: Scope, context: Context) -> Decision:
        return [
            finding("error", context.policy, edge=scope.edges[0], code="x"),
            finding("info", str(context.config["a"]), component=scope.components[1]),
        ]

    found = answer(decide, request_body, Context(policy="#p.x", config={"a": 1}))["findings"]
    assert found == [
        {"severity": "error", "message": "#p.x", "edge": 0, "code": "x"},
        {"severity": "info", "message": "1", "component": 1},
    ]


def test_scope(request_body: Body) -> None:
    def decide(scope: Scope) -> None:
        assert scope.root is not None and scope.root.moniker == "/"
        assert [child.moniker for child in scope.root.children] == ["/caller", "/responder", "/team/left"]
        assert scope.components[1].parent is scope.root
        assert scope.component("/nobody") is None
        assert scope.config("") == "${config}"
        edge = scope.edges[0]
        assert edge.source is not None and edge.source.type == "provide" and edge.source.component.moniker == "/responder"
        assert scope.edges[1].label == "… -> /caller.llm" and not scope.edges[3].interposable
        with pytest.raises(AttributeError):
            edge.id = 4  # type: ignore[misc]

    answer(decide, request_body)


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda b: b.pop("scope"), "`scope` is missing"),
        (lambda b: b.update(scope=[]), "`scope` is not an object"),
        (lambda b: b["scope"].pop("imports"), "`scope.imports` is missing"),
        (lambda b: b["scope"].update(exports={}), "`scope.exports` is no list"),
        (lambda b: b["scope"]["components"][1].update(id=True), "`scope.components[1].id` is not a number"),
        (lambda b: b["scope"]["bindings"][0].update(id=0.5), "`scope.bindings[0].id` is not a number"),
        (lambda b: b["scope"]["bindings"][0].update({"from": {"X": 1}}), "none of `Component`, `Resource` and `Framework`"),
        (lambda b: b["scope"]["bindings"][0]["to"].update(component=9), "edge 0 names component 9"),
        (lambda b: b["scope"]["imports"][0]["capability"].update(kind=1), "`scope.imports[0].capability.kind` is not text"),
    ],
)
def test_no_question(request_body: Body, change: Callable[[Body], Any], words: str) -> None:
    change(request_body)
    with pytest.raises(PolicyError) as raised:
        answer(lambda scope: None, request_body)
    assert raised.value.code == "request" and words in raised.value.message


@pytest.mark.parametrize("text", ["", "{", "[1,]", '{"scope": NaN}', "[" * 100_000, b"\xff"])
def test_no_json(text: Any) -> None:
    with pytest.raises(PolicyError, match="the body is no JSON"):
        define_policy("p", lambda scope: None).answer(text)


def test_unknown_fields_are_ignored(request_body: Body) -> None:
    request_body["later"] = 1
    request_body["scope"]["later"] = 1
    request_body["scope"]["bindings"][0]["weak"] = True
    assert answer(lambda scope: None, json.loads(json.dumps(request_body))) == {"interpositions": []}


def test_a_policy_needs_a_name_and_a_function() -> None:
    for make in (lambda: define_policy(" ", lambda scope: None), lambda: Policy("p", 3)):  # type: ignore[arg-type]
        with pytest.raises(PolicyError):
            make()


@pytest.mark.parametrize(
    "value, text",
    [
        ({"b": 1, "a": [True, None, "\u20ac\u2028\x7f\x01\n"]}, '{"a":[true,null,"\u20ac\u2028\x7f\\u0001\\n"],"b":1}'),
        ({"\ufffd": 1, "\U00010000": 2}, '{"\U00010000":2,"\ufffd":1}'),
        ("\ud800x", '"\\ud800x"'),
        ([1.0, -0.0, 1e21, 1e-7, 0.1, 1e16, 2**63], "[1,0,1e+21,1e-7,0.1,10000000000000000,9223372036854776000]"),
    ],
)
def test_canonical_json(value: Any, text: str) -> None:
    assert canonical_json(value) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1: 2}, {"a": {1}}, object()])
def test_no_json_to_write(value: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        canonical_json(value)


def test_placement_is_typed() -> None:
    assert Placement.__dataclass_fields__.keys() == {"edge", "index", "port"}
