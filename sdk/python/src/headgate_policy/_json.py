"""JSON as it goes over the wire: canonical (RFC 8785), so that the same answer always has the same bytes."""
from __future__ import annotations

import json
import math
import re
from typing import Any, Dict, List, Mapping, Union

JsonValue = Union[None, bool, int, float, str, List[Any], Mapping[str, Any]]
JsonObject = Mapping[str, Any]

_LONE = re.compile("[\ud800-\udfff]")
#: The largest integer that every reader of JSON can hold.
_SAFE = 2**53 - 1


def parse_json(text: str) -> Any:
    """Strict: ``NaN`` and ``Infinity`` are no JSON. Raises ValueError, also for nesting that is too deep to read."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def canonical_json(value: Any) -> str:
    """RFC 8785: no blanks, keys by UTF-16 code units, numbers as ECMAScript prints them.

    Raises TypeError for what is no JSON, and ValueError for NaN, infinity, and nesting that is too deep.
    """
    try:
        return _write(value)
    except RecursionError:
        raise ValueError("it is nested too deeply, or contains itself") from None


def _write(value: Any) -> str:
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, Mapping):
        items: Dict[str, Any] = {}
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"a key of JSON is a text, and not {key!r}")
            items[key] = item
        keys = sorted(items, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_text(key)}:{_write(items[key])}" for key in keys) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(_write(item) for item in value) + "]"
    raise TypeError(f"{type(value).__name__} is no JSON")


def _text(text: str) -> str:
    written = json.dumps(text, ensure_ascii=False)
    return _LONE.sub(lambda found: f"\\u{ord(found.group()):04x}", written)


def _number(value: Union[int, float]) -> str:
    if isinstance(value, int) and abs(value) <= _SAFE:
        return str(int(value))
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{number} is no number of JSON")
    if number == 0:
        return "0"
    sign = "-" if number < 0 else ""
    mantissa, _, power = repr(abs(number)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    # The point stands behind this many digits.
    point = len(whole) + int(power or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    return sign + _placed(digits, point)


def _placed(digits: str, point: int) -> str:
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    exponent = point - 1
    head = digits if count == 1 else f"{digits[0]}.{digits[1:]}"
    return f"{head}e{'+' if exponent > 0 else '-'}{abs(exponent)}"
