"""What goes wrong, and whose fault it is."""
from __future__ import annotations


class PolicyError(Exception):
    """Raised by everything in this package.

    ``code`` says what was wrong: ``request`` when the question is not one (the caller's fault, status 400); ``selection``,
    ``config``, ``edge``, ``interposer``, ``finding`` and ``decision`` when the policy asked for what cannot be (status 500);
    ``options`` when the policy or its server was set up wrongly.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
