#!/usr/bin/env python3
"""Edits what it finds in /workspace, which is the working directory. Nothing else of this machine is there to be written."""
import json
import os
import subprocess
import time
import urllib.request

AUTHOR = ["-c", "user.name=edit", "-c", "user.email=edit@example.com"]

with open("notes.txt", encoding="utf-8") as notes:
    lines = notes.read().splitlines()
time.sleep(int(os.environ["PAUSE"]))  # Long enough for somebody to edit the source meanwhile.

lines.append(f"line {len(lines) + 1}, by /edit")
with open("notes.txt", "w", encoding="utf-8") as notes:
    notes.write("\n".join(lines) + "\n")
with open("summary.txt", "w", encoding="utf-8") as summary:
    summary.write(f"{len(lines)} lines\n")
with open("check.sh", "w", encoding="utf-8") as check:
    check.write("#!/bin/sh\ntest -s notes.txt\n")
os.chmod("check.sh", 0o755)
if os.path.exists("draft.txt"):
    os.remove("draft.txt")
subprocess.run(["git", "add", "--all"], check=True)
subprocess.run(["git", *AUTHOR, "commit", "--quiet", "--message", f"Line {len(lines)}"], check=True)

asked = {
    "kind": "request_confirmation",
    "message": f"notes.txt has {len(lines)} lines now; shall the report be written?",
}
request = urllib.request.Request(
    os.environ["HEADGATE_CONTROL_URL"] + "/v1/interactions",
    data=json.dumps(asked).encode(),
    headers={"content-type": "application/json"},
)
with urllib.request.urlopen(request, timeout=30) as answer:
    print("asked:", json.load(answer)["id"])
