/** What the settings say of running, in the plan. */
import { describe, expect, it } from 'vitest';
import type { ComponentSettings } from '../../../../src/ir/runtime-settings.ts';
import { explain, prepareExplain } from '../../../../src/plan/explain/explain.ts';
import { explanationText } from '../../../../src/plan/explain/text.ts';
import { compileFiles, endpoint, onEdge, policy, scenarioWith, server } from '../../../support/policy-scenario.ts';

const files = {
  'scenario.yaml': scenarioWith({ p: './p.yaml' }),
  'server.yaml': server,
  'p.yaml': policy,
};

async function compiledWith(components: Readonly<Record<string, ComponentSettings>> | undefined) {
  const answer = (): object => ({ interpositions: [onEdge(0)] });
  const { compiled, diagnostics } = await compileFiles(files, answer, components ? { runtime: { components } } : {});
  return {
    plan: compiled?.plan,
    text: compiled?.planText,
    codes: diagnostics.map(({ code, help }) => `${code}: ${help}`),
  };
}

describe('what the settings say of running', () => {
  it.each([[{}], [{ '/server': {} }], [{ '/server': { egress: [], limits: {} } }]])(
    '%j declares nothing, and the plan has the bytes of one without settings',
    async (components) => {
      const plain = await compiledWith(undefined);
      expect((await compiledWith(components)).text).toBe(plain.text);
      expect(plain.plan).not.toHaveProperty('runtime');
    },
  );

  it('stands in the plan in one form, whatever the order it was written in', async () => {
    const server: ComponentSettings = { restart: 'always', egress: ['b:1', 'a:1', 'b:1'], limits: { cpuSeconds: 2 } };
    const one = await compiledWith({ '/server': server, '/': { restarts: 3 } });
    const other = await compiledWith({
      '/': { restarts: 3, at: { file: 'headgate.yaml', range: { start: 1, end: 2 } } },
      '/server': { limits: { cpuSeconds: 2 }, egress: ['a:1', 'b:1'], restart: 'always' },
    });
    expect(one.text).toBe(other.text);
    expect(one.plan?.runtime).toEqual({
      components: {
        '/': { restarts: 3 },
        '/server': { restart: 'always', egress: ['a:1', 'b:1'], limits: { cpuSeconds: 2 } },
      },
    });
  });

  it('is told by `explain` of a component', async () => {
    const { plan } = await compiledWith({ '/server': { restart: 'always', egress: ['a:1'] } });
    if (!plan) throw new Error('it compiles');
    const found = explain(
      prepareExplain(plan, () => undefined),
      '/server',
    );
    expect(found).toMatchObject([{ runtime: { restart: 'always', egress: ['a:1'] } }]);
    expect(explanationText(found)).toMatch(/^ {2}settings +restart always\n +egress \["a:1"\]$/m);
    expect(
      explanationText(
        explain(
          prepareExplain(plan, () => undefined),
          '/',
        ),
      ),
    ).not.toContain('settings');
  });

  it('changes the digest of the plan', async () => {
    const digests = [
      await compiledWith(undefined),
      await compiledWith({ '/server': { egress: ['a:1'] } }),
      await compiledWith({ '/server': { egress: ['a:2'] } }),
    ].map(({ plan }) => plan?.planDigest);
    expect(new Set(digests).size).toBe(3);
  });

  it('may name what a policy inserted, and nothing that is not there', async () => {
    const { plan } = await compiledWith(undefined);
    const inserted = plan?.components.find(({ origin }) => origin.kind === 'policy')?.moniker ?? '';
    expect(inserted).not.toBe('');
    const named = await compiledWith({ [inserted]: { limits: { memoryMiB: 64 } } });
    expect(named.plan?.runtime?.components).toEqual({ [inserted]: { limits: { memoryMiB: 64 } } });
    const unknown = await compiledWith({ '/servre': { restart: 'never' } });
    expect(unknown.plan).toBeUndefined();
    expect(unknown.codes).toEqual(['settings/unknown-component: did you mean `/server`?']);
  });

  it('makes a component a task, from which nothing has to be bound', async () => {
    const alone = {
      'scenario.yaml': 'manifest_version: "0.4.0"\ncomponents: { job: ./job.yaml }\n',
      'job.yaml': `manifest_version: "0.4.0"\n${endpoint(80)}`,
    };
    const codes = async (runtime: object): Promise<readonly string[]> =>
      (await compileFiles(alone, () => ({ interpositions: [] }), runtime)).diagnostics.map(({ code }) => code);
    expect(await codes({})).toContain('lint/unused-program');
    expect(await codes({ runtime: { components: { '/job': { restart: 'never' } } } })).not.toContain(
      'lint/unused-program',
    );
  });
});
