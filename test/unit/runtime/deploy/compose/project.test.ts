import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { placeOfUrl, projectOf, secretFiles, variablesOf } from '../../../../../src/runtime/deploy/compose/project.ts';
import { freePrefix } from '../../../../../src/runtime/deploy/compose/subnet.ts';
import { composeOf, planOf } from '../../../../support/compose.ts';

const config = {
  type: 'object',
  properties: { token: { type: 'string', secret: true }, title: { type: 'string' } },
  required: ['token', 'title'],
};
const manifests = new Map([
  [
    'scenario.json5',
    JSON.stringify({
      manifest_version: '0.4.0',
      config_schema: config,
      slots: { db: { kind: 'http' } },
      components: { a: { manifest: './a.json5', config: { token: '${config.token}', title: '${config.title}' } } },
      bindings: [{ to: '#a.db', from: 'slots.db', weak: true }],
      exports: { site: '#a.out' },
    }),
  ],
  [
    'a.json5',
    JSON.stringify({
      manifest_version: '0.4.0',
      config_schema: config,
      slots: { db: { kind: 'http' } },
      resources: { data: { kind: 'storage' }, tmp: { kind: 'storage', params: { retention: 'ephemeral' } } },
      program: {
        image: 'acme/a:1',
        entrypoint: ['/a', '${slots.db.url}'],
        env: { TOKEN: '${config.token}', TITLE: '${config.title}' },
        mounts: [
          { path: '/data', from: 'resources.data' },
          { path: '/tmp/x', from: 'resources.tmp' },
        ],
        network: { endpoints: [{ name: 'http', port: 8080 }] },
      },
      provides: { out: { kind: 'http', endpoint: 'http' } },
      exports: { out: 'provides.out' },
    }),
  ],
]);

describe('the project of a run', () => {
  it('has volumes of the scenario for what is kept, and leaves everything else as it was written', async () => {
    const plan = await planOf(manifests);
    const { files } = composeOf(plan);
    const { files: changed, kept } = projectOf(files, plan, 'abc');
    expect(kept).toEqual([{ volume: 'a.data', name: 'headgate_abc_a.data', moniker: '/a' }]);
    const [before, after] = [parse(files.get('compose.yaml') ?? ''), parse(changed.get('compose.yaml') ?? '')];
    expect(after.volumes).toEqual({ ...before.volumes, 'a.data': { external: true, name: 'headgate_abc_a.data' } });
    expect(before.volumes['a.tmp']).toHaveProperty('driver_opts');
    expect({ ...after, volumes: null }).toEqual({ ...before, volumes: null });
  });

  it('is held against the plan once more', async () => {
    const plan = await planOf(manifests);
    const { files } = composeOf(plan);
    const open = new Map([
      ...files,
      [
        'gate/haproxy.cfg',
        `${files.get('gate/haproxy.cfg')}\nlisten a:9\n  bind "1.2.3.4:9"\n  server to "1.2.3.4:9"\n`,
      ],
    ]);
    expect(() => projectOf(open, plan, 'abc')).toThrow('the project is not what the plan says');
  });

  it('is given values by variables, and secrets by files alone', async () => {
    const plan = await planOf(manifests);
    const { files } = composeOf(plan);
    const root = { token: 's3$"', title: 'a $b\nc' };
    const values = {
      root,
      externals: { db: 'host.docker.internal:5432' },
      exportPorts: { site: 4711 },
      prefix: '10.200',
      sourceFolder: '/src',
    };
    expect(variablesOf(plan, values)).toEqual({
      HEADGATE_CONFIG_TITLE: 'a $b\nc',
      HEADGATE_SLOT_DB: 'host.docker.internal:5432',
      HEADGATE_EXPORT_SITE: '4711',
      HEADGATE_SUBNET: '10.200',
      HEADGATE_SOURCE: '/src',
    });
    expect([...secretFiles(files, plan, root)]).toEqual([['secrets/token', 's3$"']]);
  });

  it.each([
    ['http://127.0.0.1:5432', 'host.docker.internal:5432'],
    ['http://localhost', 'host.docker.internal:80'],
    ['tcp://db.example:6379', 'db.example:6379'],
    ['http://example.com/path', undefined],
    ['https://example.com', undefined],
    ['tcp://example.com', undefined],
    ['secret://vault/key', undefined],
  ])('leads %s to %s', (url, place) => expect(placeOfUrl(url)).toBe(place));
});

describe('addresses of a project', () => {
  it('begin with the usual two numbers, where nobody has them', () =>
    expect(freePrefix(['172.17.0.0/16'])).toBe('10.213'));
  it.each([
    [['10.213.0.8/29'], '10.214'],
    [['10.213.4.1/32', '10.214.0.0/15'], '10.216'],
    [['10.0.0.0/8'], undefined],
    [['fd00::/8', 'nonsense'], '10.213'],
  ] as const)('avoid %s', (taken, prefix) => expect(freePrefix(taken)).toBe(prefix));
});
