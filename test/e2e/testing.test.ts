/** `headgate/testing`: the engine of `policy test` in other people's tests. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type CompiledForTest,
  compileForTest,
  type PolicyMatchers,
  policyMatchers,
} from '../../src/api/testing/index.ts';
import { definePolicy, finding } from '../../src/policy/sdk/index.ts';
import { audit } from '../support/policy-suite.ts';

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: as vitest declares it
  interface Matchers<T = any> extends PolicyMatchers<T> {}
}
expect.extend(policyMatchers as never);

const program = (args: readonly string[] = []) => ({
  path: '/opt/acme/x',
  args: [...args],
  network: { endpoints: [{ name: 'http', port: 9000 }] },
});
const manifests = {
  'api.yaml': {
    manifest_version: '0.4.0',
    program: program(),
    provides: { data: { kind: 'http', endpoint: 'http' } },
    exports: { data: 'provides.data' },
  },
  'web.yaml': {
    manifest_version: '0.4.0',
    slots: { data: { kind: 'http' } },
    program: program(['${slots.data.url}']),
    provides: { site: { kind: 'http', endpoint: 'http' } },
    exports: { site: 'provides.site' },
  },
  'audit.yaml': {
    manifest_version: '0.4.0',
    program: program(),
    provides: { record: { kind: 'http', profile: 'policy', endpoint: 'http' } },
    exports: { record: 'provides.record' },
  },
};
const scenario = {
  manifest_version: '0.4.0',
  components: { api: './api.yaml', web: './web.yaml' },
  bindings: [{ to: '#web.data', from: '#api.data' }],
  exports: { site: '#web.site' },
  use: { audit: './audit.yaml' },
  policies: ['#audit.record'],
};

const compiled = (): Promise<CompiledForTest> => compileForTest(scenario, { manifests, policies: { audit } });

describe('compileForTest', () => {
  it('tells what the selections of a policy matched, also of one behind a function', async () => {
    const selective = definePolicy({
      name: 'selective',
      decide: (scope) => {
        scope.select({ kind: 'http' });
        scope.select({ kind: 'kvm', allowEmpty: true });
      },
    });
    const about = { policy: '#audit.record', scope: '/' };
    const expected = [
      { ...about, name: 'kind http', matched: 2 },
      { ...about, name: 'kind kvm', matched: 0 },
    ];
    for (const given of [selective, (request: never) => selective.answer(request)]) {
      const result = await compileForTest(scenario, { manifests, policies: { audit: given } });
      expect(result.selections).toEqual(expected);
    }
    const plain = await compileForTest(scenario, { manifests, policies: { audit: () => ({ interpositions: [] }) } });
    expect(plain.selections).toEqual([]);
  });

  it('compiles manifests of the test with a policy of the test', async () => {
    const result = await compiled();
    expect(result.report).not.toContain('error');
    expect(result.ok).toBe(true);
    expect(result.edges).toEqual(['/web.data', 'exports.site']);
    expect(result.chainOf('/web.data')).toEqual(['#audit.record']);
    expect(result.chainOf('exports.site')).toEqual([]);
    expect(result.chainOf('/web.dat')).toBeUndefined();
    expect(result.interposers).toEqual(['/__overlay_0_0']);
    expect(result.failuresOf({ untouched: 'others', edges: { '/web.data': ['audit'] } })).toEqual([]);
    expect(result.failuresOf({ counts: { interposers: 2 } })).toMatchObject([{ code: 'test/unmet' }]);
    expect(result.failuresOf({})).toMatchObject([{ code: 'test/no-assertion' }]);
  });

  it('starts real policies where none is given', async () => {
    const result = await compileForTest('.', { cwd: 'examples/redaction' });
    expect(result.report).toBe('');
    expect(result.chainOf('/caller.agent')).toEqual(['#redaction.apply']);
  });

  it('tells of a policy that throws', async () => {
    const policies = {
      audit: definePolicy({
        name: 'x',
        decide: () => {
          throw new Error('lost');
        },
      }),
    };
    const result = await compileForTest(scenario, { manifests, policies });
    expect(result.ok).toBe(false);
    expect(result).toHaveErrors([{ code: 'govern/policy-ask', message: 'status' }]);
    expect(result).not.toCompile();
  });

  it('refuses a scenario that is not there', async () => {
    await expect(compileForTest('./no-such-scenario.yaml')).rejects.toThrow('there is nothing at');
  });
});

describe('matchers', () => {
  it('hold', async () => {
    const result = await compiled();
    expect(result).toCompile();
    expect(result).toHaveChain('/web.data', ['#audit.record']);
    expect(result).toBeUntouched('exports.site');
    expect(result).toBeUntouched(['exports.site']);
    expect(result).toHaveInterposers([{ policy: 'audit', program: { path: '/opt/acme/recorder' } }]);
    expect(result).toHaveFindings([{ severity: 'info', message: 'recorded', edge: '/web.data' }]);
    expect(result).toMeet({ untouched: ['exports.site'], counts: { touched: 1 } });
  });

  it('fail, and their opposites hold', async () => {
    const result = await compiled();
    const wrong: readonly (readonly [(other: ReturnType<typeof expect<CompiledForTest>>) => void, string])[] = [
      [(e) => e.toHaveChain('/web.data', []), 'expected no interposer'],
      [(e) => e.toBeUntouched('others'), '/web.data'],
      [(e) => e.toHaveInterposers([]), 'an interposer that the test does not expect'],
      [(e) => e.toHaveFindings([{ severity: 'error' }]), 'of severity error'],
      [(e) => e.toHaveErrors(['link/unbound-slot']), 'link/unbound-slot'],
      [(e) => e.toMeet({ counts: { edges: 9 } }), 'expected 9, found 2'],
    ];
    for (const [claim, message] of wrong) {
      expect(() => claim(expect(result))).toThrow(message);
      claim(expect(result).not as never);
    }
    expect(() => expect(result).not.toCompile()).toThrow('all of this holds');
  });

  it('fail both ways for names that mean nothing', async () => {
    const result = await compiled();
    for (const matcher of [expect(result), expect(result).not]) {
      expect(() => matcher.toHaveChain('/web.dat', [])).toThrow('did you mean `/web.data`?');
      expect(() => matcher.toBeUntouched([])).toThrow('names nothing');
      expect(() => matcher.toMeet({})).toThrow('compares nothing');
      expect(() => matcher.toHaveFindings([{ component: '/wep' }])).toThrow('did you mean `/web`?');
    }
    expect(() => expect(3 as never as CompiledForTest).toCompile()).toThrow('compileForTest');
  });

  it('see findings of a policy that forbids', async () => {
    const policies = { audit: definePolicy({ name: 'x', decide: () => finding('error', 'not like this') }) };
    const result = await compileForTest(scenario, { manifests, policies });
    expect(result).toHaveFindings([{ severity: 'error', message: { equals: 'not like this' } }]);
    expect(result).not.toCompile();
  });
});

it('is an entry of the package', () => {
  const script = "import('headgate/testing').then((m) => console.log(Object.keys(m).sort().join()))";
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  expect(stdout, stderr).toBe('compileForTest,policyMatchers\n');
  expect(existsSync('dist/testing.js')).toBe(true);
});
