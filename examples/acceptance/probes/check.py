"""What the task has built, as it was handed over: every file that it lists is there, with the bytes that it says."""
import hashlib, json, os, sys, urllib.request


def fetch(name):
    return urllib.request.urlopen(f"{os.environ['SITE']}/{name}").read()


listed = json.loads(fetch("manifest.json"))
wrong = [name for name, digest in listed.items() if hashlib.sha256(fetch(name)).hexdigest() != digest]
print(f"{len(listed)} files, {len(wrong)} of them wrong: {' '.join(wrong)}".rstrip(": "))
sys.exit(1 if wrong or not listed else 0)
