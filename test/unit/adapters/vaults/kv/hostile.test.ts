/** What a server, or something that stands in its place, may do to whoever asks it. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openKvVault } from '../../../../../src/adapters/vaults/kv/open.ts';
import { backoff, maxReads, type Pace } from '../../../../../src/adapters/vaults/kv/pace.ts';
import type { Vault } from '../../../../../src/ports/vault.ts';
import { byOperator } from '../../../../../src/runtime/authority/authority.ts';

const token = 'canary-token-1f0c';
const said = 'canary-of-the-server-77aa';
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}
type Handle = (response: ServerResponse, request: Seen, count: number) => void;

async function serve(handle: Handle): Promise<{ readonly address: string; readonly seen: Seen[] }> {
  const seen: Seen[] = [];
  const server: Server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    request.resume().on('end', () => handle(response, { method, url, headers }, seen.push({ method, url, headers })));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

/** Nobody waits, and what would have been waited is noted. */
function open(address: string, more: Partial<Pace> = {}): Vault & { readonly waited: number[] } {
  const waited: number[] = [];
  const pace: Pace = {
    deadlineMs: 30_000,
    healthMs: 30_000,
    random: () => 0.5,
    wait: async (ms) => {
      waited.push(ms);
    },
    ...more,
  };
  const auth = { method: 'token', tokenEnv: 'T' } as const;
  const place = { folder: '/', home: '/', env: { T: token }, now: () => 0 };
  const vault = openKvVault('bao', { provider: 'vault', address, mount: 'secret', auth }, place, pace);
  closing.push(() => void vault.close());
  return { ...vault, waited };
}

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};
const good = { data: { data: { value: 'found' }, metadata: { version: 3 } } };
const isData = ({ url }: Seen) => url.startsWith('/v1/secret/data/');

async function told(vault: Vault, signal?: AbortSignal): Promise<string> {
  const answer = await vault.resolve({ key: 'a/b' }, signal);
  const text = JSON.stringify(answer);
  // Neither what was sent nor what came back is told.
  expect(text).not.toContain(token);
  expect(text).not.toContain(said);
  return 'fault' in answer ? `${answer.fault.code}/${answer.fault.detail}` : answer.value.text;
}

describe('a request', () => {
  it('goes where it should, with the token in its header and nowhere else', async () => {
    const { address, seen } = await serve((response) => json(response, 200, good));
    expect(await told(open(address))).toBe('found');
    expect(seen).toHaveLength(1);
    const { url, headers, method } = seen[0] as Seen;
    expect([method, url]).toEqual(['GET', '/v1/secret/data/a/b']);
    expect(headers['x-vault-token']).toBe(token);
    expect(headers['x-vault-request']).toBe('true');
  });

  it.each([301, 302, 303, 307, 308])(
    'is not sent on by an answer %i, to the same host or to another',
    async (status) => {
      const other = await serve((response) => json(response, 200, good));
      for (const location of [other.address, '/v1/secret/data/other', `${other.address}/v1/secret/data/a/b`]) {
        const { address, seen } = await serve((response) => {
          response.writeHead(status, { location });
          response.end(said);
        });
        expect(await told(open(address))).toBe('provider_unavailable/redirected');
        expect(seen).toHaveLength(1);
      }
      expect(other.seen).toEqual([]);
    },
  );

  it('does not care for proxies of the environment', async () => {
    const proxy = await serve((response) =>
      json(response, 200, { data: { data: { value: 'of the proxy' }, metadata: { version: 1 } } }),
    );
    const { address } = await serve((response) => json(response, 200, good));
    const before = { ...process.env };
    try {
      for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY']) process.env[name] = proxy.address;
      expect(await told(open(address))).toBe('found');
    } finally {
      for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY']) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    }
    expect(proxy.seen).toEqual([]);
  });
});

describe('an answer', () => {
  it('that does not end is cut, with a length and without', async () => {
    const piece = Buffer.alloc(1 << 20, 0x20);
    const endless = (response: ServerResponse): void => {
      let open = true;
      response.on('close', () => {
        open = false;
      });
      const more = (): void => {
        while (open && response.write(piece));
        if (open) response.once('drain', more);
      };
      more();
    };
    for (const headers of [{}, { 'content-length': String(2 ** 40) }]) {
      const { address, seen } = await serve((response) => {
        response.writeHead(200, headers);
        endless(response);
      });
      expect(await told(open(address))).toBe('provider_error/too_large');
      expect(seen).toHaveLength(1);
    }
  });

  it.each([
    ['text', said],
    ['nothing', ''],
    ['half of it', '{"data":{"data":{"value":"x"'],
    ['what is not UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
    ['null', 'null'],
    ['a list', '[]'],
    ['other fields', '{"data":{"keys":["a"]}}'],
    ['a secret that is no object', '{"data":{"data":"x","metadata":{"version":1}}}'],
    ['a secret that is a list', '{"data":{"data":["x"],"metadata":{"version":1}}}'],
    ['no version', '{"data":{"data":{"value":"x"},"metadata":{}}}'],
    ['a version that is no number', '{"data":{"data":{"value":"x"},"metadata":{"version":"1"}}}'],
    ['what only a prototype has', '{"__proto__":{"data":{"data":{"value":"x"},"metadata":{"version":1}}}}'],
  ])('that is %s is told, and not asked for again', async (_, body) => {
    const { address, seen } = await serve((response) => response.end(body));
    expect(await told(open(address))).toBe('provider_error/not_json');
    expect(seen).toHaveLength(1);
  });

  it('that is packed in a way that was not asked for is told', async () => {
    const { address } = await serve((response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(said);
    });
    expect(await told(open(address))).toBe('provider_error/not_json');
  });

  it('of another version than the one that was asked for is told', async () => {
    const { address } = await serve((response) => json(response, 200, good));
    const answer = await open(address).resolve({ key: 'a', version: { number: 2 } });
    expect(answer).toMatchObject({ fault: { code: 'provider_error' } });
  });

  it('that never comes, or never ends, is waited for until the deadline, with all that is tried again', async () => {
    const { address, seen } = await serve((response, _, count) => {
      if (count % 2 === 0) response.write('{');
    });
    const vault = open(address, { deadlineMs: 1_000 });
    for (let i = 0; i < 2; i++) expect(await told(vault)).toBe('provider_unavailable/request_timeout');
    expect(seen).toHaveLength(2);
    expect(await open(address, { healthMs: 1_000 }).health()).toMatchObject({
      status: 'error',
      code: 'request_timeout',
    });
  });

  it('is not waited for by whoever has gone', async () => {
    const gone = new AbortController();
    const { address } = await serve(() => gone.abort());
    expect(await told(open(address), gone.signal)).toBe('provider_unavailable/cancelled');
    expect(await told(open(address), AbortSignal.abort())).toBe('provider_unavailable/cancelled');
  });
});

describe('what passes', () => {
  it.each([
    ['a status 500', (response: ServerResponse) => json(response, 500, { errors: [said] })],
    [
      'a status 502 of something between',
      (response: ServerResponse) => response.writeHead(502).end(`<h1>${said}</h1>`),
    ],
    ['a status 429', (response: ServerResponse) => json(response, 429, { errors: [said] })],
    ['a connection that is cut', (response: ServerResponse) => response.socket?.destroy()],
    [
      'an answer that is cut',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"data":');
        setImmediate(() => response.socket?.destroy());
      },
    ],
  ])('such as %s, is tried again, later each time', async (_, fail) => {
    const passing = await serve((response, _request, count) =>
      count < 3 ? fail(response) : json(response, 200, good),
    );
    const vault = open(passing.address);
    expect(await told(vault)).toBe('found');
    expect(vault.waited).toEqual([100, 200]);
    const lasting = await serve((response) => void fail(response));
    expect(await told(open(lasting.address))).toMatch(/^(?:throttled|provider_unavailable)\//);
    expect(lasting.seen.filter(isData)).toHaveLength(maxReads);
  });

  it('is not tried again where something is written', async () => {
    for (const status of [429, 500, 503]) {
      const { address, seen } = await serve((response, { method }) =>
        method === 'GET' ? json(response, 404, { errors: [] }) : json(response, status, { errors: [said] }),
      );
      const vault = open(address);
      const answer = await vault.create('a/b', 'value-canary', { token: 't', on: byOperator });
      expect(JSON.stringify(answer)).not.toMatch(new RegExp(`${said}|value-canary`));
      expect(answer).toMatchObject({ fault: { code: status === 429 ? 'throttled' : 'provider_unavailable' } });
      expect(seen.filter(({ method }) => method !== 'GET')).toHaveLength(1);
      expect(vault.waited).toEqual([]);
    }
  });

  it.each([400, 403, 404, 405, 412, 418])('is not what a status %i says', async (status) => {
    const { address, seen } = await serve((response) => json(response, status, { errors: [] }));
    expect(await told(open(address))).not.toBe('found');
    expect(seen).toHaveLength(1);
  });

  it('has full jitter: anything from nothing to twice as much each time, and never more than four seconds', () => {
    expect([0, 1, 2, 3, 10].map((failed) => backoff(failed, () => 0.9999))).toEqual([199, 399, 799, 1599, 3999]);
    expect([0, 1, 2].map((failed) => backoff(failed, () => 0))).toEqual([0, 0, 0]);
  });
});

describe('a login', () => {
  const env = { R: 'role-canary', S: 'secret-canary' };
  function byRole(address: string): Vault {
    const auth = { method: 'approle', roleIdEnv: 'R', secretIdEnv: 'S' } as const;
    const pace: Pace = { deadlineMs: 30_000, healthMs: 30_000, random: () => 0, wait: async () => undefined };
    const place = { folder: '/', home: '/', env, now: () => 0 };
    const vault = openKvVault('bao', { provider: 'vault', address, mount: 'secret', auth }, place, pace);
    closing.push(() => void vault.close());
    return vault;
  }

  it('never goes round where every token is denied everything', async () => {
    const { address, seen } = await serve((response, { url }, count) =>
      url.endsWith('/login')
        ? json(response, 200, { auth: { client_token: `t${count}`, lease_duration: 3600, renewable: true } })
        : json(response, 403, { errors: [said] }),
    );
    const vault = byRole(address);
    expect(await told(vault)).toBe('access_denied/permission_denied');
    expect(seen.map(({ url }) => url.slice(url.lastIndexOf('/')))).toEqual([
      '/login',
      '/b',
      '/lookup-self',
      '/login',
      '/b',
    ]);
  });

  it.each([
    ['nothing', {}],
    ['a token that would be two headers', { auth: { client_token: 'a\r\nb: c', lease_duration: 1 } }],
    ['no time', { auth: { client_token: 'a' } }],
  ])('that is answered with %s is told', async (_, body) => {
    const { address, seen } = await serve((response) => json(response, 200, body));
    const answer = await byRole(address).resolve({ key: 'a' });
    expect(answer).toMatchObject({ fault: { code: 'provider_error' } });
    expect(seen).toHaveLength(1);
  });

  it('is not told, whatever becomes of it', async () => {
    for (const status of [200, 400, 403, 404, 500, 503]) {
      const { address } = await serve((response) => json(response, status, { errors: [said] }));
      const answer = JSON.stringify([await byRole(address).resolve({ key: 'a' }), await byRole(address).health()]);
      expect(answer).not.toMatch(/role-canary|secret-canary/);
      expect(answer).not.toContain(said);
    }
  });
});

describe('a state', () => {
  it('that is sealed is not waited for', async () => {
    const { address, seen } = await serve((response, { url }) =>
      url.startsWith('/v1/sys/health')
        ? json(response, 200, { initialized: true, sealed: true, standby: true })
        : json(response, 503, { errors: [said] }),
    );
    expect(await told(open(address))).toBe('provider_unavailable/sealed');
    expect(seen).toHaveLength(2);
    // The state is asked for by anybody: no token goes with it.
    expect(seen[1]?.headers['x-vault-token']).toBeUndefined();
  });

  it('is told by health, a standby too, and no value is read', async () => {
    const health = async (state: unknown, ttl = 0) => {
      const { address, seen } = await serve((response, { url }) => {
        if (url.startsWith('/v1/sys/health')) return json(response, 200, state);
        if (url.includes('/mounts/')) return json(response, 200, { data: { type: 'kv', options: { version: '2' } } });
        return json(response, 200, { data: { ttl, policies: ['default'] } });
      });
      const { status, code } = await open(address).health();
      expect(seen.some(isData)).toBe(false);
      return `${status}/${code}`;
    };
    expect(await health({ initialized: true, sealed: false, standby: false })).toBe('ready/ready');
    expect(await health({ initialized: true, sealed: false, standby: true })).toBe('warning/standby');
    expect(await health({ initialized: false, sealed: true })).toBe('error/uninitialised');
    expect(await health({ initialized: true, sealed: true })).toBe('error/sealed');
    expect(await health('nonsense')).toBe('error/not_json');
    expect(await health({ initialized: true, sealed: false }, 899)).toBe('warning/token_ends_soon');
    expect(await health({ initialized: true, sealed: false }, 900)).toBe('ready/ready');
  });
});

describe('a list', () => {
  const lists = (names: (folder: string) => readonly unknown[]) =>
    serve((response, { url }) => {
      const { pathname, searchParams } = new URL(url, 'http://x');
      const path = decodeURIComponent(pathname.slice('/v1/secret/metadata/'.length));
      if (searchParams.has('list')) return json(response, 200, { data: { keys: names(path) } });
      const custom_metadata = { 'managed-by': 'headgate' };
      return json(response, 200, { data: { current_version: 1, versions: { 1: {} }, custom_metadata } });
    });

  it('that goes on for ever, deeper or wider, ends', async () => {
    const deeper = await lists(() => ['a/', 'b']);
    const listed = await open(deeper.address).list();
    // Names that are too long for a key are not headgate's, and folders that are too long are nobody's.
    expect('value' in listed && listed.value.every((key) => key.length <= 120)).toBe(true);
    const wider = await lists((folder) => (folder === '' ? Array.from({ length: 2000 }, (_, i) => `f${i}/`) : []));
    expect(await open(wider.address).list()).toMatchObject({ fault: { detail: 'too_many_folders' } });
    const many = await lists(() => Array.from({ length: 10_001 }, (_, i) => `s${i}`));
    expect(await open(many.address).list()).toMatchObject({ fault: { detail: 'too_many_secrets' } });
    expect(many.seen).toHaveLength(1);
  });

  it('leads nowhere else by its names', async () => {
    const { address, seen } = await lists((folder) =>
      folder === '' ? ['../', '..', './', '/', '', 'a/../../b', 'ok', 'headgate-pending/', 'sys\n/'] : ['x'],
    );
    expect(await open(address).list()).toEqual({ value: ['ok'] });
    expect(seen.map(({ url }) => url)).toEqual(['/v1/secret/metadata/?list=true', '/v1/secret/metadata/ok']);
  });

  it('of what are no names is told', async () => {
    const { address } = await lists(() => [1, null]);
    expect(await open(address).list()).toMatchObject({ fault: { code: 'provider_error' } });
  });
});
