import { describe, expect, it } from 'vitest';
import type { PlanRuntime } from '../../../../../src/ir/plan-runtime-schema.ts';
import { undeclared } from '../../../../../src/plan/profiles/profile-of.ts';
import { assembleRun, type RunInputs } from '../../../../../src/runtime/environments/local/assemble.ts';
import { compileFiles } from '../../../../support/policy-scenario.ts';

const manifest = (body: string): string => `manifest_version: "0.4.0"\n${body}`;
const part = (port: number): string =>
  manifest(`slots: { up: { kind: http, optional: true } }
program: { path: /bin/echo, args: ["\${slots.up.url}"], network: { endpoints: [{ name: e, port: ${port} }] } }
provides: { p: { kind: http, endpoint: e } }
exports: { p: provides.p }`);
const files = (a: number, b: number) => ({
  'scenario.yaml': manifest(`components: { a: ./a.yaml, b: ./b.yaml, c: ./c.yaml }
bindings:
  - { to: "#a.up", from: "#b.p", weak: true }
  - { to: "#b.up", from: "#a.p", weak: true }
  - { to: "#c.up", from: "#a.p", weak: true }`),
  'a.yaml': part(a),
  'b.yaml': part(b),
  'c.yaml': part(8080),
});
const onHost: PlanRuntime = {
  components: { '/a': { profile: 'p' }, '/b': { profile: 'p', egress: ['x.example:443'] } },
  profiles: { p: { ...undeclared, sandbox: { mode: 'none' } } },
};

async function assembled(of: ReturnType<typeof files>, more: Partial<RunInputs> = {}) {
  const { compiled } = await compileFiles(of, () => ({ interpositions: [] }));
  if (!compiled) throw new Error('not compiled');
  const plan = { ...compiled.plan, runtime: onHost };
  return assembleRun({ plan, sourceFolder: '/work', env: {}, externals: {}, noSandbox: true, ...more });
}

describe('programs on the host', () => {
  it('have ports of their own on the loopback that they share, around what is there', async () => {
    const found = await assembled(files(20_000, 20_003), { listening: new Set([20_001]) });
    if ('blocked' in found) throw new Error(found.blocked[0]?.gate);
    const of = (moniker: string) => found.components.find((one) => one.moniker === moniker);
    expect(of('/a')?.argv).toEqual(['/bin/echo', 'http://127.0.0.1:20002']);
    expect(of('/b')?.argv).toEqual(['/bin/echo', 'http://127.0.0.1:20004']);
    expect(of('/b')?.egress?.port).toBe(20_005);
    expect([of('/a')?.onHost, of('/c')?.onHost]).toEqual([true, undefined]);
    // One in a sandbox has a loopback to itself.
    expect(of('/c')?.argv).toEqual(['/bin/echo', 'http://127.0.0.1:20000']);
  });

  it('do not listen on one port, nor where somebody listens', async () => {
    const found = await assembled(files(7000, 7000), { listening: new Set([7000, 8080]) });
    const told =
      'blocked' in found ? found.blocked.map(({ gate, subject, reasons }) => [gate, subject, reasons[0]]) : [];
    expect(told).toEqual([
      ['port_taken', '/a', 'it runs on this machine and listens on port 7000, and somebody listens on it'],
      ['port_taken', '/b', 'it runs on this machine and listens on port 7000, and /a listens on it'],
    ]);
  });

  it('are not run before the operator says so', async () => {
    const found = await assembled(files(7000, 7001), { noSandbox: false });
    expect('blocked' in found && found.blocked.map(({ gate, subject }) => `${gate} ${subject}`)).toEqual([
      'sandbox_required /a',
      'sandbox_required /b',
    ]);
  });
});
