/** moto, the stand-in for AWS, with IAM: after a few requests that set up users it holds everybody to their keys and policies. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createSigner } from '../../../src/adapters/vaults/aws/sign.ts';

export interface MotoUser {
  readonly AWS_ACCESS_KEY_ID: string;
  readonly AWS_SECRET_ACCESS_KEY: string;
}

export interface Moto {
  readonly url: string;
  /** Who may do these actions of Secrets Manager, and nothing else. */
  readonly addUser: (name: string, actions: readonly string[]) => Promise<MotoUser>;
  /** A role that a web identity may assume. */
  readonly addRole: (name: string, actions: readonly string[]) => Promise<string>;
  /** The next requests are let through, whoever asks. */
  readonly trust: (requests: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const patience = 600_000;
/** Any that are well formed: nobody looks at them while users are set up. */
const nobody = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'none' };

export async function startMoto(): Promise<Moto> {
  const installed = spawnSync('bash', ['scripts/install-moto.sh'], {
    cwd: resolve('.'),
    encoding: 'utf8',
    timeout: patience,
  });
  if (installed.status !== 0) throw new Error(`moto cannot be installed:\n${installed.stderr}`);
  const python = join(installed.stdout.trim(), 'bin', 'python');
  const child = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], INITIAL_NO_AUTH_ACTION_COUNT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await listening(child);

  const trust = async (requests: number): Promise<void> => {
    const answer = await fetch(`${url}/moto-api/reset-auth`, { method: 'POST', body: String(requests) });
    if (!answer.ok) throw new Error(`moto: ${answer.status}`);
  };
  const sign = createSigner({ region: 'us-east-1', service: 'iam' });
  const iam = async (fields: Readonly<Record<string, string>>): Promise<string> => {
    await trust(1);
    const body = new URLSearchParams({ Version: '2010-05-08', ...fields }).toString();
    const headers = { host: new URL(url).host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    const signed = await sign({ method: 'POST', path: '/', headers, body }, nobody, Date.now());
    const answer = await fetch(url, { method: 'POST', headers: signed, body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`moto: ${answer.status} ${text}`);
    return text;
  };
  const policy = (actions: readonly string[]): string =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: actions.map((action) => `secretsmanager:${action}`), Resource: '*' }],
    });
  const element = (xml: string, name: string): string =>
    new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1]?.replaceAll('&amp;', '&') ?? '';

  return {
    url,
    trust,
    async addUser(UserName, actions) {
      await iam({ Action: 'CreateUser', UserName });
      await iam({ Action: 'PutUserPolicy', UserName, PolicyName: 'p', PolicyDocument: policy(actions) });
      const key = await iam({ Action: 'CreateAccessKey', UserName });
      return {
        AWS_ACCESS_KEY_ID: element(key, 'AccessKeyId'),
        AWS_SECRET_ACCESS_KEY: element(key, 'SecretAccessKey'),
      };
    },
    async addRole(RoleName, actions) {
      const trusting = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Federated: '*' }, Action: 'sts:AssumeRoleWithWebIdentity' }],
      });
      const role = await iam({ Action: 'CreateRole', RoleName, AssumeRolePolicyDocument: trusting });
      await iam({ Action: 'PutRolePolicy', RoleName, PolicyName: 'p', PolicyDocument: policy(actions) });
      return element(role, 'Arn');
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** It says which port it was given. */
async function listening(child: ChildProcess): Promise<string> {
  let text = '';
  return new Promise((found, failed) => {
    const look = (chunk: Buffer): void => {
      text += chunk.toString('utf8');
      const url = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(text)?.[1];
      if (url !== undefined) found(url);
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.on('exit', (code) => failed(new Error(`moto ended with ${code}:\n${text}`)));
  });
}
