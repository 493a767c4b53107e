/** A write that lost its race to one that is over by the time anybody looks. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { openKvVault } from '../../../../../src/adapters/vaults/kv/open.ts';
import { byOperator } from '../../../../../src/runtime/authority/authority.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Has the secret `a`, and refuses every write; `newest` is its version once a write was refused. */
async function serve(newest: number): Promise<string> {
  let isRefused = false;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const version = isRefused ? newest : 1;
      const secret = {
        data: {
          current_version: version,
          versions: { [version]: { deletion_time: '', destroyed: false } },
          custom_metadata: { 'managed-by': 'headgate' },
        },
      };
      const isWrite = request.method === 'POST';
      const isSecret = request.url?.startsWith('/v1/secret/metadata/a') === true;
      isRefused ||= isWrite;
      response.writeHead(isWrite ? 400 : isSecret ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isSecret ? secret : { errors: isWrite ? ['no'] : [] }));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it.each([
  ['has made a version and left nothing behind', 2, 'conflict/changed_meanwhile'],
  ['nobody has won', 1, 'invalid_request/request_refused'],
])('is told as what it is where %s', async (_, newest, expected) => {
  const auth = { method: 'token', tokenEnv: 'T' } as const;
  const settings = { provider: 'vault', address: await serve(newest), mount: 'secret', auth } as const;
  const vault = openKvVault('bao', settings, { folder: '/', home: '/', env: { T: 'token' }, now: () => 0 });
  closing.push(() => void vault.close());
  const write = { token: '0123456789abcdef0123456789abcdef', on: byOperator };
  const answer = await vault.putPending('a', 'value', write);
  expect('fault' in answer ? `${answer.fault.code}/${answer.fault.detail}` : answer).toBe(expected);
});
