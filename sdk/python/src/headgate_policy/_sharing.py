"""Version 2 of the protocol, in which what is alike is written once."""
from __future__ import annotations

import json
from typing import Any, Dict, List, Mapping, Optional

from ._json import parse_json
from ._request import bad
from ._types import Answer


def expand_question(text: str) -> Any:
    """The body of a question in version 2, as version 1 has it. Raises PolicyError (``request``)."""
    try:
        question = parse_json(text)
    except ValueError as error:
        raise bad(f"the body is no JSON ({error})") from None
    scope = question.get("scope") if isinstance(question, dict) else None
    components = scope.get("components") if isinstance(scope, dict) else None
    # What is missing is told by whoever reads version 1.
    if not isinstance(scope, dict) or not isinstance(components, list):
        return question
    values = question.get("shared")
    if not isinstance(values, list):
        raise bad("`shared` is no list")
    whole = [_whole(component, values, index) for index, component in enumerate(components)]
    return {"scope": {**scope, "components": whole}}


def _whole(component: Any, values: List[Any], index: int) -> Any:
    if not isinstance(component, dict) or "shared" not in component:
        return component
    out = dict(component)
    places = out.pop("shared")
    for field, place in (places if isinstance(places, dict) else {}).items():
        if isinstance(place, bool) or not isinstance(place, int) or not 0 <= place < len(values):
            raise bad(f"`scope.components[{index}].shared` names nothing of `shared`")
        out[field] = values[place]
    return out


class _Template:
    def __init__(self, interposer: Mapping[str, Any], name: str, config: str) -> None:
        self.interposer = interposer
        self.name = name
        self.config = config
        self.uses = 0


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def share_templates(answer: Answer) -> Optional[Dict[str, Any]]:
    """None where no interposer is used twice. Those whose config differs are one template, with the config of the first."""
    templates: Dict[str, _Template] = {}
    placed: List[Any] = []
    for interposition in answer["interpositions"]:
        interposer = interposition["interposer"]
        body = {key: value for key, value in interposer.items() if key != "config"}
        key = _text([body, "config" in interposer])
        config = _text(interposer.get("config"))
        template = templates.setdefault(key, _Template(interposer, f"interposer-{len(templates) + 1}", config))
        template.uses += 1
        placed.append((interposition, template, config))
    shared = [template for template in templates.values() if template.uses > 1]
    if not shared:
        return None
    interpositions: List[Any] = []
    for interposition, template, config in placed:
        if template.uses == 1:
            interpositions.append(interposition)
            continue
        rest = {key: value for key, value in interposition.items() if key != "interposer"}
        if config != template.config:
            rest["config"] = interposition["interposer"]["config"]
        interpositions.append({**rest, "template": template.name})
    by_name = {template.name: template.interposer for template in shared}
    return {**answer, "interpositions": interpositions, "templates": by_name}
