import { describe, expect, it } from 'vitest';
import type { DeploymentPlan } from '../../../../src/ir/plan-schema.ts';
import { type KnownInputs, knownSecrets } from '../../../../src/runtime/support-bundle/known.ts';

const leaf = (path: string, more: object = {}): object => ({
  path,
  env: `X_${path.toUpperCase()}`,
  secret: true,
  required: true,
  consumers: ['/a'],
  ...more,
});
const planWith = (...leaves: readonly object[]): DeploymentPlan =>
  ({
    components: [],
    config: {
      schema: {
        type: 'object',
        properties: { token: { type: 'string', secret: true }, spare: { type: 'string', secret: true } },
      },
      leaves,
    },
  }) as unknown as DeploymentPlan;

const known = (more: Partial<KnownInputs> = {}): ReturnType<typeof knownSecrets> =>
  knownSecrets({
    plan: planWith(),
    documents: [],
    env: {},
    secrets: async () => {
      throw new Error('nobody is to be asked');
    },
    refusal: () => undefined,
    ...more,
  });
const answering =
  (texts: Readonly<Record<string, string>>, version = '1'): KnownInputs['secrets'] =>
  async () => ({
    resolve: async ({ key, version: wanted }) => {
      const text = texts[wanted && 'number' in wanted ? `${key}@${wanted.number}` : key];
      return text === undefined
        ? { fault: { code: 'not_found', detail: 'gone', message: `there is no ${key}`, remedy: 'r' } }
        : { value: { text, version } };
    },
  });

describe('secrets of a run', () => {
  it('are found by their references wherever these stand, each once, with what is in them', async () => {
    const documents = [
      { a: ['secret://v/k'], b: { c: 'secret://v/k' } },
      { url: 'secret://v/url' },
      'no secret://v/other',
    ];
    const secrets = answering({
      k: '{"user":"somebody","pass":"sesame-open"}',
      url: 'https://me:pass-word@h/hook-12345',
    });
    const { wanted, unsearched } = await known({ documents, secrets });
    expect(unsearched).toEqual([]);
    const of = (name: string): readonly string[] => wanted.filter((one) => one.name === name).map(({ value }) => value);
    expect(of('secret://v/k')).toEqual(
      expect.arrayContaining(['sesame-open', 'somebody', '{"user":"somebody","pass":"sesame-open"}']),
    );
    expect(of('secret://v/url')).toEqual(
      expect.arrayContaining(['https://me:pass-word@h/hook-12345', 'pass-word', 'hook-12345']),
    );
  });

  it('have the value that they had before they were rotated, where the vault still has it', async () => {
    const documents = ['secret://v/k'];
    const { wanted } = await known({ documents, secrets: answering({ k: 'the-new-one', 'k@1': 'the-old-one' }, '2') });
    expect(wanted.map(({ value }) => value)).toEqual(['the-new-one', 'the-old-one']);
    const lost = await known({ documents, secrets: answering({ k: 'the-new-one' }, '2') });
    expect([lost.wanted.map(({ value }) => value), lost.unsearched]).toEqual([['the-new-one'], []]);
  });

  it.each<readonly [string, Partial<KnownInputs>, string]>([
    ['that nobody has', { documents: ['secret://v/k'], secrets: answering({}) }, 'there is no k'],
    ['that nobody may be asked for', { documents: ['secret://v/k'], refusal: () => 'offline' }, 'offline'],
    [
      'whose vault breaks',
      {
        documents: ['secret://v/k'],
        secrets: async () => ({ resolve: async () => Promise.reject(new TypeError('quotes sesame')) }),
      },
      'the vault cannot be asked (TypeError)',
    ],
    [
      'that are too short',
      { documents: ['secret://v/k'], secrets: answering({ k: 'abc' }) },
      'fewer than 6 characters',
    ],
    ['that cannot be read', { documents: ['secret://v/'] }, 'the key is missing'],
    ['of the config, not given', { plan: planWith(leaf('token')) }, 'it is not given here: set X_TOKEN'],
    [
      'of the config, too short',
      { plan: planWith(leaf('token')), configFile: { token: 'abc' } },
      'fewer than 6 characters',
    ],
  ])('%s are told, and not taken for searched', async (_, inputs, reason) => {
    const { wanted, unsearched } = await known(inputs);
    expect(wanted).toEqual([]);
    expect(unsearched).toHaveLength(1);
    expect(unsearched[0]?.reason).toContain(reason);
    expect(JSON.stringify(unsearched)).not.toContain('sesame');
  });

  it('of the config that a run can do without, or that a vault has, keep nothing from being made', async () => {
    const optional = await known({ plan: planWith(leaf('spare', { required: false })) });
    expect([optional.unsearched, optional.skipped]).toEqual([[], ['X_SPARE']]);
    const bound = await known({
      plan: planWith(leaf('token')),
      documents: [{ secrets: [{ path: 'token', reference: 'secret://v/k' }] }],
      secrets: answering({ k: 'sesame-open' }),
    });
    expect(bound.unsearched).toEqual([]);
    const given = await known({ plan: planWith(leaf('token')), configFile: { token: 'sesame-open' } });
    expect([given.unsearched, given.wanted]).toEqual([[], [{ name: 'the root config', value: 'sesame-open' }]]);
  });

  it('of the environment are those that sound like it', async () => {
    const env = {
      MY_API_KEY: 'sesame-open',
      PASSWORD: 'abc',
      PWD: '/home/somebody',
      TOKEN: 'secret://v/k',
      GREETING: 'good morning',
    };
    const { wanted, skipped } = await known({ env });
    expect([wanted, skipped]).toEqual([[{ name: 'MY_API_KEY', value: 'sesame-open' }], ['PASSWORD']]);
  });
});
