/** Programs of examples/redaction and of templates are reached from another address than the loopback, as in a container. The kernel is asked. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { healthOf } from '../../src/phases/7-emit/from-plan/compose/health.ts';
import { filesBelow } from '../support/harness.ts';

const programs = [...filesBelow('examples/redaction'), ...filesBelow('templates')]
  .map((path) => join(existsSync(join('templates', path)) ? 'templates' : 'examples/redaction', path))
  .filter((path) => /\/(?:caller|responder|interposer|notes|web|recorder)\.(?:mjs|py)$/.test(path))
  .sort();

function isReached(port: number): boolean {
  const [, shell = '', ...args] = (healthOf([port])?.['test'] ?? []) as readonly string[];
  return (
    spawnSync(
      shell,
      args.map((text) => text.replaceAll('$$', '$')),
    ).status === 0
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

describe('what is told to listen at PORT', () => {
  it('is found', () => {
    expect(programs).toHaveLength(12);
  });

  it.each(programs)('%s is reached there', async (path) => {
    const port = await freePort();
    const url = 'http://127.0.0.1:9/';
    const env = { AGENT_URL: url, NOTES_URL: url, UPSTREAM_URL: url, EDGE: '/a.b', LAUNCH_CODE: 'x', API_KEY: 'x' };
    const program = spawn(path.endsWith('.py') ? 'python3' : process.execPath, [path], {
      env: { ...process.env, ...env, REDACTION_TERMS: '[]', PORT: String(port) },
      stdio: 'ignore',
    });
    try {
      await vi.waitFor(() => expect(isReached(port)).toBe(true), { timeout: 120_000, interval: 100 });
    } finally {
      program.kill('SIGKILL');
    }
  });
});
