/** A real OpenBao server on loopback, which ends with the test. Without the program, tests fail: nothing is skipped. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTempFolder } from './temp-folder.ts';

export interface OpenBao {
  readonly address: string;
  readonly rootToken: string;
  /** As the operator; throws where the server does not do it, unless `refused` is expected. */
  readonly api: (method: string, path: string, body?: object) => Promise<Readonly<Record<string, unknown>>>;
  readonly ask: (
    method: string,
    path: string,
    options?: { readonly token?: string; readonly body?: object },
  ) => Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }>;
  /** A token with a policy of its own. */
  readonly tokenFor: (policy: string, options?: object) => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** `dev` is initialised, not sealed, and has a KV engine of version 2 at `secret`; `bare` has nothing yet. */
export async function startOpenBao(kind: 'dev' | 'bare' = 'dev'): Promise<OpenBao> {
  const installed = spawnSync('bash', [resolve('scripts/install-openbao.sh')], { encoding: 'utf8' });
  if (installed.status !== 0) throw new Error(`OpenBao cannot be installed: ${installed.stderr}`);
  const program = installed.stdout.trim();
  for (let tries = 0; ; tries++) {
    try {
      return await start(program, kind);
    } catch (error) {
      // Somebody else may have taken the port.
      if (tries === 2) throw error;
    }
  }
}

async function start(program: string, kind: 'dev' | 'bare'): Promise<OpenBao> {
  const temp = createTempFolder();
  const listen = `127.0.0.1:${await freePort()}`;
  const rootToken = `root-${randomUUID()}`;
  const config = temp.lay({
    'bao.hcl': `storage "inmem" {}\nlistener "tcp" {\n  address = "${listen}"\n  tls_disable = true\n}\ndisable_mlock = true\n`,
  });
  const args =
    kind === 'dev'
      ? ['server', '-dev', '-dev-no-store-token', `-dev-listen-address=${listen}`]
      : ['server', `-config=${join(config, 'bao.hcl')}`];
  const env = { HOME: temp.path, PATH: process.env['PATH'] ?? '', BAO_DEV_ROOT_TOKEN_ID: rootToken };
  const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'ignore'], cwd: temp.path });
  const stop = async (): Promise<void> => {
    await ended(child);
    temp.remove();
  };
  const address = `http://${listen}`;
  const ask: OpenBao['ask'] = async (method, path, { token = rootToken, body } = {}) => {
    const answer = await fetch(`${address}/v1/${path}`, {
      method,
      headers: {
        'x-vault-token': token,
        ...(method === 'PATCH' ? { 'content-type': 'application/merge-patch+json' } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
  };
  const api: OpenBao['api'] = async (method, path, body) => {
    const answer = await ask(method, path, body === undefined ? {} : { body });
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const tokenFor: OpenBao['tokenFor'] = async (policy, options = {}) => {
    const name = `p-${randomUUID()}`;
    await api('POST', `sys/policies/acl/${name}`, { policy });
    const { auth } = await api('POST', 'auth/token/create', { policies: [name], ...options });
    return (auth as { client_token: string }).client_token;
  };
  try {
    await answers(child, `${address}/v1/sys/health?uninitcode=200&sealedcode=200`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { address, rootToken, api, ask, tokenFor, stop };
}

async function answers(child: ChildProcess, url: string): Promise<void> {
  while (child.exitCode === null) {
    const status = await fetch(url).then(
      async (answer) => {
        await answer.text();
        return answer.status;
      },
      () => 0,
    );
    if (status === 200) return;
    await sleep(50);
  }
  throw new Error(`OpenBao ended with ${child.exitCode}`);
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) return done();
    child.once('exit', () => done());
    child.kill('SIGKILL');
  });

const freePort = (): Promise<number> =>
  new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
