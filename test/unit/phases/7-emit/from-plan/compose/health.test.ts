import { spawnSync } from 'node:child_process';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { healthOf } from '../../../../../../src/phases/7-emit/from-plan/compose/health.ts';

/** As Compose starts it on this machine, whose kernel answers. */
function isHealthy(...ports: readonly number[]): boolean {
  const [, shell = '', ...args] = (healthOf(ports)?.['test'] ?? []) as readonly string[];
  const { status, stderr } = spawnSync(
    shell,
    args.map((text) => text.replaceAll('$$', '$')),
    { encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  return status === 0;
}

async function listening<T>(host: string, does: (port: number) => T | Promise<T>): Promise<T> {
  const server = createServer();
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, host, done));
  try {
    return await does((server.address() as AddressInfo).port);
  } finally {
    await new Promise((done) => server.close(done));
  }
}

describe('the health check of a service', () => {
  it.each(['0.0.0.0', '::'])('is passed by what listens on %s', async (host) => {
    expect(await listening(host, (port) => isHealthy(port))).toBe(true);
  });

  it.each(['127.0.0.1', '127.1.2.3', '::ffff:127.0.0.1', '::1'])(
    'is not passed by what listens on %s, where nobody gets',
    async (host) => {
      expect(await listening(host, (port) => isHealthy(port))).toBe(false);
    },
  );

  it('takes all ports', async () => {
    const free = await listening('0.0.0.0', (port) => port);
    const [both, one] = await listening('0.0.0.0', (a) =>
      listening('::', (b) => [isHealthy(a, b), isHealthy(a, b, free)]),
    );
    expect([both, one]).toEqual([true, false]);
  });

  it('is none without ports', () => {
    expect(healthOf([])).toBeUndefined();
  });

  it.each([
    [1, '2s', '5s'],
    [20, '2s', '5s'],
    [21, '3s', '5s'],
    [300, '30s', '30s'],
  ])('of %i components each is asked every %s', (components, interval, timeout) => {
    expect(healthOf([80], 60, components)).toMatchObject({ interval, timeout });
  });
});
