"""SDK for headgate policies: a policy is a function from what a scope shows to interposers and findings; the SDK does the rest."""
from ._define import Decision, Policy, define_policy
from ._errors import PolicyError
from ._finding import finding
from ._interposer import Interposer, Interposition, interposer
from ._json import JsonObject, JsonValue, canonical_json
from ._scope import Scope
from ._select import ANY
from ._serve import PolicyServer, serve, start
from ._types import (
    Answer,
    Component,
    Context,
    Edge,
    EdgeEnd,
    Finding,
    Placement,
    Selection,
)

__all__ = [
    "ANY",
    "Answer",
    "Component",
    "Context",
    "Decision",
    "Edge",
    "EdgeEnd",
    "Finding",
    "Interposer",
    "Interposition",
    "JsonObject",
    "JsonValue",
    "Placement",
    "Policy",
    "PolicyError",
    "PolicyServer",
    "Scope",
    "Selection",
    "canonical_json",
    "define_policy",
    "finding",
    "interposer",
    "serve",
    "start",
]
