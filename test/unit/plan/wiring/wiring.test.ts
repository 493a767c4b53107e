/** A plan is wired before anybody says where it runs; an environment or an emitter fills in addresses and references. */
import { describe, expect, it } from 'vitest';
import type { DeploymentPlan } from '../../../../src/ir/plan-schema.ts';
import type { Addressing } from '../../../../src/plan/wiring/addressing.ts';
import type { WiredComponent } from '../../../../src/plan/wiring/component.ts';
import { type Rendered, render } from '../../../../src/plan/wiring/render.ts';
import { type Given, type Wiring, wire } from '../../../../src/plan/wiring/wire.ts';
import { compileFiles, type Files } from '../../../support/policy-scenario.ts';

const manifest = (body: string): string => `manifest_version: "0.4.0"\n${body}`;

const root = `
slots: { audit: { kind: http, optional: true } }
config_schema:
  type: object
  required: [token, level, db]
  properties:
    token: { type: string, secret: true, minLength: 20 }
    level: { type: integer, minimum: 1 }
    db: { type: object, required: [user, password], properties: { user: { type: string }, password: { type: string, secret: true } } }
    colour: { type: string, default: blue }
components:
  a: { manifest: ./a.yaml, config: { token: "\${config.token}", level: "\${config.level}", auth: "\${config.db.user}:\${config.db.password}", db: "\${config.db}", colour: "\${config.colour}" } }
  b: ./b.yaml
bindings:
  - { to: "#a.api", from: "#b.api" }
  - { to: "#a.audit", from: slots.audit, weak: true }
exports: { web: "#a.web" }
`;

const a = `
slots: { api: { kind: http }, audit: { kind: http, optional: true } }
config_schema:
  type: object
  properties:
    token: { type: string, minLength: 20 }
    level: { type: integer, minimum: 1, maximum: 5 }
    auth: { type: string }
    colour: { type: string, enum: [blue, red] }
    db: { type: object, properties: { user: { type: string }, password: { type: string } } }
    note: { type: string, default: "costs $5" }
program:
  image: "registry.example/a:\${config.colour}"
  entrypoint: ["/a", "--api=\${slots.api.url}", { when: slots.audit, argv: ["--audit", "\${slots.audit.url}"] }, "--level", "\${config.level}", "\${config.note}"]
  env: { TOKEN: "\${config.token}", AUTH: "\${config.auth}" }
  mounts: [{ path: /etc/a/db.json, from: config.db }]
  network: { endpoints: [{ name: web, port: 80 }] }
provides: { web: { kind: http, endpoint: web } }
exports: { web: provides.web }
`;

const b = `
program: { path: ./serve, args: [], network: { endpoints: [{ name: api, port: 8080 }] } }
provides: { api: { kind: http, endpoint: api } }
exports: { api: provides.api }
`;

const files: Files = { 'scenario.yaml': manifest(root), 'a.yaml': manifest(a), 'b.yaml': manifest(b) };

async function planOf(all: Files): Promise<DeploymentPlan> {
  const { compiled, diagnostics } = await compileFiles(all, () => ({ interpositions: [] }));
  if (!compiled) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return compiled.plan;
}

async function wired(given: Given = { externals: [] }, all: Files = files): Promise<Wiring> {
  const wiring = wire(await planOf(all), given);
  if ('problems' in wiring) throw new Error(JSON.stringify(wiring.problems));
  return wiring;
}

const componentOf = (wiring: Wiring, moniker: string): WiredComponent => {
  const found = wiring.components.find((one) => one.moniker === moniker);
  if (!found) throw new Error(`no ${moniker}`);
  return found;
};

function rendered(component: WiredComponent, addressing: Addressing): Rendered {
  const result = render(component, addressing);
  if ('problem' in result) throw new Error(JSON.stringify(result.problem));
  return result;
}

/** As a file for `docker compose` has it: services by name, values of secrets from the environment of whoever brings it up. */
const compose: Addressing = {
  slotUrl: ({ from, protocol }) =>
    from.kind === 'component'
      ? `${protocol}://${from.moniker.slice(1).replaceAll('/', '-')}:${from.port}`
      : `\${SLOT_${from.slot.toUpperCase()}}`,
  reference: ({ secret, env }) => (secret ? `\${${env}}` : undefined),
  literal: (text) => text.replaceAll('$', '$$$$'),
};

const everything: Addressing = { ...compose, reference: ({ env }) => `\${${env}}` };

describe('a wired plan', () => {
  it('says who is connected to whom, and what each component has, without an address', async () => {
    const wiring = await wired({ externals: ['audit'] });
    expect(wiring.edges.map(({ key, from, protocol, weak }) => ({ key, from, protocol, weak }))).toEqual([
      { key: '/a.api#0', from: { kind: 'component', moniker: '/b', port: 8080 }, protocol: 'http', weak: false },
      { key: '/a.audit#0', from: { kind: 'external', slot: 'audit' }, protocol: 'http', weak: true },
      { key: 'exports.web', from: { kind: 'component', moniker: '/a', port: 80 }, protocol: 'http', weak: true },
    ]);
    const { ports, provides, slots, after, source } = componentOf(wiring, '/a');
    expect({ ports, provides, slots: slots.map(({ key }) => key), after, source }).toEqual({
      ports: [80],
      provides: [{ edge: 'exports.web', port: 80 }],
      slots: ['/a.api#0', '/a.audit#0'],
      after: ['/b'],
      source: 'a',
    });
    expect(JSON.stringify(wiring)).not.toContain('127.0.0');
  });

  it('carries nothing from a root slot that nothing is given for, and says who waits for it', async () => {
    const wiring = await wired();
    expect(wiring.edges.map(({ key }) => key)).toEqual(['/a.api#0', 'exports.web']);
    expect(componentOf(wiring, '/a').waiting).toEqual([{ slot: 'audit', external: 'audit' }]);
  });

  it('knows which values are secret where values are given, and misses what is not', async () => {
    const env = { HEADGATE_CONFIG_TOKEN: 'x'.repeat(20), HEADGATE_CONFIG_DB__USER: 'me' };
    expect(wire(await planOf(files), { config: { env }, externals: [] })).toEqual({
      problems: [
        { kind: 'config-missing', path: 'db.password', env: 'HEADGATE_CONFIG_DB__PASSWORD' },
        { kind: 'config-missing', path: 'level', env: 'HEADGATE_CONFIG_LEVEL' },
      ],
    });
    const file = { level: 2, db: { password: 'hunter22' } };
    const { config } = await wired({ config: { env, file }, externals: [] });
    expect(config.root).toEqual({
      token: env.HEADGATE_CONFIG_TOKEN,
      level: 2,
      db: { user: 'me', password: 'hunter22' },
      colour: 'blue',
    });
    expect(config.secrets).toEqual([env.HEADGATE_CONFIG_TOKEN, 'hunter22']);
  });
});

describe('a component that is rendered for another place', () => {
  const file = { token: 'x'.repeat(20), level: 2, db: { user: 'me', password: 'hunter22' } };

  it('finds its slots at the addresses of that place, and keeps secrets as references', async () => {
    const wiring = await wired({ config: { env: {}, file }, externals: ['audit'] });
    const { references, ...texts } = rendered(componentOf(wiring, '/a'), compose);
    expect(texts).toEqual({
      image: 'registry.example/a:blue',
      argv: ['/a', '--api=http://b:8080', '--audit', '${SLOT_AUDIT}', '--level', '2', 'costs $$5'],
      env: { AUTH: 'me:${HEADGATE_CONFIG_DB__PASSWORD}', TOKEN: '${HEADGATE_CONFIG_TOKEN}' },
      files: [{ path: '/etc/a/db.json', content: '{"password":"${HEADGATE_CONFIG_DB__PASSWORD}","user":"me"}' }],
    });
    expect(references.map(({ leaf, place }) => `${leaf.path} in ${place}`)).toEqual([
      'db.password in env',
      'token in env',
      'db.password in file',
    ]);
    expect(JSON.stringify(texts)).not.toContain('hunter22');
  });

  it('is written as each place of it asks for', async () => {
    const wiring = await wired({
      config: { env: {}, file: { ...file, db: { user: '$(me)', password: 'x' } } },
      externals: [],
    });
    /** As a container of Kubernetes has it: `$(NAME)` is replaced in arguments and variables, and files are taken as they are. */
    const kubernetes: Addressing = {
      ...compose,
      reference: () => undefined,
      literal: (text, place) => (place === 'file' ? text : text.replaceAll('$(', '$$$$(')),
    };
    const {
      argv,
      env,
      files: written,
    } = rendered(componentOf(wiring, '/a'), {
      ...kubernetes,
      slotUrl: () => 'http://$(B_SERVICE_HOST):8080',
    });
    expect(argv[1]).toBe('--api=http://$(B_SERVICE_HOST):8080');
    expect(env['AUTH']).toBe('$$(me):x');
    expect(written[0]?.content).toBe('{"password":"x","user":"$(me)"}');
  });

  it('needs no value of anything that stays a reference', async () => {
    const { argv, env } = rendered(componentOf(await wired(), '/a'), everything);
    expect(argv).toEqual(['/a', '--api=http://b:8080', '--level', '${HEADGATE_CONFIG_LEVEL}', 'costs $$5']);
    expect(env).toEqual({
      AUTH: '${HEADGATE_CONFIG_DB__USER}:${HEADGATE_CONFIG_DB__PASSWORD}',
      TOKEN: '${HEADGATE_CONFIG_TOKEN}',
    });
  });

  it('is refused where a value that is needed is neither known nor a reference', async () => {
    expect(render(componentOf(await wired(), '/a'), compose)).toEqual({
      problem: {
        kind: 'config',
        messages: ['`config.auth`: `${config.db.user}` has no value, and stands inside a text'],
      },
    });
  });

  it('is told what it lacks without a mark in the message', async () => {
    const needing = {
      ...files,
      'b.yaml': manifest(
        b
          .replace('args: []', 'args: ["${slots.gone.url}"]')
          .replace('program', 'slots: { gone: { kind: http, optional: true } }\nprogram'),
      ),
    };
    expect(render(componentOf(await wired(undefined, needing), '/b'), compose)).toEqual({
      problem: {
        kind: 'program',
        messages: ['`program.args[0]`: `${slots.gone.url}` has no value, because slot `gone` is not bound'],
        unbound: [{ slot: 'gone', external: null }],
      },
    });
  });

  it('takes no text of the scenario for a reference', async () => {
    const forged = { ...file, colour: 'blue', token: '\uE0000\uE000'.repeat(10) };
    const wiring = await wired({ config: { env: {}, file: forged }, externals: [] });
    const { env } = rendered(componentOf(wiring, '/a'), { ...compose, reference: () => undefined });
    expect(env['TOKEN']).toBe(forged.token);
  });
});
