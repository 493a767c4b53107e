/** Scenarios whose components ask their own run for something. */
import { type Files, type Part, python, scenarioOf } from './scenarios.ts';

/** `ask(method, path, body?, headers?)` answers status and JSON; `say` prints a JSON line. */
const client = `
import json, os, sys, urllib.error, urllib.request
url = os.environ.get('HEADGATE_CONTROL_URL', '')
def ask(method, path, body=None, headers={}):
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url + path, data, dict(headers), method=method), timeout=20) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as answer:
        return answer.code, json.load(answer)
def say(**what): print(json.dumps(what), flush=True)
`;

/** A task that asks and ends. */
export const asking = (source: string, more: Parameters<typeof python>[1] = {}): Part =>
  python(`${client}\n${source}`, { restart: 'never', ...more });

/** Asks for one confirmation, always with the same key; its port is open for long enough to be seen. */
export const asksOnce = asking(
  `
import socket, time
here = socket.create_server(('127.0.0.1', 8090))
say(asked=ask('POST', '/v1/interactions', {'kind': 'request_confirmation', 'message': 'May I go on?'}, {'Idempotency-Key': 'once'}))
time.sleep(0.7)
`,
  { port: 8090 },
);

/** `controlled` may talk to the run, and `web` is bound to `build` where both are there. */
export function askingScenario(
  parts: Readonly<Record<string, Part>>,
  controlled: readonly string[],
  root: object = {},
): Files {
  const files = scenarioOf(parts, root);
  const settings = JSON.parse(files['headgate.yaml'] ?? '{}') as { components?: Record<string, object> };
  const components = { ...settings.components };
  for (const name of controlled) components[`/${name}`] = { ...components[`/${name}`], control: true };
  return { ...files, 'headgate.yaml': JSON.stringify({ version: 1, components }) };
}
