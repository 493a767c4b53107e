/** The smoke test for a real account of AWS: it works against a stand-in, does nothing without being asked, and leaves no value anywhere. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Moto, startMoto } from '../support/aws/moto.ts';

let moto: Moto;
beforeAll(async () => {
  moto = await startMoto();
});
afterAll(() => moto?.stop());

async function smoke(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ['scripts/aws-smoke.mjs'], {
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { status: status as number, out, err };
}

describe('scripts/aws-smoke.mjs', () => {
  it('does nothing unless it is asked to', async () => {
    const region = { HEADGATE_AWS_REGION: 'eu-west-1' };
    const yes = { HEADGATE_AWS_SMOKE: 'yes' };
    for (const env of [{}, region, yes, { ...region, HEADGATE_AWS_SMOKE: '1' }]) {
      const { status, out, err } = await smoke(env);
      expect([status, out]).toEqual([2, '']);
      expect(err).toContain('HEADGATE_AWS_SMOKE=yes');
    }
  });

  it('passes where what stands in for AWS does what AWS documents', async () => {
    const keys = await moto.addUser('smoke', ['*']);
    const env = {
      ...keys,
      HEADGATE_AWS_SMOKE: 'yes',
      HEADGATE_AWS_REGION: 'eu-west-1',
      HEADGATE_AWS_ENDPOINT: moto.url,
    };
    const { status, out, err } = await smoke(env);
    expect({ status, err }, out).toEqual({ status: 0, err: '' });
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.slice(0, 4)),
    ).toEqual([...Array(9).fill('ok  '), 'pass']);
  });

  it('fails and says where, with rights that are not enough', async () => {
    const keys = await moto.addUser('smoke-lister', ['ListSecrets']);
    const env = {
      ...keys,
      HEADGATE_AWS_SMOKE: 'yes',
      HEADGATE_AWS_REGION: 'eu-west-1',
      HEADGATE_AWS_ENDPOINT: moto.url,
    };
    const { status, out } = await smoke(env);
    expect(status).toBe(1);
    expect(out).toContain('access_denied');
    expect(out).toMatch(/FAILED; look for headgate-smoke\/smoke\/[0-9a-f-]{36} in eu-west-1, and delete it\n$/);
  });
});
