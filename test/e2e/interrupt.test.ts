import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { runCli, startCli } from '../support/cli.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const files = {
  'scenario.yaml':
    'manifest_version: "0.4.0"\ncomponents: { server: ./server.yaml }\nexports: { out: "#server.api" }\nuse: { p: ./policy.yaml }\npolicies: ["#p.apply"]\n',
  'server.yaml':
    'manifest_version: "0.4.0"\nprogram: { path: /bin/true, network: { endpoints: [{ name: api, port: 8080 }] } }\nprovides: { api: { kind: http, endpoint: api } }\nexports: { api: provides.api }\n',
  'policy.yaml':
    'manifest_version: "0.4.0"\nprogram: { path: /bin/true, network: { endpoints: [{ name: api, port: 8000 }] } }\nprovides: { apply: { kind: http, profile: policy, endpoint: api } }\nexports: { apply: provides.apply }\n',
};

/** A policy that takes the question and never answers; `reached` resolves when it was asked. */
async function silentPolicy(): Promise<{ url: string; reached: Promise<void>; close: () => void }> {
  let asked: () => void = () => {};
  const reached = new Promise<void>((done) => {
    asked = done;
  });
  const server = createServer(() => asked());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url, reached, close };
}

describe('an interrupt while a policy is asked', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends with exit %i and leaves nothing', async (signal, code) => {
    const policy = await silentPolicy();
    const cwd = temp.lay(files);
    const { child, ended } = startCli(['compile', '.', '--emit', 'plan=plan.json', '--policy', `p=${policy.url}`], {
      cwd,
    });
    await policy.reached;
    child.kill(signal);
    const { status, stdout, stderr } = await ended;
    policy.close();
    expect([status, stdout, stderr]).toEqual([code, '', '']);
    expect(readdirSync(cwd).sort()).toEqual(Object.keys(files).sort());
  });
});

describe('a policy that runs already', () => {
  it('that takes too long fails the compile in the time that was given', async () => {
    const policy = await silentPolicy();
    const cwd = temp.lay(files);
    const args = ['compile', '.', '--policy', `p=${policy.url}`, '--policy-timeout', '300ms'];
    const { status, stderr, stdout } = await startCli(args, { cwd }).ended;
    policy.close();
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('error[govern/policy-ask]');
    expect(stderr).toContain('--> scenario.yaml:5:12');
  });

  it('is not asked by check', () => {
    const cwd = temp.lay(files);
    expect(runCli(['check', '.', '--policy', 'p=http://127.0.0.1:9/'], { cwd })).toMatchObject({
      status: 0,
      stderr: 'checked 1 scenario\n',
    });
  });
});
