"""Unpacks a bundle with Python's own reader and looks for texts in it, decoded in every way that is tried. Shares nothing with headgate.

    search-bundle.py ARCHIVE < texts.json     prints {"files": {name: text}, "hits": [[name, index of the text, how]]}
"""
import base64, binascii, gzip, html, io, json, re, sys, tarfile, urllib.parse

texts = json.load(sys.stdin)
files = {}
with tarfile.open(sys.argv[1], "r:gz") as archive:
    for member in archive:
        assert member.isfile() and member.uid == 0 and member.mtime == 0 and member.mode == 0o600, member.name
        assert not member.name.startswith("/") and ".." not in member.name.split("/"), member.name
        files[member.name] = archive.extractfile(member).read()


def decodings(data):
    yield "as it is", data
    text = data.decode("latin-1")
    yield "joined", re.sub(r"\s+", "", text).encode("latin-1")
    yield "url", urllib.parse.unquote_to_bytes(text.replace("+", " ").encode("latin-1"))
    yield "html", html.unescape(data.decode("utf-8", "replace")).encode("utf-8", "surrogatepass")
    for string in re.findall(r'"(?:[^"\\]|\\.)*"', data.decode("utf-8", "replace")):
        try:
            yield "json", json.loads(string).encode("utf-8", "surrogatepass")
        except ValueError:
            pass
    for source in (text, re.sub(r"\s+", "", text)):
        for run in re.findall(r"[A-Za-z0-9+/_-]{8,}", source):
            for skip in range(4):
                piece = run[skip:].replace("-", "+").replace("_", "/")
                decoded = base64.b64decode(piece[: len(piece) // 4 * 4])
                yield "base64", decoded
                if decoded[:2] == b"\x1f\x8b":
                    try:
                        yield "gzip", gzip.GzipFile(fileobj=io.BytesIO(decoded)).read()
                    except (OSError, EOFError):
                        pass
        for run in re.findall(r"[0-9a-fA-F]{12,}", source):
            for skip in range(2):
                piece = run[skip:]
                yield "hex", binascii.unhexlify(piece[: len(piece) // 2 * 2])


hits = []
for name, data in files.items():
    for how, decoded in list(decodings(data)) + [("name", name.encode())]:
        for index, wanted in enumerate(texts):
            for form in (wanted.encode(), wanted.encode("utf-16-le"), wanted.encode("utf-16-be")):
                if form in decoded:
                    hits.append([name, index, how])
print(json.dumps({"files": {name: data.decode("utf-8", "replace") for name, data in files.items()}, "hits": hits}))
