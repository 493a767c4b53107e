/** Probes that execute something in the place of a component that is a container: from its image, with what it is given, and nothing else. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { filesBelow } from '../support/harness.ts';
import { launch, type RunOptions } from '../support/run/cli-run.ts';
import { scenarioOf } from '../support/run/scenarios.ts';
import { useRuns } from '../support/run/use-runs.ts';
import { makeImages, type TestImages } from './images.ts';
import { bind, containersBelow, partsOf, plain, settings, up } from './parts.ts';

afterEach(() => expect(containersBelow(folder)).toEqual([]));
const { lay, options: plainOptions, folder } = useRuns();
const options = (more: Partial<RunOptions> = {}): RunOptions =>
  plainOptions({ ...more, env: { HEADGATE_TEST: '1', ...more.env } });
let images: TestImages;
beforeAll(() => {
  images = makeImages();
});
afterAll(() => images?.remove());
const { boxed } = partsOf(() => images);

const secret = 'canary-secret-in-a-probe';

interface Probed {
  readonly status: number | null;
  readonly out: string;
  /** What the run has written down, whatever it is. */
  readonly kept: string;
}

/** One service in an image, bound to a program of this machine; the probe `looks` is executed in its place. */
async function probed(probe: object, image = images.plain): Promise<Probed> {
  const config = { type: 'object', properties: { token: { type: 'string', secret: true } }, required: ['token'] };
  const parts = {
    back: plain('back'),
    web: boxed('web', {
      ...up,
      image,
      env: { ...up.env, TOKEN: '${config.token}' },
      program: { mounts: [{ path: '/data', from: 'resources.data' }] },
      manifest: { resources: { data: { kind: 'storage', params: { size: '1Mi' } } }, config_schema: config },
    }),
  };
  const files = scenarioOf(parts, {
    config_schema: config,
    components: { back: './back.json', web: { manifest: './web.json', config: { token: '${config.token}' } } },
    bindings: [bind('web.up', 'back.http')],
  });
  const scenario = lay({
    ...settings(files, {
      profiles: { measured: { runtime: { mode: 'evidence' } } },
      components: { '/web': { profile: 'measured' } },
      probes: { looks: { kind: 'headless_run', required: true, component: '/web', budgetSeconds: 60, ...probe } },
      completion: { requires: ['looks'] },
    }),
    'input.txt': 'what it reads\n',
  });
  const run = options({ env: { HEADGATE_CONFIG_TOKEN: secret } });
  const { status, stdout, stderr } = await launch(['run', scenario], run).ended;
  const kept = filesBelow(run.stateDir).map((path) => readFileSync(join(run.stateDir, path), 'latin1'));
  return { status, out: `${stdout}${stderr}`, kept: kept.join('\n') };
}

/** Everything that the component is given, and nothing else. */
const looks = `
const fs = require('fs'), is = (what, found) => { if (!found) { console.error(what + ' is not so'); process.exit(9); } };
(async () => {
  is('the secret', process.env.TOKEN.startsWith('canary-') && process.env.TOKEN.length === ${secret.length});
  is('its variable', process.env.NAME === 'web' && process.env.MORE === 'of the probe');
  is('the input', fs.readFileSync(0, 'utf8') === 'what it reads' + String.fromCharCode(10));
  is('its edge', await (await fetch(process.env.UP + '/x')).text() === 'back/x');
  is('its own port', await (await fetch('http://127.0.0.1:8080/y')).text() === 'web/y');
  fs.writeFileSync('/data/probed', 'x');
  is('another port', await fetch('http://127.0.0.1:9090/').then(() => false, () => true));
  is('a network', Object.keys(require('os').networkInterfaces()).join() === 'lo');
  console.log('the token is ' + process.env.TOKEN);
})();
`;

describe('headless_run in the place of a container', () => {
  it.each([
    ['its user is that of headgate', () => images.plain],
    ['the image names its user', () => images.named],
  ])('has what the component is given, and nothing else: %s', async (_, image) => {
    const argv = ['node', '-e', looks];
    const { status, out, kept } = await probed({ argv, stdin: './input.txt', env: { MORE: 'of the probe' } }, image());
    expect(status, out).toBe(0);
    expect(kept.includes('the token is [secret]')).toBe(true);
    expect(kept.includes(secret)).toBe(false);
  });

  it.each([
    ['exits otherwise than expected', ['/bin/sh', '-c', 'exit 3'], {}, 'it ended with status 3, and 0 was expected'],
    ['takes too long', ['/bin/sh', '-c', 'sleep 600'], { budgetSeconds: 2 }, 'took more than 2 s'],
    ['is not there', ['/no/such/program'], {}, 'program `/no/such/program` does not exist in the image'],
  ])('blocks the run when the program %s', async (_, argv, more, words) => {
    const { status, out, kept } = await probed({ argv, ...more });
    expect(status, out).toBe(3);
    expect(`${out}${kept}`.includes(words), out).toBe(true);
  });

  it('begins where it is told, and what it says is kept whole', async () => {
    const argv = ['/bin/sh', '-c', 'pwd; yes line | head -n 20000'];
    const { status, kept } = await probed({ argv, cwd: '/data' });
    expect(status).toBe(0);
    expect(kept.includes(`/data\n${'line\n'.repeat(20_000)}`)).toBe(true);
  });
});
