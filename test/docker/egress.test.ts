/**
 * The way out of a project, really run: what was granted is reached through the proxy, and nothing else is, whatever is tried. A server on
 * an address of this machine that no network of the project has plays the outside.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeOf, planOf } from '../support/compose.ts';
import { addressesOf } from '../support/compose-live.ts';

const image = `headgate-egress-test:${process.pid}`;
const gate = `headgate-egress-gate:${process.pid}`;
const name = `headgateegress${process.pid}`;
const root = mkdtempSync(join(tmpdir(), 'headgate-egress-'));
const project = join(root, 'project');
const prefix = `10.${140 + (process.pid % 60)}`;
/** Of the block for documentation, which nobody has. */
const last = 1 + (process.pid % 250);
const outside = `203.0.113.${last}`;

const run = (command: string, ...args: readonly string[]): string => {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, encoding: 'utf8', timeout: 300_000 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? status}\n${stdout}${stderr}`);
  return stdout;
};
const asRoot = (...args: readonly string[]): string =>
  process.getuid?.() === 0 ? run(args[0] ?? '', ...args.slice(1)) : run('sudo', ...args);
const compose = (...args: readonly string[]): string =>
  run('docker-compose', '--project-directory', project, '-p', name, ...args);

const manifest = JSON.stringify({
  manifest_version: '0.4.0',
  program: {
    image: gate,
    entrypoint: ['/bin/sh', '-c', 'exec httpd -f -p 8080 -h /www'],
    network: { endpoints: [{ name: 'http', port: 8080 }] },
  },
});
const manifests = new Map([
  [
    'scenario.json5',
    JSON.stringify({ manifest_version: '0.4.0', components: { a: './one.json5', b: './one.json5', c: './one.json5' } }),
  ],
  ['one.json5', manifest],
]);

/** In processes of their own: this one waits for Docker most of the time. */
const servers: ChildProcess[] = [];
const listenAt = (port: number, says: string): Promise<void> =>
  new Promise((done, fail) => {
    const script = `require('node:http').createServer((_, response) => response.end('${says}\\n')).listen(${port}, '0.0.0.0', () => console.log('up'))`;
    const server = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    servers.push(server);
    server.on('exit', () => fail(new Error(`nothing listens on ${port}`)));
    server.stdout.once('data', () => done());
  });
const granted = 28_443;
const other = 28_444;

beforeAll(async () => {
  for (const [script, tag] of [
    ['egress-image.sh', image],
    ['compose-image.sh', gate],
  ] as const) {
    mkdirSync(join(root, script));
    run(resolve('test/docker', script), tag, join(root, script));
  }
  asRoot('ip', 'addr', 'add', `${outside}/32`, 'dev', 'lo');
  await listenAt(granted, 'outside');
  await listenAt(other, 'not granted');
  const plan = await planOf(manifests);
  const { files } = composeOf({
    ...plan,
    runtime: {
      components: {
        '/a': {
          egress: [
            `shop.test:${granted}`,
            `rebound.test:${granted}`,
            `mixed.test:${granted}`,
            `six.test:${granted}`,
            `*.below.test:${granted}`,
          ],
        },
        '/b': { egress: [`${outside}:${granted}`] },
      },
    },
  });
  const hosts = [
    `shop.test:${outside}`,
    `other.test:${outside}`,
    `x.below.test:${outside}`,
    `below.test:${outside}`,
    `shop.test.evil.test:${outside}`,
    // Names that were granted, and lead inside: to this machine, to Docker's own network, to what clouds tell machines of themselves.
    'rebound.test:127.0.0.1',
    'mixed.test:172.17.0.1',
    'six.test:::1',
  ];
  const override = { services: { egress: { extra_hosts: hosts } } };
  const own: readonly (readonly [string, string])[] = [
    ['.env', `HEADGATE_SUBNET=${prefix}\nHEADGATE_GATE_IMAGE=${gate}\nHEADGATE_EGRESS_IMAGE=${image}\n`],
    ['compose.override.yaml', JSON.stringify(override)],
  ];
  addresses = addressesOf(files, prefix);
  ports = new Map(
    [...(files.get('gate/haproxy.cfg') ?? '').matchAll(/^listen (\S+):(\d+)$/gm)].map(([, of, port]) => [
      of as string,
      Number(port),
    ]),
  );
  for (const [path, text] of [...files, ...own]) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  }
  compose('-f', join(project, 'compose.yaml'), '-f', join(project, 'compose.override.yaml'), 'up', '-d');
});
let addresses: ReturnType<typeof addressesOf> = new Map();
let ports: ReadonlyMap<string, number> = new Map();

afterAll(() => {
  for (const server of servers) server.kill();
  spawnSync('docker-compose', ['--project-directory', project, '-p', name, 'down', '-v', '-t', '1'], { cwd: project });
  spawnSync('docker', ['rmi', '-f', image, gate]);
  asRoot('ip', 'addr', 'del', `${outside}/32`, 'dev', 'lo');
  rmSync(root, { recursive: true, force: true });
});

const inside = (service: string, script: string): string =>
  run('docker', 'exec', `${name}_${service}_1`, '/bin/sh', '-c', script);
const wayOf = (service: string): string => `${addresses.get('gate')?.get(service)} ${ports.get(service)}`;
/** First line of the answer of the proxy to this request, asked from the place of a component; empty for none. */
const ask = (service: string, head: string): string => {
  const request = `${head.replaceAll('\n', '\\r\\n')}\\r\\nConnection: close\\r\\n\\r\\n`;
  return (
    inside(
      service,
      `printf '${request}' | busybox timeout 6 busybox nc ${wayOf(service)} | busybox head -n 1; true`,
    ).split('\r')[0] ?? ''
  ).trim();
};
const connect = (service: string, to: string): string => ask(service, `CONNECT ${to} HTTP/1.1\nHost: ${to}`);
const isOpen = /^HTTP\/1\.1 200/;
const isRefused = /^HTTP\/1\.1 4\d\d/;

describe('the way out', () => {
  it('leads to what was granted, by its name, below a name, and by its address', () => {
    expect(connect('a', `shop.test:${granted}`)).toMatch(isOpen);
    expect(connect('a', `x.below.test:${granted}`)).toMatch(isOpen);
    expect(connect('b', `${outside}:${granted}`)).toMatch(isOpen);
    const [address, port] = wayOf('a').split(' ');
    const fetched = inside('a', `http_proxy=http://${address}:${port} wget -q -O - http://shop.test:${granted}/`);
    expect(fetched).toBe('outside\n');
  });

  it('passes bytes through a tunnel that it has opened', () => {
    const script = `{ printf 'CONNECT shop.test:${granted} HTTP/1.1\\r\\nHost: shop.test\\r\\n\\r\\n'; sleep 1; printf 'GET / HTTP/1.0\\r\\n\\r\\n'; sleep 2; } | busybox timeout 6 busybox nc ${wayOf('a')}; true`;
    expect(inside('a', script)).toContain('outside\n');
  });

  it.each([
    ['another host', 'a', `other.test:${granted}`],
    ['another port of a host that was granted', 'a', `shop.test:${other}`],
    ['another port, by a name of an address that was granted', 'b', `shop.test:${other}`],
    ['the address behind a name that was granted', 'a', `${outside}:${granted}`],
    ['another port of an address that was granted', 'b', `${outside}:${other}`],
    ['a name that ends in one that was granted', 'a', `shop.test.evil.test:${granted}`],
    ['the name itself where those below it were granted', 'a', `below.test:${granted}`],
    ['a granted name that leads to the loopback', 'a', `rebound.test:${granted}`],
    ['a granted name that leads to a private network', 'a', `mixed.test:${granted}`],
    ['the loopback', 'a', `127.0.0.1:${granted}`],
    ['the loopback of IPv6', 'a', `[::1]:${granted}`],
    ['an address of IPv4 written as one of IPv6', 'a', `[::ffff:${outside}]:${granted}`],
    ['an address written as one number', 'a', `${0xcb_00_71_00 + last}:${granted}`],
    ['a name that leads nowhere', 'a', `nowhere.test:${granted}`],
    ['what clouds tell machines of themselves', 'a', '169.254.169.254:80'],
  ])('refuses %s', (_, service, to) => {
    expect(connect(service, to)).toMatch(isRefused);
    expect(ask(service, `GET http://${to}/ HTTP/1.1\nHost: ${to}`)).toMatch(isRefused);
  });

  it('takes every spelling of an address that was granted for it, and no other port of it', () => {
    for (const host of [`[::ffff:${outside}]`, String(0xcb_00_71_00 + last), 'shop.test']) {
      expect(connect('b', `${host}:${granted}`)).toMatch(isOpen);
      expect(connect('b', `${host}:${other}`)).toMatch(isRefused);
    }
  });

  // Whether a list says so or there is no IPv6 at all: nothing answers for what is there.
  it('comes to nothing where a granted name leads to the loopback of IPv6', () => {
    expect(connect('a', `six.test:${granted}`)).toMatch(/^HTTP\/1\.1 (?:4\d\d|500)/);
  });

  it('refuses a tunnel into the project: to the gate, to another component, to itself', () => {
    const targets = [
      ...[...(addresses.get('gate')?.values() ?? [])].map((address) => `${address}:20000`),
      `${addresses.get('b')?.get('b')}:8080`,
      `${addresses.get('egress')?.get('egress')}:20000`,
    ];
    expect(targets.length).toBeGreaterThan(3);
    for (const to of targets) expect(connect('a', to)).toMatch(isRefused);
  });

  it('takes no name from a header, and no other method for a tunnel', () => {
    expect(ask('a', `GET http://other.test:${granted}/ HTTP/1.1\nHost: shop.test:${granted}`)).toMatch(isRefused);
    expect(ask('a', `GET / HTTP/1.1\nHost: other.test:${granted}`)).toMatch(isRefused);
    expect(ask('a', `CONNECT other.test:${granted} HTTP/1.1\nHost: shop.test:${granted}`)).toMatch(isRefused);
  });

  it('is not there for who was granted nothing, and is the only one', () => {
    expect(ports.has('c')).toBe(false);
    const egress = addresses.get('egress')?.get('egress') ?? '';
    const gates = [...(addresses.get('gate')?.values() ?? [])];
    const tried = [egress, ...gates, outside].flatMap((address) =>
      [20_000, 20_001, granted].map((port) => `${address} ${port}`),
    );
    const script = `${tried.map((at) => `{ busybox nc -w 3 ${at} < /dev/null > /dev/null 2>&1 && echo "${at}"; } &`).join('\n')}\nwait`;
    expect(inside('c', script)).toBe('');
    expect(inside('a', script).trim()).toBe(wayOf('a'));
  });
});
