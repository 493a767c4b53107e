import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DeploymentPlan } from '../../../../../src/ir/plan-schema.ts';
import { checkCompose, composeReach } from '../../../../../src/plan/targets/compose/check.ts';
import {
  composeOf,
  type Files,
  type Project,
  planOf,
  scenario,
  withProject,
  withText,
} from '../../../../support/compose.ts';
import { readTree } from '../../../../support/golden.ts';

let plan: DeploymentPlan;
let files: Files;
beforeAll(async () => {
  const made = scenario({
    components: { a: ['one', 'two'], b: ['db'], c: [], x: [] },
    bindings: [
      ['a.one', 'b.out'],
      ['a.two', 'c.out'],
      ['b.db', 'c.out'],
    ],
    exports: { site: 'a.out', lone: 'x.out' },
  });
  plan = await planOf(made, { runtime: { components: { '/b': { egress: ['api.example.com:443'] } } } });
  files = composeOf(plan).files;
});

const GATE = 'gate/haproxy.cfg';

describe('reach', () => {
  it('is what the plan says', () => {
    expect(composeReach(files)).toEqual([
      '/a via /a.one#0 -> /b:8080',
      '/a via /a.two#0 -> /c:8080',
      '/b via /b egress -> public api.example.com:443',
      '/b via /b.db#0 -> /c:8080',
      'loopback via exports.lone -> /x:8080',
      'loopback via exports.site -> /a:8080',
    ]);
    expect(checkCompose(files, plan)).toEqual([]);
  });

  it('is the same for whoever writes the file by other means', () => {
    expect(
      checkCompose(
        withProject(files, () => {}),
        plan,
      ),
    ).toEqual([]);
  });
});

const network = (project: Project, name: string): string => project.services[name].networks[name].ipv4_address;

/** What is broken, and a part of what is told then. */
const broken: Readonly<Record<string, readonly [(files: Files) => Files, RegExp]>> = {
  'the gate left a network': [
    (f) => withProject(f, (p) => delete p.services.gate.networks.a),
    /does not let through: \/a via \/a\.one#0 -> \/b:8080/,
  ],
  'a component left its network': [(f) => withProject(f, (p) => delete p.services.b.networks.b), /b is in 0 networks/],
  'a listener on all networks': [
    (f) => withText(f, GATE, (text) => text.replace(/bind "[^"]*:20000"/, 'bind "*:20000"')),
    /lets through what the plan does not say: \/c via \/a\.one#0/,
  ],
  'a listener on all addresses, written otherwise': [
    (f) => withText(f, GATE, (text) => text.replace(/bind "[^"]*:20000"/, 'bind ":20000"')),
    /lets through what the plan does not say: \/x via \/a\.one#0/,
  ],
  'a stranger in a network': [
    (f) => withProject(f, (p) => Object.assign(p.services.x.networks, { c: {} })),
    /lets through what the plan does not say: \/x -> \/c: all ports/,
  ],
  'a service that nobody planned': [
    (f) =>
      withProject(f, (p) => {
        p.services.spy = { ...p.services.x, labels: {}, networks: { c: {} } };
      }),
    /service spy is no component/,
  ],
  'another backend': [
    (f) =>
      withProject(f, () => {}) &&
      withText(f, GATE, (text) =>
        text.replace(/server to "[^"]*:8080"/, 'server to "$' + '{HEADGATE_SUBNET}.1.2:8080"'),
      ),
    /which is nowhere/,
  ],
  'another port behind a listener': [
    (f) => withText(f, GATE, (text) => text.replace(':8080"', ':9090"')),
    /-> \/[abcx]:9090/,
  ],
  'a second server behind a listener': [
    (f) => withText(f, GATE, (text) => text.replace(/( {2}server to (".*"))/, '$1\n  server more $2')),
    /lets through what the plan does not say/,
  ],
  'two slots exchanged': [
    (f) =>
      withText(f, GATE, (text) =>
        text.replace("'/a.one#0'", "'?'").replace("'/a.two#0'", "'/a.one#0'").replace("'?'", "'/a.two#0'"),
      ),
    /\/a via \/a\.one#0 -> \/c:8080/,
  ],
  'a URL that leads to another slot': [
    (f) => withText(f, 'compose.yaml', (text) => text.replace(/(- "http:.*):20000"/, '$1:20001"')),
    /word 1 of \/a is .*:20001, and not/,
  ],
  'a network that is open': [(f) => withProject(f, (p) => delete p.networks.c.internal), /\/c -> outside: everything/],
  'a network with an address of the machine': [
    (f) => withProject(f, (p) => delete p.networks.c.driver_opts),
    /\/c -> outside: everything/,
  ],
  'a network with IPv6': [
    (f) => withProject(f, (p) => (p.networks.c.enable_ipv6 = true)),
    /network c: `enable_ipv6` is true/,
  ],
  'a port for everybody': [
    (f) => withText(f, 'compose.yaml', (text) => text.replace('- "127.0.0.1:', '- "')),
    /everybody via exports\.lone/,
  ],
  'a port of a component': [
    (f) => withProject(f, (p) => (p.services.c.ports = ['127.0.0.1:1:8080'])),
    /loopback -> \/c:8080/,
  ],
  'the network of the machine': [
    (f) => withProject(f, (p) => (p.services.c.network_mode = 'host')),
    /service c: nobody knows what `network_mode` does there/,
  ],
  'more rights': [(f) => withProject(f, (p) => (p.services.c.privileged = true)), /`privileged`/],
  'a right that was not dropped': [
    (f) => withProject(f, (p) => delete p.services.c.cap_drop),
    /`cap_drop` is undefined/,
  ],
  'name servers of the machine': [(f) => withProject(f, (p) => delete p.services.c.dns), /`dns` is undefined/],
  'the socket of Docker': [
    (f) =>
      withProject(f, (p) => {
        p.services.c.volumes = [{ type: 'bind', source: '/var/run/docker.sock', target: '/s', read_only: true }];
      }),
    /it mounts "\/var\/run\/docker\.sock"/,
  ],
  'a volume that two share': [
    (f) =>
      withProject(f, (p) => {
        for (const name of ['b', 'c']) p.services[name].volumes = [{ type: 'volume', source: 'v', target: '/s' }];
      }),
    /volume v is mounted by \/b at \/s, and the plan does not say so/,
  ],
  'two networks in one place': [
    (f) => withProject(f, (p) => (p.networks.x.ipam = p.networks.c.ipam)),
    /networks \w and \w overlap/,
  ],
  'one address for two': [
    (f) => withProject(f, (p) => (p.services.gate.networks.c.ipv4_address = network(p, 'c'))),
    /has the address of/,
  ],
  'a grant more': [
    (f) => withText(f, 'egress/squid.conf', (text) => text.replace('api.example.com', 'evil.example.com')),
    /public evil\.example\.com:443/,
  ],
  'a way out without a port': [
    (f) => withText(f, 'egress/squid.conf', (text) => text.replace(' c0_0_port !inside', ' !inside')),
    /api\.example\.com:\*/,
  ],
  'a way out to private networks': [
    (f) => withText(f, 'egress/squid.conf', (text) => text.replace(' !inside', '')),
    /-> api\.example\.com:443/,
  ],
  'a way out for everybody': [
    (f) => withText(f, 'egress/squid.conf', (text) => text.replace('http_access deny all', 'http_access allow all')),
    /nobody knows|last rule/,
  ],
  'a component beside the way out': [
    (f) => withProject(f, (p) => Object.assign(p.services.c.networks, { egress: {} })),
    /\/c -> the way out: all ports/,
  ],
  'a component with a way out of its own': [
    (f) => withProject(f, (p) => Object.assign(p.services.c.networks, { internet: {} })),
    /\/c -> outside: everything/,
  ],
  'a gate that does something else': [
    (f) => withText(f, GATE, (text) => `${text}  http-request set-dst src\n`),
    /nobody knows what `http-request` does there/,
  ],
  'a service that is gone': [(f) => withProject(f, (p) => delete p.services.x), /\/x has no service/],
  'another form of YAML': [
    (f) => withText(f, 'compose.yaml', (text) => `${text}a: &b 1\n`),
    /line \d+: it is not in the form/,
  ],
};

describe('a difference is seen', () => {
  it.each(Object.keys(broken))('%s', (name) => {
    const [change, told] = broken[name] as (typeof broken)[string];
    const changed = change(files);
    expect([...changed.values()].join(), 'something was changed').not.toBe([...files.values()].join());
    expect(checkCompose(changed, plan).join('\n')).toMatch(told);
  });
});

describe('golden projects', () => {
  const cases = readdirSync('golden/emit').filter((name) => name.startsWith('compose-'));
  const written = cases.filter((name) => readTree(`golden/emit/${name}/expected`).has('compose/compose.yaml'));

  it('are some', () => expect(written.length).toBeGreaterThanOrEqual(8));

  it.each(written)('%s lets through what its plan says', (name) => {
    const folder = `golden/emit/${name}/expected`;
    const tree = [...readTree(`${folder}/compose`)];
    const golden = JSON.parse(readFileSync(`${folder}/plan.json`, 'utf8')) as DeploymentPlan;
    expect(checkCompose(new Map(tree), golden)).toEqual([]);
  });
});
