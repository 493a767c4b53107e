/** Numbered corner cases of policies that compare two compiles, or look at what a policy process is given. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMemoryLoader } from '../../src/adapters/loaders/memory-loader.ts';
import type { JsonObject } from '../../src/base/json.ts';
import { type Compiled, compile } from '../../src/compile.ts';
import type { PolicyAsk, PolicyOutcome, PolicyProcess } from '../../src/ports/policy-client.ts';

const folder = 'file:///work/scenario/';

/** The inputs of the golden cases, so that each case is written once. */
const inputs = (name: string, replaced: Readonly<Record<string, string>> = {}): ReadonlyMap<string, string> => {
  const from = join('golden/policies', name);
  const names = readdirSync(from, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []));
  const files = names.filter((file) => /\.(yaml|json5)$/.test(file));
  return new Map(files.map((file) => [file, replaced[file] ?? readFileSync(join(from, file), 'utf8')]));
};

interface Seen {
  readonly compiled: Compiled | undefined;
  readonly codes: readonly string[];
  readonly processes: readonly PolicyProcess[];
  readonly asks: readonly PolicyAsk[];
}

async function run(
  files: ReadonlyMap<string, string>,
  rootConfig: JsonObject = {},
  answer: (ask: PolicyAsk) => Promise<string> = async () => '{"interpositions":[]}',
): Promise<Seen> {
  const seen: { processes: readonly PolicyProcess[]; asks: readonly PolicyAsk[] } = { processes: [], asks: [] };
  const root = [...files.keys()].find((file) => file.startsWith('scenario.'));
  const { compiled, diagnostics } = await compile({
    input: `${folder}${root}`,
    baseDir: folder,
    loader: createMemoryLoader(new Map([...files].map(([file, text]) => [`${folder}${file}`, text]))),
    rootConfig: { file: rootConfig },
    policyClient: {
      sandbox: 'none',
      ask(processes, asks) {
        Object.assign(seen, { processes, asks });
        const outcome = async (ask: PolicyAsk): Promise<PolicyOutcome> => ({
          ok: true,
          text: await answer(ask),
          elapsedMs: 0,
        });
        return Promise.all(asks.map(outcome));
      },
    },
  });
  const codes = diagnostics.filter((d) => d.severity === 'error').map((d) => d.code);
  return { compiled, codes, ...seen };
}

const configOf = ({ codes, processes }: Seen): JsonObject | undefined => {
  expect(codes).toEqual([]);
  expect(processes).toHaveLength(1);
  return processes[0]?.config;
};

describe('what a policy process is given', () => {
  it('19 the value of a reference, and the name of a quoted one', async () => {
    expect(configOf(await run(inputs('19-a-value-of-the-root-is-demanded'), { k: 'v' }))).toEqual({ t: 'v' });
    expect(configOf(await run(inputs('19-b-symbolic-value-is-not-demanded')))).toEqual({ t: '${config.k}' });
  });

  it('20 the value of the root that the scope calls otherwise', async () => {
    expect(configOf(await run(inputs('20-value-of-a-child-scope'), { r: 'v' }))).toEqual({ t: 'v' });
  });

  it('21 an object with all that is in it', async () => {
    const creds = { id: 'i', key: 'k' };
    const seen = await run(inputs('21-a-path-covers-what-is-below'), { creds });
    expect(configOf(seen)).toEqual({ all: creds, key: 'k' });
  });

  it('22 the whole config', async () => {
    expect(configOf(await run(inputs('22-whole-config'), { a: 'x', b: 1 }))).toEqual({ all: { a: 'x', b: 1 } });
  });

  it('23 a known value as text, and an unknown one by the name that its scope has for it', async () => {
    expect(configOf(await run(inputs('23-a-symbolic-name-of-a-known-value')))).toEqual({ t: 'plain' });
    expect(configOf(await run(inputs('23-b-symbolic-name-of-a-mixed-text')))).toEqual({ t: '${config.a}' });
  });

  it('26 27 a value behind a reference of the schema, and a default of an object above', async () => {
    expect(configOf(await run(inputs('26-root-schema-with-ref'), { k: 'word' }))).toEqual({ t: 'word' });
    expect(configOf(await run(inputs('27-default-of-an-ancestor')))).toEqual({ t: 'value' });
  });
});

it('32 two policies of one scope are asked with the same bytes', async () => {
  const { asks } = await run(inputs('32-one-request-for-two-policies'));
  expect(asks).toHaveLength(2);
  expect(asks[0]?.body).toBe(asks[1]?.body);
  expect(asks[0]?.headers['headgate-policy']).not.toBe(asks[1]?.headers['headgate-policy']);
});

it('37 answers that propose nothing give the scenario that no policies give', async () => {
  const name = '37-all-answers-empty';
  const governed = inputs(name);
  const bare = (governed.get('scenario.yaml') ?? '').replace(/^use:[\s\S]*$/m, '');
  const [left, right] = await Promise.all([run(governed), run(inputs(name, { 'scenario.yaml': bare }))]);
  expect([left.asks.length, right.asks.length]).toEqual([2, 0]);
  const irOf = (seen: Seen): string => {
    const [text] = [...(seen.compiled?.emit('ir').values() ?? [])];
    const ir = JSON.parse(text ?? '{}') as { components: { digest: string }[] };
    // The digest of the root manifest covers its policies.
    ir.components[0] = { ...ir.components[0], digest: '' };
    return JSON.stringify(ir);
  };
  expect(irOf(left)).toContain('"bindings":[{');
  expect(irOf(left)).toBe(irOf(right));
});

it('54 answers that arrive in any order give one scenario', async () => {
  const name = '39-three-scopes-on-one-edge';
  const answers: Readonly<Record<string, string>> = Object.fromEntries(
    ['l', 'm', 'r'].map((use) => [use, readFileSync(join('golden/policies', name, 'answers', `${use}.json`), 'utf8')]),
  );
  const orders = ['lmr', 'lrm', 'mlr', 'mrl', 'rlm', 'rml'];
  const outputs = await Promise.all(
    orders.map(async (order) => {
      const arrived: string[] = [];
      const { codes, compiled } = await run(inputs(name), {}, async (ask) => {
        const use = ask.headers['headgate-policy']?.[1] ?? '';
        while (arrived.length < order.indexOf(use)) await new Promise((next) => setImmediate(next));
        arrived.push(use);
        return answers[use] ?? '';
      });
      expect([codes, arrived.join('')]).toEqual([[], order]);
      return `${compiled?.planText}${[...(compiled?.emit('ir').values() ?? [])].join('')}`;
    }),
  );
  expect(outputs[0]).toContain('/right/__overlay_2_0');
  expect(new Set(outputs).size).toBe(1);
});
