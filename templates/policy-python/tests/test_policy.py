"""The policy as a function: no process, no HTTP."""
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "vendor")]

from headgate_policy import Context  # noqa: E402
from policy import policy  # noqa: E402


def question(**scope):
    """The parts of a question that the policy looks at."""
    components = [{"id": 1, "moniker": "/notes"}, {"id": 2, "moniker": "/web"}]
    return {"scope": {"components": components, "bindings": [], "imports": [], "exports": [], **scope}}


def edge(number, kind):
    return {
        "id": number,
        "from": {"Component": {"component": 1, "name": "notes"}},
        "to": {"component": 2, "name": "notes"},
        "capability": {"kind": kind, "profile": None},
    }


def targets(answer):
    return [a["target"] for i in answer["interpositions"] for a in i["attachments"]]


class PolicyTest(unittest.TestCase):
    def test_puts_a_recorder_on_an_edge_between_two_components(self):
        answer = policy.answer(question(bindings=[edge(7, "http")]))
        self.assertEqual(targets(answer), [7])
        self.assertEqual(
            [i["reason"] for i in answer["interpositions"]], ["what goes over /notes.notes -> /web.notes is recorded"]
        )
        self.assertNotIn("findings", answer)

    def test_leaves_an_edge_alone_that_speaks_plain_tcp_and_says_so(self):
        asked = question(bindings=[edge(7, "http")])
        asked["scope"]["components"][0].update(
            provides={"notes": {"kind": "http", "profile": None, "endpoint": "sql"}},
            program={"path": "/db", "args": [], "network": {"endpoints": [{"name": "sql", "port": 1, "protocol": "tcp"}]}},
        )
        answer = policy.answer(asked)
        self.assertEqual(answer["interpositions"], [])
        self.assertEqual([(f["code"], f["edge"]) for f in answer["findings"]], [("other-protocol", 7)])

    def test_takes_the_kinds_from_its_config(self):
        bindings = [edge(7, "http"), edge(8, "mcp")]
        answer = policy.answer(question(bindings=bindings), Context(config={"kinds": ["mcp"]}))
        self.assertEqual(targets(answer), [8])

    def test_tells_which_edges_it_leaves_alone_and_that_there_was_nothing_to_record(self):
        findings = policy.answer(question(imports=[edge(3, "http")]))["findings"]
        self.assertEqual(
            [(f["code"], f.get("edge")) for f in findings], [("not-recorded", 3), ("empty-selection", None)]
        )


if __name__ == "__main__":
    unittest.main()
