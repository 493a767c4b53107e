/** How components from images end in a real engine, and what is left when headgate or the engine is not there any more. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import * as net from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fencesOf } from '../support/pages.ts';
import { headgate, launch, type RunOptions, until } from '../support/run/cli-run.ts';
import { journalLines, runFolders } from '../support/run/journal.ts';
import { scenarioOf } from '../support/run/scenarios.ts';
import { exported, useRuns } from '../support/run/use-runs.ts';
import { command, containerOf, containersOf, inside, makeImages, type TestImages } from './images.ts';
import { containersBelow, over, partsOf, settings } from './parts.ts';

/** Once its runs have ended, which what is said later does first. */
afterEach(() => expect(containersBelow(folder)).toEqual([]));
const { lay, options: plainOptions, start, folder } = useRuns();
const options = (more: Partial<RunOptions> = {}): RunOptions =>
  plainOptions({ ...more, env: { HEADGATE_TEST: '1', ...more.env } });
let images: TestImages;
beforeAll(() => {
  images = makeImages();
});
afterAll(() => images?.remove());
const { boxed, job } = partsOf(() => images);

describe('how they end', () => {
  it('a task ends with its status, and a service is started again as it says', async () => {
    const parts = { good: job('echo done; exit 0'), web: boxed('web', { restart: 'always' }) };
    const run = await start(lay(scenarioOf(parts, exported('web'))), options());
    await until(
      () => run.output().stderr,
      (text) => /\/good \| done/.test(text),
    );
    const before = containerOf(run.id, '/web').Id;
    await over(run.exports['web'], '/exit?7');
    await until(
      () => containersOf(run.id),
      (ids) => ids.length === 2 && !ids.includes(before),
    );
    await until(
      () => over(run.exports['web'], '/again'),
      (text) => text === 'web/again',
    );
    expect(run.output().stderr).toMatch(/it ended with status 7/);
  });

  it.each([
    ['exit 3', 4, /3/],
    ['kill -9 $$', 4, /SIGKILL/],
    ['exec dd if=/dev/zero of=/dev/null bs=400M count=9', 4, /it took \d+ MiB of memory, and 64 MiB are allowed/],
    ['exec /nowhere', 4, /127/],
  ])('`%s` ends the run with status %i', (script, status, words) => {
    const files = settings(scenarioOf({ a: job(script) }), {
      components: { '/a': { restart: 'never', limits: { memoryMiB: 64 } } },
    });
    const end = headgate(['run', lay(files)], options());
    expect(end.stderr).toMatch(words);
    expect(end.status).toBe(status);
  });

  it('a program that the image does not have is named', () => {
    const end = headgate(
      ['run', lay(scenarioOf({ a: job('x', { program: { entrypoint: ['/no/such/program'] } }) }))],
      options(),
    );
    expect(end.status).toBe(4);
    expect(end.stderr).toContain('`/no/such/program` does not exist in the image');
  });

  it('a program that does not listen is named with the ports that it opened', () => {
    const part = boxed('a', { program: { entrypoint: ['node', '-e', "require('net').createServer().listen(9999)"] } });
    const files = settings(scenarioOf({ a: part }), { components: { '/a': { readySeconds: 2, restart: 'never' } } });
    const end = headgate(['run', lay(files)], options());
    expect(end.status).toBe(4);
    expect(end.stderr).toMatch(/8080.*9999/);
  });
});

describe('what is missing is told before anything starts', () => {
  it('an image: by its name and with what fetches it', () => {
    const parts = { a: job('true', { image: 'registry.invalid/none:1' }), b: job('echo never') };
    const end = headgate(['run', lay(scenarioOf(parts))], options());
    expect(end.status).toBe(3);
    expect(end.stderr).toContain('blocked[image_missing]: /a');
    expect(end.stderr).toContain('docker pull registry.invalid/none:1');
    expect(end.stderr).not.toContain('never');
  });

  it.each([
    ['tcp://127.0.0.1:2375', /only an engine of this machine/],
    ['unix:///nowhere/docker.sock', /there is no such socket/],
  ])('an engine: DOCKER_HOST %s', (host, words) => {
    const end = headgate(['run', lay(scenarioOf({ a: job('true') }))], options({ env: { DOCKER_HOST: host } }));
    expect(end.status).toBe(3);
    expect(end.stderr).toContain('blocked[docker_unavailable]: run');
    expect(end.stderr).toMatch(words);
  });
});

describe('a headgate that is killed', () => {
  it('leaves nothing, once its run went on: neither in the middle of a task nor of a start', async () => {
    for (const ms of [300, 600, 900, 1200, 1600, 2000, 2600]) {
      const files = scenarioOf({
        work: job('echo x >> /data/n; sleep 1; echo over', {
          program: { mounts: [{ path: '/data', from: 'resources.data' }] },
          manifest: { resources: { data: { kind: 'storage' } } },
        }),
        web: boxed('web', { restart: 'always' }),
      });
      const scenario = lay(settings(files, JSON.parse('{"completion":{"requires":[],"then":"stop"}}') as object));
      const given = options();
      const { child, ended } = launch(['run', scenario], given);
      await sleep(ms);
      child.kill('SIGKILL');
      await ended;
      const [id] = runFolders(given.stateDir);
      if (id === undefined) continue;
      const resumed = headgate(['resume', id], given);
      // A task of which nobody knows how far it came is not done twice unasked.
      expect([0, 3], `${ms}: ${resumed.stderr}`).toContain(resumed.status);
      if (resumed.status === 3) expect(resumed.stderr).toContain('outcome_unknown');
      expect([ms, containersOf(id)]).toEqual([ms, []]);
    }
  });

  it('and is not gone on with, leaves nothing to whoever runs something later', async () => {
    const given = options();
    const run = await start(lay(scenarioOf({ web: boxed('web') }, exported('web'))), given);
    run.child.kill('SIGKILL');
    await run.ended;
    expect(containersOf(run.id)).toHaveLength(2);
    expect(headgate(['run', lay(scenarioOf({ other: job('true') }))], options()).status).toBe(0);
    expect(containersOf(run.id)).toEqual([]);
  });

  it('knows how a task ended meanwhile', async () => {
    const given = options();
    const { child, ended } = launch(
      ['run', lay(scenarioOf({ work: job('echo begins; sleep 2; exit 0'), web: boxed('web') }))],
      given,
    );
    let stderr = '';
    child.stderr?.on('data', (text) => {
      stderr += text;
    });
    await until(
      () => stderr,
      (text) => text.includes('begins'),
    );
    child.kill('SIGKILL');
    await ended;
    await sleep(2_500);
    const [id = ''] = runFolders(given.stateDir);
    const resumed = launch(['resume', id], given);
    const { stop } = await resumed.ready;
    await stop();
    const done = journalLines(given.stateDir, id).filter(({ actionId }) => actionId === 'task.run:/work');
    expect(done.filter(({ type }) => type === 'intent')).toHaveLength(1);
  });
});

describe('an engine that goes away', () => {
  it('leaves a task unknown, and never a run COMPLETE', async () => {
    const path = join(folder, 'engine.sock');
    const open = new Set<net.Socket>();
    const relay = net.createServer((client) => {
      const far = net.connect('/var/run/docker.sock');
      for (const socket of [client, far]) {
        open.add(socket);
        socket.on('error', () => {}).on('close', () => open.delete(socket));
      }
      client.pipe(far).pipe(client);
    });
    await new Promise<void>((done) => relay.listen(path, done));
    const given = options({ env: { DOCKER_HOST: `unix://${path}` } });
    const { child, ended } = launch(['run', lay(scenarioOf({ work: job('echo begins; sleep 600') }))], given);
    let stderr = '';
    child.stderr?.on('data', (text) => {
      stderr += text;
    });
    await until(
      () => stderr,
      (text) => text.includes('begins'),
    );
    relay.close();
    for (const socket of open) socket.destroy();
    const end = await ended;
    expect(end.status).not.toBe(0);
    expect(end.stdout).not.toContain('COMPLETE');
    const [id = ''] = runFolders(given.stateDir);
    const outcome = journalLines(given.stateDir, id).findLast(
      ({ actionId, type }) => actionId === 'task.run:/work' && type === 'outcome',
    );
    expect(outcome?.data['state']).toBe('unknown');
    const resumed = headgate(['resume', id], { ...given, env: {} });
    expect(resumed.status).toBe(3);
    expect(resumed.stderr).toContain('outcome_unknown');
    expect(containersOf(id)).toEqual([]);
  });
});

/** The same command line as somebody without rights but those of the group of the engine's socket. */
describe('somebody who is not root', () => {
  const who = 51_234;
  it('runs containers as themselves, who write to memory and to storage', async () => {
    chmodSync(folder, 0o755);
    const repository = join(folder, 'repository');
    mkdirSync(repository, { recursive: true });
    const { gid } = statSync('/var/run/docker.sock');
    const script = `mount --bind ${resolve('.')} ${repository} && node=$1 && shift 2 && exec setpriv --reuid=${who} --regid=${who} --groups=${gid} "$node" ${repository}/dist/cli.cjs "$@"`;
    const given = options({ wrap: ['unshare', '-m', 'sh', '-c', script, 'sh'] });
    const mounted = {
      program: { mounts: [{ path: '/data', from: 'resources.data' }] },
      manifest: { resources: { data: { kind: 'storage' } } },
    };
    const scenario = lay(
      scenarioOf({ a: boxed('a', mounted), b: boxed('b', { ...mounted, image: images.named }) }, exported('a', 'b')),
    );
    for (const path of [dirname(scenario), given.stateDir]) {
      mkdirSync(path, { recursive: true });
      command('chown', '-R', `${who}:${who}`, path);
    }
    const run = await start(scenario, given);
    expect(containerOf(run.id, '/a').Config.User).toBe(`${who}:${who}`);
    for (const [moniker, uid] of [
      ['/a', who],
      ['/b', 1234],
    ] as const) {
      expect(inside(run.id, moniker, 'id -u').said).toBe(`${uid}\n`);
      for (const place of ['/tmp', '/run', '/var/tmp', '/data', '/dev/shm'])
        expect([place, inside(run.id, moniker, `touch ${place}/x`).said]).toEqual([place, '']);
    }
  });
});

describe('the page for users', () => {
  it('says what happens', () => {
    const tag = 'node:20-slim';
    const there = spawnSync('docker', ['image', 'inspect', tag]).status === 0;
    if (!there) command('docker', 'tag', images.plain, tag);
    try {
      const place = join(folder, 'page');
      mkdirSync(place);
      const run = `#!/bin/sh\nexec '${process.execPath}' '${resolve('dist/cli.cjs')}' "$@"\n`;
      writeFileSync(join(place, 'headgate'), run, { mode: 0o755 });
      let output = '';
      let ran = 0;
      for (const { language, info, text } of fencesOf(readFileSync('docs/targets/docker.md', 'utf8'))) {
        if (language === 'yaml') writeFileSync(join(place, info), text);
        else if (language === 'text') expect(output).toContain(text);
        else if (language === 'sh') {
          const env = {
            PATH: `${place}:${process.env['PATH']}`,
            HOME: place,
            XDG_STATE_HOME: join(place, 'state'),
            NO_COLOR: '1',
          };
          const done = spawnSync('bash', ['-euo', 'pipefail', '-c', text], { cwd: place, env, encoding: 'utf8' });
          output = done.stdout;
          ran++;
          expect(done.status, `${text}\n${done.stdout}${done.stderr}`).toBe(0);
        }
      }
      expect(ran).toBe(3);
    } finally {
      if (!there) spawnSync('docker', ['rmi', tag]);
    }
  });
});
