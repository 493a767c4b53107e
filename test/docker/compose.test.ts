/**
 * A project of Compose, really run: bound ways work, and from the place of every component whatever is no edge is refused. What is open is held
 * equal to what the checker computes from the files. Images are made of Debian packages; no registry is asked.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { composeReach } from '../../src/plan/targets/compose/check.ts';
import { readProject } from '../../src/plan/targets/compose/model.ts';
import { composeOf, type Files, type Project, planOf } from '../support/compose.ts';
import { type Composer, composers } from './composes.ts';

const image = `headgate-test:${process.pid}`;
const name = `headgatetest${process.pid}`;
const secret = 'canary$5"\'x';
const root = mkdtempSync(join(tmpdir(), 'headgate-compose-'));
const project = join(root, 'project');
let composer = composers[0] as Composer;
const called = (command: string, args: readonly string[]) =>
  spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    timeout: 300_000,
    env: { ...process.env, ...composer.env },
  });
const run = (command: string, ...args: readonly string[]): string => {
  const { status, stdout, stderr, error } = called(command, args);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? status}\n${stdout}${stderr}`);
  return stdout;
};
const ofProject = ['--project-directory', project, '-f', join(project, 'compose.yaml'), '-p', name];
const composeCommand = (args: readonly string[]): readonly [string, readonly string[]] => {
  const [file = '', ...before] = composer.command;
  return [file, [...before, ...ofProject, ...args]];
};
const compose = (...args: readonly string[]): string => {
  const [file, all] = composeCommand(args);
  return run(file, ...all);
};
const containerOf = (service: string): string => [name, service, '1'].join(composer.joint);
/** In the container of a service. */
const inside = (service: string, script: string): string =>
  run('docker', 'exec', containerOf(service), '/bin/sh', '-c', script);

/** Two ports, of which one is behind an edge; each says whose it is. */
const manifest = (of: string, more: object = {}): string =>
  JSON.stringify({
    manifest_version: '0.4.0',
    ...more,
    program: {
      image,
      entrypoint: [
        '/bin/sh',
        '-c',
        `echo ${of} > /www/index.html; httpd -p 9090 -h /www; exec httpd -f -p 8080 -h /www`,
      ],
      network: { endpoints: [{ name: 'http', port: 8080 }] },
      ...('slots' in more ? { env: { UP: '${slots.up.url}' } } : {}),
      ...('config_schema' in more
        ? { env: { UP: '${slots.up.url}', TOKEN: 'it is ${config.token}', PRICE: '5$ or ${config.price}' } }
        : {}),
      ...('resources' in more ? { mounts: [{ path: '/data', from: 'resources.data' }] } : {}),
    },
    provides: { out: { kind: 'http', endpoint: 'http' } },
    exports: { out: 'provides.out' },
  });
const config = {
  type: 'object',
  properties: { token: { type: 'string', secret: true }, price: { type: 'string' } },
  required: ['token', 'price'],
};
const up = { slots: { up: { kind: 'http' } } };
const manifests = new Map([
  [
    'scenario.json5',
    JSON.stringify({
      manifest_version: '0.4.0',
      config_schema: config,
      components: {
        a: { manifest: './a.json5', config: { token: '${config.token}', price: '${config.price}' } },
        b: './b.json5',
        c: './c.json5',
      },
      bindings: [
        { to: '#a.up', from: '#b.out' },
        { to: '#b.up', from: '#c.out' },
      ],
      exports: { site: '#a.out' },
    }),
  ],
  ['a.json5', manifest('a', { ...up, config_schema: config })],
  ['b.json5', manifest('b', up)],
  ['c.json5', manifest('c', { resources: { data: { kind: 'storage' } } })],
]);
const services = ['a', 'b', 'c'];

let files: Files;
let machine: Server;
let exported = 0;
const prefix = `10.${200 + (process.pid % 50)}`;

const freePort = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });

beforeAll(async () => {
  mkdirSync(join(root, 'image'));
  run(`${process.cwd()}/test/docker/compose-image.sh`, image, join(root, 'image'));
  // What listens on every address of the machine.
  machine = createServer((_, response) => response.end('machine')).listen(0, '0.0.0.0');
  files = composeOf(await planOf(manifests)).files;
  exported = await freePort();
  const env = [
    `HEADGATE_SUBNET=${prefix}`,
    `HEADGATE_GATE_IMAGE=${image}`,
    `HEADGATE_EXPORT_SITE=${exported}`,
    // Without the quotes Compose 2 puts a variable in the place of `$x`.
    "HEADGATE_CONFIG_PRICE='6$x'",
  ];
  const own: readonly (readonly [string, string])[] = [
    ['.env', `${env.join('\n')}\n`],
    ['secrets/token', `${secret}\n`],
  ];
  for (const [path, text] of [...files, ...own]) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  }
});

afterAll(() => {
  machine?.close();
  spawnSync('docker', ['rmi', '-f', image]);
  rmSync(root, { recursive: true, force: true });
});

const parsed = (): Project => parse(files.get('compose.yaml') ?? '') as Project;
const addressOf = (service: string, network: string): string =>
  parsed().services[service].networks[network].ipv4_address.replace(/^\$\{[^}]*\}/, prefix);

/** Every address that there is, and a port of each that something listens on somewhere. */
function targets(): readonly (readonly [string, number])[] {
  const addresses = Object.entries<Project>(parsed().services).flatMap(([service, { networks }]) =>
    Object.keys(networks).map((network) => addressOf(service, network)),
  );
  const bridges = addresses.map((address) =>
    address.replace(/\d+$/, (last) => String(Number(last) - (Number(last) % 8) + 1)),
  );
  const { port } = machine.address() as AddressInfo;
  const own = Object.values(networkInterfaces()).flatMap((all) =>
    (all ?? []).filter(({ family }) => family === 'IPv4').map(({ address }) => address),
  );
  const all = [
    ...new Set([
      ...addresses,
      ...bridges,
      ...own.filter((address) => address !== '127.0.0.1'),
      '169.254.169.254',
      '1.1.1.1',
    ]),
  ];
  return all.flatMap((address) =>
    [8080, 9090, 20_000, 20_001, 20_002, 53, port, exported].map((one) => [address, one] as const),
  );
}

/** Of all targets, those that a connection could be made to from the place of a service, and who answered. */
function openFrom(service: string): readonly string[] {
  const own = addressOf(service, service);
  const tried = targets().filter(([address]) => address !== own);
  const lines = tried.map(([address, port]) => `try ${address} ${port}`);
  // A few at a time: the number of processes is bounded.
  const groups = Array.from({ length: Math.ceil(lines.length / 40) }, (_, index) =>
    lines.slice(index * 40, index * 40 + 40),
  );
  const script = groups.map((group) => `${group.map((line) => `${line} &`).join(' ')} wait`).join('\n');
  const text = inside(
    service,
    `try() { busybox nc -w 2 $1 $2 < /dev/null > /dev/null 2>&1 && echo "$1 $2 $(busybox timeout 3 busybox wget -q -O - http://$1:$2/)"; }\n${script}; true`,
  );
  return text
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}

/** Who answers there. A machine may have a proxy on its way out that takes every connection, so being taken says nothing. */
const answerAt = (address: string, port: number): Promise<string | null> =>
  new Promise((done) => {
    const asked = get({ host: address, port, timeout: 3000 }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => done(text.trim())).on('error', () => done(null));
    });
    asked.on('error', () => done(null)).on('timeout', () => asked.destroy());
  });
/** Where something of the project answers. */
async function answering(places: readonly (readonly [string, number])[]): Promise<readonly string[]> {
  const all = await Promise.all(
    places.map(async ([address, port]) => [`${address}:${port}`, await answerAt(address, port)] as const),
  );
  return all.flatMap(([place, text]) => (text !== null && services.includes(text) ? [`${place} ${text}`] : []));
}

describe.each(composers)('a project that runs with $name', (one) => {
  beforeAll(() => {
    composer = one;
    compose('up', '-d');
  });
  afterAll(() => {
    called(...composeCommand(['down', '-v', '-t', '1']));
  });

  it('is taken without a word', () => {
    const { status, stdout, stderr } = called(...composeCommand(['config', '-q']));
    expect([status, stdout, stderr]).toEqual([0, '', '']);
  });

  it('carries what is bound', () => {
    expect(inside('a', 'wget -q -O - $UP').trim()).toBe('b');
    expect(inside('b', 'wget -q -O - $UP').trim()).toBe('c');
  });

  it('shows its export on the loopback of the machine and nowhere else', async () => {
    expect(await (await fetch(`http://127.0.0.1:${exported}`)).text()).toBe('a\n');
    const others = targets().filter(([address, port]) => !address.startsWith(prefix) && port === exported);
    expect(await answering(others)).toEqual([]);
  });

  it('from every place lets through what the checker computed, and nothing else', () => {
    const { listeners } = readProject(files);
    const found = services.flatMap((service) =>
      openFrom(service).map((line) => {
        const [address, port, answer] = line.split(' ');
        const bind = `${(address ?? '').replace(prefix, '10.213')}:${port}`;
        const key = listeners.find(({ binds }) => binds.includes(bind))?.key ?? `${address}:${port}`;
        return `/${service} via ${key} -> /${answer}:8080`;
      }),
    );
    expect(found.sort()).toEqual(composeReach(files).filter((fact) => !fact.startsWith('loopback ')));
    expect(found).toEqual(['/a via /a.up#0 -> /b:8080', '/b via /b.up#0 -> /c:8080']);
  });

  it('is not entered by the machine, besides its export', async () => {
    const inner = targets().filter(([address]) => address.startsWith(prefix));
    // The gate is in one ordinary network, for its export.
    expect(await answering(inner)).toEqual([`${addressOf('gate', 'outside')}:20000 a`]);
  });

  it('has no IPv6 but its loopback, no name server, and no right', () => {
    for (const service of services) {
      expect(inside(service, 'cat /proc/net/if_inet6 | grep -v " lo$"; true')).toBe('');
      expect(inside(service, 'grep CapEff /proc/1/status')).toMatch(/CapEff:\s+0+\n/);
      expect(inside(service, 'busybox nslookup example.com > /dev/null 2>&1 || echo unknown')).toBe('unknown\n');
    }
  });

  it('hands over values as they are, and shows no secret', () => {
    const env = inside('a', 'tr "\\0" "\\n" < /proc/1/environ');
    expect(env).toContain(`TOKEN=it is ${secret}\n`);
    expect(env).toContain('PRICE=5$ or 6$x\n');
    expect(run('docker', 'inspect', containerOf('a'))).not.toContain('canary');
    expect(compose('config')).not.toContain('canary');
    for (const path of files.keys()) expect(readFileSync(join(project, path), 'utf8')).not.toContain('canary');
  });

  it('goes on when a provider is started again, and keeps storage when all is taken down', () => {
    inside('c', 'echo kept > /data/x');
    compose('restart', '-t', '1', 'c');
    expect(inside('b', 'for n in 1 2 3 4 5 6 7 8 9 10; do wget -q -O - $UP && break; sleep 1; done').trim()).toBe('c');
    compose('down', '-t', '1');
    compose('up', '-d');
    expect(inside('c', 'cat /data/x')).toBe('kept\n');
    expect(inside('a', 'wget -q -O - $UP').trim()).toBe('b');
  });
});
