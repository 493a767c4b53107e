from __future__ import annotations

import inspect
from typing import Any, Callable, Iterable, Mapping, Optional, Sequence, Tuple, Union, overload

from ._assemble import assemble
from ._errors import PolicyError
from ._interposer import Interposition
from ._request import read_request
from ._scope import Scope, selections
from ._types import Answer, Context, Finding, Selection

#: Interpositions and findings, in lists as deep as is handy; a generator is a list too. None changes nothing.
Decision = Union[None, Finding, Interposition, Iterable["Decision"]]
Decide = Union[Callable[[Scope], Decision], Callable[[Scope, Context], Decision]]


class Policy:
    """A policy: a name, and the function that decides. Made by ``define_policy``."""

    def __init__(self, name: str, decide: Decide) -> None:
        if not isinstance(name, str) or name.strip() == "":
            raise PolicyError("options", "a policy needs a `name`")
        if not callable(decide):
            raise PolicyError("options", f"policy `{name}` has no function `decide(scope, context)`")
        self.name = name
        self._decide: Callable[..., Decision] = decide
        self._with_context = _takes_context(decide)
        self.__doc__ = getattr(decide, "__doc__", None)

    def answer(self, request: Union[str, bytes, Mapping[str, Any]], context: Optional[Context] = None) -> Answer:
        """The answer to a request: pure, so the same arguments give the same answer.

        ``request`` is the body of the question, as JSON text or as the mapping that it stands for; fields that this version does not know
        are ignored. Findings of the policy come first, then one for each interposer that was not put on edges of another protocol, then
        one for each empty selection, in the order in which they were made. Raises PolicyError (``request`` when it is not a question), and whatever the function raises.
        """
        return self._answer(request, context)[0]

    def _answer(
        self, request: Union[str, bytes, Mapping[str, Any]], context: Optional[Context]
    ) -> Tuple[Answer, Sequence[Selection]]:
        """The answer, and every selection that was made for it."""
        scope = Scope(read_request(request))
        given = Context() if context is None else context
        decision = self._decide(scope, given) if self._with_context else self._decide(scope)
        # A generator selects while it is read.
        answer = assemble(decision, scope)
        return answer, selections(scope)

    def __repr__(self) -> str:
        return f"Policy({self.name!r})"


def _takes_context(decide: Callable[..., Any]) -> bool:
    try:
        parameters = inspect.signature(decide).parameters.values()
    except (TypeError, ValueError):
        return True
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return len(positional) > 1 or any(p.kind == p.VAR_POSITIONAL for p in parameters)


@overload
def define_policy(name: str) -> Callable[[Decide], Policy]: ...


@overload
def define_policy(name: str, decide: Decide) -> Policy: ...


def define_policy(name: str, decide: Optional[Decide] = None) -> Union[Policy, Callable[[Decide], Policy]]:
    """Makes a policy of a function of the scope, or of the scope and the context. With the name alone, a decorator.

    The same scope and context must give the same decision: no clock, no network. What the function raises fails the question.
    """
    if decide is not None:
        return Policy(name, decide)
    return lambda function: Policy(name, function)
