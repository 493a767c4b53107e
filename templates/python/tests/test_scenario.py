"""The scenario, compiled with its real policy: what the plan says."""
from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import unittest
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def headgate() -> str:
    """HEADGATE, else a headgate that npm installed here or in a folder above, else the one on PATH."""
    given = os.environ.get("HEADGATE")
    installed = [folder / "node_modules/.bin/headgate" for folder in (ROOT, *ROOT.parents)]
    found = given or next((str(path) for path in installed if path.exists()), None) or shutil.which("headgate")
    if found is None:
        raise AssertionError("there is no headgate on PATH: install it, or set HEADGATE to its path")
    return found


def compile_scenario() -> Any:
    # HEADGATE_ARGS holds further options, such as --no-sandbox where no sandbox can be made.
    more = shlex.split(os.environ.get("HEADGATE_ARGS", ""))
    command = [headgate(), "compile", str(ROOT / "scenario.yaml"), *more]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=180, check=False)
    if done.returncode != 0:
        raise AssertionError(f"headgate compile failed (exit {done.returncode}):\n{done.stderr}")
    return json.loads(done.stdout)


class ScenarioTest(unittest.TestCase):
    plan: Any

    @classmethod
    def setUpClass(cls) -> None:
        cls.plan = compile_scenario()

    def recorders(self) -> list[Any]:
        return [one for one in self.plan["components"] if one["origin"].get("policy") == "#audit.record"]

    def test_one_recorder_sits_between_web_and_notes(self) -> None:
        self.assertEqual([one["origin"]["edges"] for one in self.recorders()], [["/web.notes"]])

    def test_nothing_goes_around_it(self) -> None:
        [recorder] = [one["moniker"] for one in self.recorders()] or ["no recorder"]
        hops = sorted(self.plan["edges"], key=lambda edge: edge["hop"])
        chain = [(hop["from"]["component"], hop["to"]["component"]) for hop in hops if hop["id"] == "/web.notes"]
        self.assertEqual(chain, [("/notes", recorder), (recorder, "/web")])


if __name__ == "__main__":
    unittest.main()
