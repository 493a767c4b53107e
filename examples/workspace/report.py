#!/usr/bin/env python3
"""Reads the result: its own copy was made of the source after the changes of /edit had come back to it."""
import subprocess

with open("summary.txt", encoding="utf-8") as summary:
    said = summary.read().strip()
newest = subprocess.run(["git", "log", "-1", "--format=%s"], check=True, capture_output=True, text=True).stdout.strip()
with open("report.txt", "w", encoding="utf-8") as report:
    report.write(f"{said}; newest commit: {newest}\n")
print(f"{said}; newest commit: {newest}")
