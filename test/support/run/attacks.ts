/** Attacks from inside: a program of a run, as root and as somebody without rights, that tries and says what it could do. */
import { join } from 'node:path';
import { expect } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/base/json.ts';
import { asUser, isRoot, ownedByUser } from './as-user.ts';
import { headgate } from './cli-run.ts';
import { storedLines } from './leftovers.ts';
import { type Part, python, scenarioOf } from './scenarios.ts';
import type { useRuns } from './use-runs.ts';

/** Who headgate is while it is attacked. */
export const identities = isRoot ? (['root', 'user'] as const) : (['user'] as const);
export type Identity = (typeof identities)[number];

export interface Attacked {
  /** What the program wrote into its storage, a JSON text. */
  readonly found: JsonValue;
  readonly stderr: string;
  readonly stateDir: string;
}

type Runs = ReturnType<typeof useRuns>;

let count = 0;

/** `script` is Python, and calls `tell(value)` with what it found. It is run to its end as a task. `around` starts headgate. */
export function attack(runs: Runs, as: Identity, script: string, around: readonly string[] = []): Attacked {
  const { end, stateDir } = attempt(runs, as, script, {}, {}, around);
  expect(end.status, end.stderr).toBe(0);
  const [line] = storedLines(stateDir, 'found');
  expect(line, end.stderr).toBeDefined();
  return { found: JSON.parse(line as string) as JsonValue, stderr: end.stderr, stateDir };
}

/** The same for one that is expected to be stopped: how the run ended. */
export function attempt(
  runs: Runs,
  as: Identity,
  script: string,
  limits: JsonObject = {},
  storage: JsonObject = {},
  around: readonly string[] = [],
): { readonly end: ReturnType<typeof headgate>; readonly stateDir: string } {
  const name = `attack${count++}`;
  const stateDir = as === 'user' ? ownedByUser(runs.folder, name) : join(runs.folder, name);
  const files = {
    ...scenarioOf({ attack: attacker(script, storage) }),
    'headgate.yaml': JSON.stringify({ components: { '/attack': { restart: 'never', limits } } }),
  };
  const wrap = [...around, ...(as === 'user' ? asUser(runs.folder) : [])];
  return { end: headgate(['run', runs.lay(files)], runs.options({ stateDir, wrap })), stateDir };
}

const attacker = (script: string, params: JsonObject): Part =>
  python(
    `import ctypes, errno, glob, json, os, socket, subprocess, sys, time
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *args):
    ctypes.set_errno(0)
    result = libc.syscall(number, *args)
    return 'done' if result >= 0 else errno.errorcode.get(ctypes.get_errno(), '?')
def tell(value):
    with open('/data/found', 'w') as file: file.write(json.dumps(value) + '\\n')
${script}`,
    {
      restart: 'never',
      program: { mounts: [{ path: '/data', from: 'resources.data' }] },
      manifest: { resources: { data: { kind: 'storage', params } } },
    },
  );
