/** Pushing out of a real sandbox. What is enforced is the network; this is the guard before it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gitVariables } from '../../../src/adapters/sandbox/git-guard.ts';
import { askOne, createFixture, nodeServer } from '../policy-fixture.ts';

const fixture = createFixture();
afterAll(() => fixture.remove());

interface Said {
  readonly status: number;
  readonly text: string;
}

/** A repository with a commit and a bare one beside it; then each of them by a shell. */
async function inSandbox(commands: readonly string[]): Promise<readonly Said[]> {
  const run = `const { spawnSync } = require('node:child_process');
    const env = { ...process.env, GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b' };
    const sh = (line) => { const { status, stdout, stderr } = spawnSync('sh', ['-c', line], { cwd: '/tmp/a', env, encoding: 'utf8' }); return { status, text: stdout + stderr }; };
    fs.mkdirSync('/tmp/a');
    const made = sh('git init -q -b main . && echo a > f && git add f && git commit -qm first && git init -q --bare ../b.git && git remote add o ../b.git && git remote add p /nowhere && git config remote.p.pushurl ../b.git');
    const ends = ${JSON.stringify(commands)}.map(sh);
    const left = sh('git -C ../b.git for-each-ref');
    res.end(JSON.stringify([made, ...ends, left]));`;
  const outcome = await askOne(fixture.process('/use_0_0', { script: nodeServer(run) }));
  if (!outcome.ok) throw new Error(JSON.stringify(outcome));
  const [made, ...ends] = JSON.parse(outcome.text) as Said[];
  expect(made).toEqual({ status: 0, text: '' });
  expect(ends.pop()).toEqual({ status: 0, text: '' });
  return ends;
}

const pushes = [
  'git push ../b.git main',
  'git push file:///tmp/b.git main',
  'git push o main',
  'git push --all o',
  'git -C /tmp/a push o main',
  '/usr/bin/git push o main',
  '/usr/lib/git-core/git push o main',
  '/usr/lib/git-core/git-push o main',
  'cd / && git --git-dir=/tmp/a/.git push o main',
  'git -c alias.p=push p o main',
  "git -c alias.p='!git push o main' p",
  'git -c push.default=current push o',
  'git push https://127.0.0.1/x main',
  'git push ssh://git@127.0.0.1/x main',
  'git push git@127.0.0.1:x main',
  'git push ext::sh main',
  'env -u GIT_ALLOW_PROTOCOL git push o main',
];
const received = [
  'git push p main',
  'git send-pack ../b.git main',
  '/usr/bin/git send-pack ../b.git main',
  'git send-pack --all /tmp/b.git',
];
const transports = [
  ['git fetch https://127.0.0.1/x', 'https'],
  ['git clone http://127.0.0.1/x ../c', 'http'],
  ['git ls-remote ssh://127.0.0.1/x', 'ssh'],
  ['git fetch git@127.0.0.1:x', 'ssh'],
  ['/usr/bin/git fetch git://127.0.0.1/x', 'git'],
  ['git -c protocol.https.allow=always fetch https://127.0.0.1/x', 'https'],
  ['env -u GIT_ALLOW_PROTOCOL git fetch https://127.0.0.1/x', 'https'],
] as const;
const local = [
  'git commit -q --allow-empty -m second',
  'git fetch -q /tmp/a main',
  'git clone -q /tmp/a /tmp/d',
  'git -C /tmp/d pull -q',
  'git bundle create -q ../x.bundle main && git fetch -q ../x.bundle main',
];

describe('git in a sandbox', () => {
  const ends = new Map<string, Said>();
  beforeAll(async () => {
    const commands = [...pushes, ...received, ...transports.map(([command]) => command), ...local];
    for (const [at, end] of (await inSandbox(commands)).entries()) ends.set(commands[at] as string, end);
  }, 120_000);

  it.each(pushes)('003-C2 refuses `%s`, and says so', (command) => {
    expect(ends.get(command)).toMatchObject({
      status: 128,
      text: expect.stringContaining("transport 'git-push-is-refused-in-a-headgate-sandbox' not allowed"),
    });
  });

  it.each(received)('003-C2 refuses `%s` where it is received, and says so', (command) => {
    expect(ends.get(command)?.status).toBeGreaterThan(0);
    expect(ends.get(command)?.text).toContain('[remote rejected] main -> main (deny updating a hidden ref)');
  });

  it.each(transports)('003-C2 `%s` has no transport', (command, name) => {
    expect(ends.get(command)).toMatchObject({
      status: 128,
      text: expect.stringContaining(`transport '${name}' not allowed`),
    });
  });

  it.each(local)('`%s` works', (command) => {
    expect(ends.get(command)).toEqual({ status: 0, text: '' });
  });

  it('says the variable that every sandbox has', () => expect(gitVariables).toEqual({ GIT_ALLOW_PROTOCOL: 'file' }));
});
