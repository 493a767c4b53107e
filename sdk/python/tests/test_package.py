from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import headgate_policy

SOURCES = sorted(Path(headgate_policy.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_source(path: Path) -> None:
    """Python 3.9 reads it, and it imports nothing but itself and the standard library."""
    tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level == 0}
    known = getattr(sys, "stdlib_module_names", None)
    if known is not None:
        assert {name.split(".")[0] for name in imported} <= known | {"__future__"}
    assert any(isinstance(n, ast.ImportFrom) and n.module == "__future__" for n in tree.body) or path.stem == "__init__"


def test_what_it_exports() -> None:
    assert all(hasattr(headgate_policy, name) for name in headgate_policy.__all__)
    assert Path(headgate_policy.__file__).with_name("py.typed").exists()
