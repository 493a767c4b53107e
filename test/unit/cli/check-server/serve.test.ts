import { chmodSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import type { Cli } from '../../../../src/app/cli.ts';
import { createInterrupt } from '../../../../src/app/interrupt.ts';
import { serverPlace } from '../../../../src/cli/check-server/place.ts';
import { serveChecks } from '../../../../src/cli/check-server/serve.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const before = { cwd: process.cwd(), runtime: process.env['XDG_RUNTIME_DIR'] };
beforeEach(() => {
  chmodSync(temp.path, 0o700);
  process.env['XDG_RUNTIME_DIR'] = temp.path;
});
afterEach(() => {
  process.chdir(before.cwd);
  if (before.runtime === undefined) delete process.env['XDG_RUNTIME_DIR'];
  else process.env['XDG_RUNTIME_DIR'] = before.runtime;
});

const ask = (path: string, question: unknown): Promise<string> =>
  new Promise((done, fail) => {
    let text = '';
    const socket = connect(path);
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', fail).on('close', () => done(text));
    socket.write(`${JSON.stringify(question)}\n`);
  });

it('looks for its own folder, whatever variables whoever asks has, and keeps none of them', async () => {
  const program = join(before.cwd, 'package.json');
  const names = Array.from({ length: 300 }, (_, n) => `many/s${n}/scenario.yaml`);
  const text = 'manifest_version: "0.4.0"\nprogram: { path: /bin/true }\n';
  const cwd = temp.lay(Object.fromEntries(names.map((name) => [name, text])));
  const interrupt = createInterrupt();
  const cli = { interrupt, now: () => 0 } as unknown as Cli;
  const ended = serveChecks(cli, { program, idleMs: 600_000, lookMs: 1 });
  const { socket, identity } = serverPlace(process.env, program) as NonNullable<ReturnType<typeof serverPlace>>;
  const own = { ...process.env };
  const question = { kind: 'check', identity, argv: ['check', 'many'], cwd, env: { OF_A_CLIENT: '1' }, stdin: 0 };
  await expect
    .poll(() => readdirSync(join(temp.path, 'headgate')))
    .toContain(socket.slice(socket.lastIndexOf('/') + 1));
  for (let times = 0; times < 3; times++) expect(await ask(socket, question)).toContain('checked 300 scenarios');
  expect({ ...process.env }).toEqual(own);
  await ask(socket, { kind: 'stop' });
  expect(await ended).toBe(0);
});
