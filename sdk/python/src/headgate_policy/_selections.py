"""Tells what the selectors of a policy matched, beside the answer: the answer itself is the same with and without."""
from __future__ import annotations

import json
from typing import Dict, List, Optional, Sequence

from ._types import Selection

#: Bytes of the header: far below what any client takes.
_ROOM = 8000


def selections_header(made: Sequence[Selection]) -> Optional[str]:
    """The value of the header ``headgate-selections``; None where there is nothing to tell. Selections of one name count as one."""
    matched: Dict[str, int] = {}
    for selection in made:
        name = str(selection.name)
        matched[name] = matched.get(name, 0) + len(selection.edges)
    items: List[str] = []
    size = 0
    for name, count in matched.items():
        # ASCII but for DEL, which no header may hold.
        written = json.dumps(name).replace("\x7f", "\\u007f")
        text = f'{{"matched":{count},"name":{written}}}'
        if size + len(text) + 1 > _ROOM:
            continue
        size += len(text) + 1
        items.append(text)
    if not matched:
        return None
    left_out = len(matched) - len(items)
    return "{" + (f'"left_out":{left_out},' if left_out else "") + f'"selections":[{",".join(items)}]}}'
