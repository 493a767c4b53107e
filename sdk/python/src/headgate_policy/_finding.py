from __future__ import annotations

from typing import Optional, Union

from ._errors import PolicyError
from ._types import Component, Edge, Finding, Severity


def finding(
    severity: Severity,
    message: str,
    *,
    edge: Union[Edge, int, None] = None,
    component: Union[Component, int, None] = None,
    code: Optional[str] = None,
) -> Finding:
    """A remark about the scope. ``error`` fails the compile.

    It is shown where the edge or the component was written, or, without either, where the policy is listed. ``code`` is a name of the
    policy's own for this kind of finding, such as ``no-tls``. Raises PolicyError (``finding``) for another severity and for a message
    without text.
    """
    if severity not in ("error", "warning", "info"):
        raise PolicyError("finding", f"the severity of a finding is error, warning or info, and not `{severity}`")
    if not isinstance(message, str) or message.strip() == "":
        raise PolicyError("finding", "a finding must say something")
    return Finding(
        severity,
        message,
        edge.id if isinstance(edge, Edge) else edge,
        component.id if isinstance(component, Component) else component,
        code,
    )
