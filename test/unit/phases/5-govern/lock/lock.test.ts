import { describe, expect, it } from 'vitest';
import { createMemoryLoader } from '../../../../../src/adapters/loaders/memory-loader.ts';
import {
  codesOf,
  compileFiles,
  compileFrozen,
  type Files,
  lockOf,
  messagesOf,
  onEdge,
  policy,
  scenarioWith,
  server,
  urlOf,
} from '../../../../support/policy-scenario.ts';

const files: Files = {
  'scenario.yaml': scenarioWith({ a: './policy.yaml', b: './policy.yaml' }),
  'server.yaml': server,
  'policy.yaml': policy,
};
const answer = (ask: { readonly display: string }): object => ({
  interpositions: ask.display.includes('#a.') ? [onEdge(0)] : [],
  findings: [{ severity: 'warning', message: ask.display, edge: 0 }],
});
const record = (of: Files = files): ReturnType<typeof compileFiles> => compileFiles(of, answer, { record: true });

describe('a frozen compile', () => {
  it('gives the bytes of the live one, with nobody to ask', async () => {
    const live = await record();
    const frozen = await compileFrozen(files, lockOf(live));
    expect(messagesOf(frozen)).toEqual(messagesOf(live));
    expect(frozen.compiled?.planText).toBe(live.compiled?.planText);
    expect([...(frozen.compiled?.emit('ir') ?? [])]).toEqual([...(live.compiled?.emit('ir') ?? [])]);
    expect(lockOf(frozen)).toEqual(lockOf(live));
  });

  it('asks nobody although there is somebody', async () => {
    const lock = lockOf(await record());
    const frozen = await compileFiles(
      files,
      () => {
        throw new Error('asked');
      },
      { lock, frozen: true },
    );
    expect(codesOf(frozen)).toEqual(['govern/finding-warning', 'govern/finding-warning']);
    expect(frozen.compiled).toBeDefined();
  });

  it('keeps answers of the same policy in one scope apart', async () => {
    const twice = {
      ...files,
      'scenario.yaml': scenarioWith({ a: './policy.yaml' }).replace('["#a.apply"]', '["#a.apply", "#a.apply"]'),
    };
    let asked = 0;
    const live = await compileFiles(
      twice,
      () => ({ interpositions: [], findings: [{ severity: 'info', message: `answer ${++asked}` }] }),
      { record: true },
    );
    const frozen = await compileFrozen(twice, lockOf(live));
    expect(frozen.compiled?.planText).toBe(live.compiled?.planText);
    expect(frozen.compiled?.plan.policies.map((p) => p.findings[0]?.message)).toEqual(['answer 1', 'answer 2']);
  });

  it('makes no lock unless told', async () => {
    const { compiled } = await compileFiles(files, answer);
    expect(compiled?.governed.policies.every((p) => p.recording === undefined)).toBe(true);
    expect([...(compiled?.emit('lock') ?? ['?'])]).toEqual([]);
  });

  it('needs no value of root config', async () => {
    const config = {
      ...files,
      'scenario.yaml': `config_schema: { type: object, properties: { k: { type: string } }, required: [k] }\n${scenarioWith({ a: './policy.yaml' }).replace('"./policy.yaml"', '{"manifest":"./policy.yaml","config":{"k":"${config.k}"}}')}`,
      'policy.yaml': `config_schema: { type: object, properties: { k: { type: string } } }\n${policy.replace('path: /bin/true', 'path: /bin/true, args: ["${config.k}"]')}`,
    };
    const rootConfig = { env: { HEADGATE_CONFIG_K: 'a value' } };
    const live = await compileFiles(config, answer, { record: true, rootConfig });
    expect(messagesOf(live).filter((text) => !text.startsWith('govern/finding'))).toEqual([]);
    const lock = lockOf(live);
    expect(JSON.stringify([lock.text, ...lock.recordings])).not.toContain('a value');
    const frozen = await compileFrozen(config, lock);
    expect(frozen.compiled?.planText).toBe(live.compiled?.planText);
  });

  it('takes manifests from the network out of the lock, and nothing else from there', async () => {
    const far = 'https://far.example/policy.yaml';
    const remote: Files = {
      'scenario.yaml': scenarioWith({ a: 'https://far.example/latest' }),
      'server.yaml': server,
      [far]: policy,
    };
    const redirects = new Map([['https://far.example/latest', far]]);
    const loader = createMemoryLoader(new Map(Object.entries(remote).map(([name, text]) => [urlOf(name), text])), {
      redirects,
    });
    const live = await compileFiles(remote, answer, { record: true, loader, allowRemotePolicies: true });
    expect(live.compiled).toBeDefined();
    const local = { 'scenario.yaml': remote['scenario.yaml'] as string, 'server.yaml': server };
    const frozen = await compileFrozen(local, lockOf(live));
    expect(frozen.compiled?.planText).toBe(live.compiled?.planText);
    const without = { ...lockOf(live), recordings: new Map() };
    expect(codesOf(await compileFrozen(local, without))).toEqual(['resolve/manifest-not-loaded']);
    const other = { ...local, 'scenario.yaml': scenarioWith({ a: 'https://far.example/other' }) };
    const missing = await compileFrozen(other, lockOf(live));
    expect(messagesOf(missing).join()).toContain('the lock has no copy of it');
  });
});

describe('a lock', () => {
  const change = async (edit: (lock: Record<string, never>) => void): Promise<ReturnType<typeof compileFrozen>> => {
    const lock = lockOf(await record());
    const parsed = JSON.parse(lock.text ?? '') as Record<string, never>;
    edit(parsed);
    return compileFrozen(files, { ...lock, text: JSON.stringify(parsed) });
  };

  it.each([
    ['', 'the file is empty'],
    ['[]', 'it is not an object'],
    ['{', 'this brace is not closed (line 1, column 1)'],
    ['{"schema": "amber.lock"}', '`schema` is not `headgate.lock`'],
    ['{"schema": "headgate.lock"}', '`version` and `protocol` are missing'],
    ['{"schema": "headgate.lock", "version": 1, "protocol": "1"}', 'missing'],
    ['<<<<<<< HEAD\n', 'line 1, column 1'],
  ])('that says %j is refused', async (text, reason) => {
    const result = await compileFrozen(files, { file: 'headgate.lock', text, recordings: new Map() });
    expect(new Set(codesOf(result))).toEqual(new Set(['lock/malformed']));
    expect(messagesOf(result).join()).toContain(reason);
  });

  it('of another protocol is refused', async () => {
    const result = await change((lock) => Object.assign(lock, { protocol: '2' }));
    expect(messagesOf(result)).toEqual([
      'lock/unsupported-version: the lock is of protocol 2, and this headgate knows 1',
    ]);
  });

  it('with a key that does not follow from its digests is refused', async () => {
    const result = await change((lock) => {
      const [first] = (lock as unknown as { policies: { key: string; answerDigest: string }[] }).policies;
      if (first) first.key = first.answerDigest;
    });
    expect(codesOf(result)).toEqual(['lock/malformed']);
  });

  it('with a digest that is none is refused', async () => {
    const result = await change((lock) => {
      const [first] = (lock as unknown as { policies: { answerDigest: string }[] }).policies;
      if (first) first.answerDigest = 'sha256:../../etc/passwd';
    });
    expect(codesOf(result)).toEqual(['lock/malformed']);
  });

  it('tells of every policy and every file that differs, not only of the first', async () => {
    const lock = lockOf(await record());
    const now = {
      ...files,
      'server.yaml': server.replace('8080', '8081'),
      'policy.yaml': policy.replace('8000', '8001'),
    };
    const result = await compileFrozen(now, lock);
    expect([...codesOf(result)].sort()).toEqual([
      'lock/request-changed',
      'lock/request-changed',
      'lock/source-changed',
      'lock/source-changed',
    ]);
    expect(messagesOf(result).join('\n')).toContain('~ component /server: program.network');
    expect(messagesOf(result).join('\n')).toContain('the same difference as for the policy before it');
  });

  it('that is there does not matter to a live compile without policies from the network', async () => {
    const result = await compileFiles(files, answer, {
      lock: { file: 'headgate.lock', text: 'rubbish', recordings: new Map() },
    });
    expect(result.compiled).toBeDefined();
  });

  it('pins the files of programs, and what their names mean is seen from the manifest', async () => {
    const program = policy.replace(
      'path: /bin/true',
      'path: ./bin/run, args: [-u, lib/a.py, --data=b.json, ../up.py, nowhere]',
    );
    const own: Files = {
      'scenario.yaml': scenarioWith({ a: './p/policy.yaml' }),
      'server.yaml': server,
      'p/policy.yaml': program,
      'p/bin/run': 'run',
      'p/lib/a.py': 'a',
      'p/b.json': 'b',
      'up.py': 'up',
    };
    const live = await compileFiles(own, () => ({ interpositions: [] }), { record: true });
    const { policies } = JSON.parse(lockOf(live).text ?? '') as { policies: { files: { name: string }[] }[] };
    expect(policies[0]?.files.map(({ name }) => name)).toEqual(['p/b.json', 'p/bin/run', 'p/lib/a.py']);
    const changed = await compileFrozen({ ...own, 'p/lib/a.py': 'other', 'p/nowhere': 'now here' }, lockOf(live));
    expect(messagesOf(changed)).toEqual([
      'lock/policy-changed: policy `#a.apply` of scope `/` has changed since its answer was recorded: `p/lib/a.py` has changed, `p/nowhere` is new',
    ]);
    expect(codesOf(await compileFrozen({ ...own, 'up.py': 'other' }, lockOf(live)))).toEqual([]);
  });
});

describe('without a lock', () => {
  it('a frozen compile says so, once', async () => {
    const result = await compileFrozen(files, { file: 'locks/headgate.lock', text: null, recordings: new Map() });
    expect(messagesOf(result)).toEqual([
      'lock/not-found: there is no lock `locks/headgate.lock`, and a frozen compile takes every answer from one',
    ]);
    expect(codesOf(await compileFiles(files, answer, { frozen: true }))).toEqual(['lock/not-found']);
  });
});
