"""The policy as a function: no process, no HTTP."""
from __future__ import annotations

import unittest
from typing import Any

from policy.audit import Edge, answer


def scope(*edges: Edge, protocol: str = "http") -> Any:
    notes = {
        "id": 1,
        "moniker": "/notes",
        "provides": {"notes": {"endpoint": "notes"}},
        "program": {"network": {"endpoints": [{"name": "notes", "port": 9000, "protocol": protocol}]}},
    }
    web = {"id": 2, "moniker": "/web", "provides": {}, "program": None}
    return {"components": [notes, web], "bindings": list(edges)}


def edge(id: int, kind: str = "http") -> Edge:
    return {
        "id": id,
        "from": {"Component": {"component": 1, "name": "notes"}},
        "to": {"component": 2, "name": "notes"},
        "capability": {"kind": kind, "profile": None},
    }


class PolicyTest(unittest.TestCase):
    def test_puts_a_recorder_on_an_http_edge(self) -> None:
        [one] = answer(scope(edge(7)))["interpositions"]
        self.assertEqual([attachment["target"] for attachment in one["attachments"]], [7])
        self.assertEqual(one["interposer"]["program"]["env"]["EDGE"], "/web.notes")
        self.assertEqual(one["reason"], "what /web.notes asks over HTTP is recorded")

    def test_leaves_edges_of_other_kinds_alone(self) -> None:
        self.assertEqual(answer(scope(edge(7, kind="mcp"))), {"interpositions": []})

    def test_leaves_an_edge_alone_that_speaks_plain_tcp_and_says_so(self) -> None:
        said = answer(scope(edge(7), protocol="tcp"))
        self.assertEqual(said["interpositions"], [])
        self.assertEqual([(f["code"], f["edge"]) for f in said["findings"]], [("not-recorded", 7)])

    def test_gives_every_recorder_a_port_of_its_own(self) -> None:
        both = answer(scope(edge(7), edge(8)))["interpositions"]
        ports = [one["interposer"]["program"]["network"]["endpoints"][0]["port"] for one in both]
        self.assertEqual(len(set(ports)), 2)


if __name__ == "__main__":
    unittest.main()
