/** What a probe is given, without a place: tests say what that answers. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Executed, Execution } from '../../../src/ports/execution.ts';
import type { PlacedProbing, ProbeContext } from '../../../src/runtime/probes/probe.ts';

export interface TestContext extends ProbeContext {
  readonly kept: (digest: string | undefined) => string;
  /** What was to be executed. */
  readonly executions: readonly (Execution & { readonly subject: string })[];
}

export interface ContextOptions {
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly secrets?: readonly string[];
  readonly reach?: PlacedProbing['reach'];
  /** One after the other; the last one again for those that follow. */
  readonly ends?: readonly Partial<Executed>[];
  readonly signal?: AbortSignal;
}

export const outputOf = (text: string | Uint8Array, dropped = 0): Executed['stdout'] => ({
  bytes: Buffer.from(text),
  dropped,
});

export function testContext(options: ContextOptions = {}): TestContext {
  const { files = {}, secrets = [], ends = [{}] } = options;
  const store = new Map<string, Uint8Array>();
  const executions: (Execution & { readonly subject: string })[] = [];
  return {
    name: 'p',
    place: {
      execute: async (subject, execution) => {
        const end = ends[Math.min(executions.length, ends.length - 1)] ?? {};
        executions.push({ ...execution, subject });
        return {
          ended: 'exited',
          code: 0,
          signal: null,
          stdout: outputOf(''),
          stderr: outputOf(''),
          durationMs: 5,
          ...end,
        };
      },
      reach: options.reach ?? (async () => undefined),
    },
    clock: {
      time: () => '2026-01-01T00:00:00.000Z',
      now: () => performance.now(),
      sleep: (ms, signal) => sleep(ms, undefined, { signal }),
    },
    signal: options.signal ?? new AbortController().signal,
    file: async (name) => {
      const file = files[name];
      return file === undefined ? undefined : Buffer.from(file);
    },
    pathOf: (name) => `/work/${name}`,
    keep: (bytes) => {
      const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      store.set(digest, bytes);
      return digest;
    },
    redact: (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text),
    kept: (digest) => Buffer.from(store.get(digest ?? '') ?? `nothing is kept as ${digest}`).toString(),
    executions,
  };
}
