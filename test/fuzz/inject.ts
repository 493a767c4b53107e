/** Faults put in on purpose, so that tests can see that each of them is found. `HEADGATE_FUZZ_INJECT` is `KIND@INDEX`. */
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';

export interface Injection {
  readonly before: (index: number) => void | Promise<void>;
  readonly tamper: (index: number, diagnostics: readonly Diagnostic[]) => readonly Diagnostic[];
}

const held: unknown[] = [];

const deeds: Readonly<Record<string, () => void | Promise<void>>> = {
  stuck: () => new Promise<void>(() => {}),
  crash: () => {
    throw new Error('put in on purpose');
  },
  rejection: () => {
    void Promise.reject(new Error('put in on purpose'));
  },
  exit: () => process.exit(3),
  hang: () => {
    for (;;);
  },
  memory: () => {
    for (;;) held.push(new Array(1_000_000).fill(held.length));
  },
  bytes: () => {
    held.push(Buffer.alloc(600 * 1_048_576, 1));
  },
};

const made = (change: Partial<Diagnostic>): Diagnostic => ({
  code: 'parse/unknown-field',
  aliases: [],
  severity: 'warning',
  message: 'put in on purpose',
  related: [],
  ...change,
});

const lies: Readonly<Record<string, Diagnostic>> = {
  range: made({ at: { file: 'scenario.yaml', range: { start: 5, end: 10_000_000 } } }),
  related: made({ related: [{ message: 'here', at: { file: 'nowhere.yaml', range: { start: 1, end: 2 } } }] }),
  code: made({ code: 'check/no-such-code' }),
  message: made({ message: 'expected undefined' }),
  control: made({ message: 'cut \ud83e' }),
};

export function createInjection(wish: string | undefined): Injection {
  const [kind = '', at] = (wish ?? '').split('@');
  const hit = (index: number): boolean => wish !== undefined && index === Number(at);
  return {
    before: (index) => (hit(index) ? deeds[kind]?.() : undefined),
    tamper: (index, diagnostics) => {
      const lie = hit(index) ? lies[kind] : undefined;
      return lie ? [...diagnostics, lie] : diagnostics;
    },
  };
}
