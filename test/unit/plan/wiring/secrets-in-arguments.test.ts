/** A secret is found in the arguments of a program in whatever shape it gets there. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/base/json.ts';
import { secretsInArguments } from '../../../../src/plan/wiring/secrets.ts';
import { wire } from '../../../../src/plan/wiring/wire.ts';
import { compileFiles } from '../../../support/policy-scenario.ts';

const secretList = { type: 'array', items: { type: 'string', secret: true } };
const schemas: Readonly<Record<string, object>> = {
  token: { type: 'string', secret: true },
  db: { type: 'object', properties: { user: { type: 'string' }, password: { type: 'string', secret: true } } },
  open: { type: 'object', secret: true },
  list: secretList,
  plain: { type: 'string' },
};
const file: JsonObject = {
  token: 'hunter22',
  db: { user: 'me', password: 'hunter22' },
  open: { inside: { pin: 123456 } },
  list: ['hunter22', 'hunter23'],
  plain: 'seen',
};

/** As the program's component has them; who hears of a secret is the root's business. */
const own: Readonly<Record<string, object>> = {
  token: { type: 'string' },
  db: { type: 'object', properties: { user: { type: 'string' }, password: { type: 'string' } } },
  open: { type: 'object', properties: { inside: { type: 'object', properties: { pin: { type: 'integer' } } } } },
  list: { type: 'array', items: { type: 'string' } },
  plain: { type: 'string' },
};

/** Of a component with these arguments, which gets the whole config of the root. */
async function shownBy(args: readonly unknown[], given: JsonObject = file): Promise<readonly string[]> {
  const config = Object.fromEntries(Object.keys(schemas).map((key) => [key, `\${config.${key}}`]));
  const scenario = {
    manifest_version: '0.4.0',
    config_schema: { type: 'object', properties: schemas },
    components: { a: { manifest: './a.yaml', config } },
  };
  const a = {
    manifest_version: '0.4.0',
    config_schema: { type: 'object', properties: own },
    program: { path: '/bin/echo', args, env: { OPEN: '${config.open}' } },
  };
  const { compiled, diagnostics } = await compileFiles(
    { 'scenario.yaml': JSON.stringify(scenario), 'a.yaml': JSON.stringify(a) },
    () => ({
      interpositions: [],
    }),
  );
  if (!compiled) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const wiring = wire(compiled.plan, { config: { env: {}, file: given }, externals: [] });
  if ('problems' in wiring) throw new Error(JSON.stringify(wiring.problems));
  return wiring.components.flatMap(secretsInArguments);
}

describe('a secret in the arguments', () => {
  it.each([
    ['by itself', ['${config.token}'], ['token']],
    ['in the middle of a text', ['--token=${config.token}!'], ['token']],
    ['in an object that is written as JSON', ['${config.db}'], ['db.password']],
    ['in the whole config', ['${config}'], ['db.password', 'list', 'open', 'token']],
    ['as a key of an object that is secret as a whole', ['${config.open.inside.pin}'], ['open']],
    ['as elements of a list', [{ each: 'config.list', arg: '${item}' }], ['list']],
    ['as a list that is joined', [{ each: 'config.list', arg: '${item}', join: ',' }], ['list']],
    ['of which there is none', ['${config.plain}', '${config.db.user}'], []],
  ])('is found %s', async (_title, args, found) => {
    expect(await shownBy(args)).toEqual(found);
  });

  it('is found where its value is not given yet', async () => {
    expect(await shownBy([{ when: 'config.token', argv: ['--token', '${config.token}'] }], {})).toEqual(['token']);
  });
});
