/** References to secrets are opaque until a program starts; then the config is evaluated once more, with what they stand for. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/base/json.ts';
import type { Addressing } from '../../../../src/plan/wiring/addressing.ts';
import { bindingsOf, renderBound } from '../../../../src/plan/wiring/bindings.ts';
import type { WiredComponent } from '../../../../src/plan/wiring/component.ts';
import { render } from '../../../../src/plan/wiring/render.ts';
import { secretsInArguments, shownSecrets } from '../../../../src/plan/wiring/secrets.ts';
import { wire } from '../../../../src/plan/wiring/wire.ts';
import { compileFiles } from '../../../support/policy-scenario.ts';

const addressing: Addressing = { slotUrl: () => 'http://127.0.0.1:1' };
const text = { type: 'string' };

interface Case {
  readonly root?: object;
  readonly own: object;
  readonly config: object;
  readonly program?: object;
}

async function wired({ root = {}, own, config, program }: Case, given: JsonObject) {
  const scenario = {
    manifest_version: '0.4.0',
    config_schema: { type: 'object', properties: root },
    components: { a: { manifest: './a.yaml', config } },
  };
  const a = {
    manifest_version: '0.4.0',
    config_schema: { type: 'object', properties: own },
    program: { path: '/bin/echo', args: [], env: { ALL: '${config}' }, ...program },
  };
  const files = { 'scenario.yaml': JSON.stringify(scenario), 'a.yaml': JSON.stringify(a) };
  const vault = { provider: 'local_encrypted', file: 's.vault', key: { file: 's.key' } } as const;
  const vaults = { runtime: { vaults: { local: vault, v: vault } } };
  const { compiled, diagnostics } = await compileFiles(files, () => ({ interpositions: [] }), vaults);
  if (!compiled) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const wiring = wire(compiled.plan, { config: { env: {}, file: given }, externals: [] });
  if ('problems' in wiring) throw new Error(JSON.stringify(wiring.problems));
  return { component: wiring.components[0] as WiredComponent, secrets: wiring.config.secrets };
}

const bearer: Case = {
  root: { token: { ...text, minLength: 8 } },
  own: { auth: { ...text, pattern: '^Bearer [a-z0-9"]+$' } },
  config: { auth: 'Bearer ${config.token}' },
  program: {
    env: { AUTH: '${config.auth}', ALL: '${config}' },
    mounts: [{ path: '/etc/a/auth', from: 'config.auth' }],
  },
};
const reference = 'secret://local/api/token@2#value';

describe('references to secrets', () => {
  it('are bound where they end up, and stand there as they are written', async () => {
    const { component, secrets } = await wired(bearer, { token: reference });
    expect(bindingsOf(component)).toEqual([{ path: 'auth', reference }]);
    expect(render(component, addressing)).toMatchObject({
      env: { AUTH: `Bearer ${reference}`, ALL: JSON.stringify({ auth: `Bearer ${reference}` }) },
      files: [{ path: '/etc/a/auth', content: `Bearer ${reference}` }],
    });
    expect(secrets, 'what is referred to is not known, and the reference is no secret').toEqual([]);
  });

  it('are replaced by evaluating everything again', async () => {
    const { component } = await wired(bearer, { token: reference });
    const value = 'canary"12';
    expect(renderBound(component, addressing, new Map([[reference, value]]))).toMatchObject({
      argv: ['/bin/echo'],
      env: { AUTH: `Bearer ${value}`, ALL: JSON.stringify({ auth: `Bearer ${value}` }) },
      files: [{ path: '/etc/a/auth', content: `Bearer ${value}` }],
    });
  });

  it('may stand in literals of a parent and in lists', async () => {
    const { component } = await wired(
      {
        own: { key: text, list: { type: 'array', items: text }, known: text },
        config: { key: 'secret://local/key', list: ['plain', 'secret://local/item'], known: 'x' },
      },
      {},
    );
    expect(bindingsOf(component)).toEqual([
      { path: 'key', reference: 'secret://local/key' },
      { path: 'list', reference: 'secret://local/item' },
    ]);
    const values = new Map([
      ['secret://local/key', 'secret://local/item'],
      ['secret://local/item', 'second'],
    ]);
    expect(renderBound(component, addressing, values), 'a value is never read as a reference').toMatchObject({
      env: { ALL: '{"key":"secret://local/item","known":"x","list":["plain","second"]}' },
    });
  });

  it('have values of the type that their schema asks for', async () => {
    const { component } = await wired(
      {
        root: { port: { type: ['string', 'integer'] } },
        own: { port: {}, n: { type: ['integer', 'string'] } },
        config: { port: '${config.port}', n: 'secret://v/n' },
      },
      { port: 'secret://v/port' },
    );
    const values = new Map([
      ['secret://v/port', '8080'],
      ['secret://v/n', '17'],
    ]);
    expect(renderBound(component, addressing, values)).toMatchObject({ env: { ALL: '{"n":17,"port":8080}' } });
  });

  it.each([
    ['the schema of the root', 'short7', 'auth', 'must have at least 8 characters'],
    ['the schema of the component', 'UPPERCASE', 'auth', 'must match the pattern `^Bearer [a-z0-9"]+$`'],
  ])('that do not fit %s are told without their value', async (_title, value, _path, message) => {
    const { component } = await wired(bearer, { token: reference });
    const bound = renderBound(component, addressing, new Map([[reference, value]]));
    expect(bound).toMatchObject({ unfit: [expect.objectContaining({ reference, message })] });
    expect(JSON.stringify(bound)).not.toContain(value);
  });

  it('do not give away the keys of what they stand for', async () => {
    const { component } = await wired(
      {
        root: { db: {} },
        own: { db: { type: 'object', properties: { user: text }, additionalProperties: false } },
        config: { db: '${config.db}' },
      },
      { db: 'secret://v/db' },
    );
    const bound = renderBound(component, addressing, new Map([['secret://v/db', '{"hunter22":"x"}']]));
    expect(bound).toEqual({
      unfit: [{ path: 'db', reference: 'secret://v/db', message: 'a part of it does not fit' }],
    });
  });

  it.each([
    [
      'in the root config',
      { root: { token: text }, own: { t: text }, config: { t: '${config.token}' } },
      { token: reference },
      ['token'],
    ],
    ['in a literal', { own: { t: text }, config: { t: reference } }, {}, ['t']],
  ])('are found in arguments %s', async (_title, one, given, paths) => {
    const program = { args: ['--token=${config.t}'], env: { 'T.T': '${config.t}', N: 'none' } };
    const { component } = await wired({ ...one, program }, given as JsonObject);
    expect(secretsInArguments(component)).toEqual(paths);
    expect(shownSecrets(component).env).toEqual({ 'T.T': paths });
  });
});
