/**
 * examples/redaction with a way in: the same manifests, policy and programs, where every program also answers `/__probe/PORT` for
 * its own port, and `/__ask/…` by asking the agent that it is bound to. The probing is that of examples/isolation.
 */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const hook = `
import http.server as _http
import urllib.request as _request
from urllib.parse import unquote as _unquote
_parse = _http.BaseHTTPRequestHandler.parse_request
def _look(handler):
    if not _parse(handler):
        return False
    own = "/__probe/" + os.environ["PORT"] + "?target="
    if handler.path.startswith(own):
        body = json.dumps(probe(_unquote(handler.path[len(own):]))).encode()
    elif handler.path.startswith("/__ask/") and "AGENT_URL" in os.environ:
        opener = _request.build_opener(_request.ProxyHandler({}))
        body = opener.open(os.environ["AGENT_URL"] + handler.path[6:], timeout=60).read()
    else:
        return True
    handler.close_connection = True
    handler.send_response_only(200)
    handler.send_header("content-length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
    return False
_http.BaseHTTPRequestHandler.parse_request = _look
`;

export function layRedactionVariant(folder: string): string {
  cpSync(resolve('examples/redaction'), folder, { recursive: true });
  const source = readFileSync('examples/isolation/component.py', 'utf8');
  const [, probing] = /^(def connect\([\s\S]*?)^def passed_on\(/m.exec(source) ?? [];
  if (probing === undefined) throw new Error('examples/isolation/component.py is built differently');
  const before = `import errno, json, os, re, socket\nSECONDS = 2.0\n${probing}${hook}`;
  for (const name of ['caller/caller.py', 'responder/responder.py', 'policy-python/interposer.py']) {
    const path = join(folder, name);
    const line = 'from __future__ import annotations\n';
    const text = readFileSync(path, 'utf8');
    if (!text.includes(line)) throw new Error(`${name} is built differently`);
    writeFileSync(
      path,
      text.replace(line, () => line + before),
    );
  }
  return join(folder, 'scenario.yaml');
}
