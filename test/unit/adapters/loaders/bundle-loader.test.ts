import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type OpenedBundle, openBundle } from '../../../../src/adapters/loaders/bundle-loader.ts';
import { createMemoryLoader } from '../../../../src/adapters/loaders/memory-loader.ts';
import { digestOf } from '../../../../src/base/digest.ts';
import { type CompileResult, compile } from '../../../../src/compile.ts';
import { createStubPolicyClient } from '../../../support/stub-policy-client.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const program = 'manifest_version: "0.4.0"\nprogram: { path: /bin/sh, args: [-c, { file: ./run.sh }] }\n';
const files = {
  'scenario.yaml': 'manifest_version: "0.4.0"\ncomponents: { a: ./a.yaml, b: ./b.yaml }\n',
  'a.yaml': program,
  'b.yaml': `${program}metadata: { note: other }\n`,
  'run.sh': 'echo "\u2028 \\"\n',
};

async function bundleOf(sources: Readonly<Record<string, string>>, base = 'file:///home/u/p/'): Promise<string> {
  const loader = createMemoryLoader(new Map(Object.entries(sources).map(([path, text]) => [base + path, text])));
  const policyClient = createStubPolicyClient(new Map());
  const { compiled } = await compile({ input: `${base}scenario.yaml`, baseDir: base, loader, policyClient });
  return temp.lay(Object.fromEntries(compiled?.emit('bundle') ?? []));
}

const open = (folder: string): Promise<OpenedBundle> => openBundle(folder, 'shop');
const codes = ({ diagnostics }: OpenedBundle): readonly string[] => diagnostics.map((d) => d.code);
const messages = ({ diagnostics }: OpenedBundle): string => diagnostics.map((d) => d.message).join('\n');

async function compileBundle(folder: string): Promise<CompileResult> {
  const { bundle, diagnostics } = await open(folder);
  expect(diagnostics).toEqual([]);
  if (!bundle) throw new Error('no bundle');
  const { rootUrl: input, baseDir, loader } = bundle;
  return compile({ input, baseDir, loader, policyClient: createStubPolicyClient(new Map()) });
}

interface Index {
  root_url: string;
  requests: { url: string; digest: string }[];
}
const edit = (folder: string, name: string, change: (text: string) => string): void => {
  const path = join(folder, name);
  writeFileSync(path, change(readFileSync(path, 'utf8')));
};
const editIndex = (folder: string, change: (index: Index) => unknown): void =>
  edit(folder, 'bundle.json', (text) => JSON.stringify(change(JSON.parse(text) as Index)));
const nameOf = (digest: string): string => `${Buffer.from(digest.slice(7), 'base64').toString('base64url')}.json5`;
const digestIn = (folder: string, url: string): string => {
  const { requests } = JSON.parse(readFileSync(join(folder, 'bundle.json'), 'utf8')) as Index;
  return requests.find((request) => request.url === url)?.digest ?? '';
};
const manifestPath = (folder: string, url: string): string => join(folder, 'manifests', nameOf(digestIn(folder, url)));

describe('a bundle', () => {
  it('tells where the text of each source lies', async () => {
    const folder = await bundleOf(files);
    const { bundle } = await open(folder);
    expect(bundle?.rootUrl).toBe('bundle:///scenario.yaml');
    expect(bundle?.baseDir).toBe('bundle:///');
    const shared = nameOf(digestIn(folder, 'bundle:///a.yaml'));
    expect([...(bundle?.files ?? [])]).toEqual([
      ['a.yaml', `shop/manifests/${shared}`],
      ['b.yaml', `shop/manifests/${shared.replace('.json5', '.2.json5')}`],
      ['scenario.yaml', `shop/manifests/${nameOf(digestIn(folder, 'bundle:///scenario.yaml'))}`],
    ]);
  });

  it('keeps metadata apart that one digest covers, and files by name', async () => {
    const { compiled } = await compileBundle(await bundleOf(files));
    expect(compiled?.plan.components.map((c) => c.metadata)).toEqual([null, null, { note: 'other' }]);
    expect(compiled?.plan.sources.map((s) => `${s.kind} ${s.name}`)).toEqual([
      'manifest a',
      'manifest b',
      'sidecar run.sh',
      'manifest scenario',
    ]);
  });

  it('keeps every value as it was written', async () => {
    const value = `{ big: 12345678901234567890, small: -0.0, float: 1.0, huge: 1e300, hex: 0x10, "__proto__": { a: [] },
      "": null, "line\\u2028": "\\ud83d\\ude00 \\u0000 \\\\ \\"", twice: 1, twice: 2, "${'k'.repeat(2_000)}": true }`;
    const text = `{ manifest_version: "0.4.0", config_schema: { type: "object", properties: { a: { default: ${value} } } }, metadata: ${value} }`;
    const folder = await bundleOf({
      'scenario.yaml': files['a.yaml'].replace('./run.sh', './a.json5'),
      'a.json5': text,
    });
    const whole = await bundleOf({
      'scenario.yaml': 'manifest_version: "0.4.0"\ncomponents: { a: ./a.json5 }\n',
      'a.json5': text,
    });
    const [as] = (await compileBundle(folder)).compiled?.plan.sources ?? [];
    expect(as?.digest).toBe(digestOf(text));
    const manifest = readFileSync(manifestPath(whole, 'bundle:///a.json5'), 'utf8');
    for (const written of [
      '12345678901234567890',
      '-0.0',
      '1.0',
      '1e300',
      '"twice": 2',
      '"__proto__"',
      '\\u0000',
      '\u2028',
    ])
      expect(manifest.split(written).length - 1, written).toBe(2);
    expect((await compileBundle(whole)).diagnostics.map((d) => d.code)).not.toContain('parse/invalid-value');
  });

  it('puts the text of a file nowhere but in a program', async () => {
    const folder = await bundleOf({
      'scenario.yaml': [
        'manifest_version: "0.4.0"',
        'metadata: { kept: &kept { file: ./run.sh } }',
        'program:',
        '  path: /bin/sh',
        '  env: &env { file: ./run.sh }',
        '  args: [*kept, *env, { arg: { file: ./run.sh } }]',
        '',
      ].join('\n'),
      'run.sh': 'TEXT',
    });
    const manifest = JSON.parse(readFileSync(manifestPath(folder, 'bundle:///scenario.yaml'), 'utf8')) as object;
    expect(manifest).toEqual({
      manifest_version: '0.4.0',
      metadata: { kept: { file: './run.sh' } },
      program: { path: '/bin/sh', env: { file: './run.sh' }, args: ['TEXT', 'TEXT', { arg: 'TEXT' }] },
    });
    expect((await compileBundle(folder)).compiled).toBeDefined();
  });

  it('serves nothing that it does not list, wherever that is', async () => {
    const { bundle } = await open(await bundleOf(files));
    const limits = { maxBytes: 1 << 20 };
    for (const url of ['bundle:///run.sh', 'file:///etc/passwd', 'https://example.org/', 'bundle:///../scenario.yml']) {
      expect(await bundle?.loader.load(url, limits), url).toMatchObject({ ok: false, failure: { kind: 'not-found' } });
    }
    expect(await bundle?.loader.load('bundle:///a.yaml', limits)).toMatchObject({ ok: true });
  });

  it('may be called anything, as long as the content is right', async () => {
    const folder = await bundleOf(files);
    const digest = digestIn(folder, 'bundle:///scenario.yaml');
    const path = manifestPath(folder, 'bundle:///scenario.yaml');
    const hex = Buffer.from(digest.slice(7), 'base64').toString('hex');
    renameSync(path, join(dirname(path), `sha256-${hex}.json`));
    expect(codes(await open(folder))).toEqual([]);
    renameSync(join(dirname(path), `sha256-${hex}.json`), join(dirname(path), 'root manifest.json5'));
    expect(codes(await open(folder))).toEqual([]);
  });

  it('of the reference, with the URLs of the machine it was made on', async () => {
    const folder = await bundleOf(files);
    const was = (await compileBundle(folder)).compiled?.planText;
    rmSync(join(folder, 'sources.json'));
    edit(folder, 'bundle.json', (text) => text.replaceAll('bundle:///', 'file:///home/u/p/'));
    const { compiled } = await compileBundle(folder);
    const { sources, ...rest } = compiled?.plan ?? {};
    const { sources: before, ...same } = JSON.parse(was ?? '{}') as typeof rest & { sources: unknown[] };
    // Without the notes nobody knows which texts were files, and that one of two manifests had metadata of its own.
    expect(before.filter((s) => (s as { kind: string }).kind === 'manifest')).toEqual(sources);
    const plain = (plan: object): object =>
      JSON.parse(JSON.stringify(plan).replace('{"note":"other"}', 'null')) as object;
    expect(plain({ ...rest, planDigest: '' })).toEqual(plain({ ...same, planDigest: '' }));
    const { components } = JSON.parse([...(compiled?.emit('ir').values() ?? [])].join()) as {
      components: { resolved_url: string }[];
    };
    expect(components.map((c) => c.resolved_url).join(), 'no folder of this machine').not.toContain('file:');
  });
});

describe('a broken bundle', () => {
  type Broken = readonly [what: string, damage: (folder: string) => void, codes: readonly string[], message?: RegExp];
  const broken: readonly Broken[] = [
    ['no JSON', (f) => writeFileSync(join(f, 'bundle.json'), '{ "schema": '), ['parse/json5-syntax']],
    ['an array', (f) => writeFileSync(join(f, 'bundle.json'), '[]'), ['resolve/bundle-invalid']],
    ['no UTF-8', (f) => writeFileSync(join(f, 'bundle.json'), Buffer.from([0xff])), ['resolve/bundle-unreadable']],
    ['nested too deep', (f) => writeFileSync(join(f, 'bundle.json'), '['.repeat(1000)), ['parse/too-deep']],
    ['a version in words', (f) => edit(f, 'bundle.json', (t) => t.replace('1', '"1"')), ['resolve/bundle-invalid']],
    [
      'a version with a fraction',
      (f) => edit(f, 'bundle.json', (t) => t.replace('1', '1.5')),
      ['resolve/bundle-version'],
    ],
    [
      'no requests',
      (f) => editIndex(f, ({ root_url }) => ({ schema: 'amber.bundle', version: 1, root_url })),
      ['resolve/bundle-invalid'],
    ],
    [
      'requests that are an object',
      (f) => editIndex(f, (index) => ({ ...index, requests: {} })),
      ['resolve/bundle-invalid'],
    ],
    ['an unknown field', (f) => editIndex(f, (index) => ({ ...index, layers: [] })), ['resolve/bundle-invalid']],
    [
      'a link in the place of bundle.json',
      (f) => {
        renameSync(join(f, 'bundle.json'), join(f, 'real.json'));
        symlinkSync('real.json', join(f, 'bundle.json'));
      },
      ['resolve/bundle-unreadable'],
      /symbolic link/,
    ],
    [
      'a link that leads out of it',
      (f) => {
        rmSync(manifestPath(f, 'bundle:///scenario.yaml'));
        symlinkSync('/etc/hostname', manifestPath(f, 'bundle:///scenario.yaml'));
      },
      ['resolve/bundle-unreadable'],
      /symbolic link/,
    ],
    [
      'a link in the place of the folder',
      (f) => {
        renameSync(join(f, 'manifests'), join(f, 'real'));
        symlinkSync('real', join(f, 'manifests'));
      },
      ['resolve/bundle-unreadable'],
      /symbolic link/,
    ],
    [
      'a folder in the place of a manifest',
      (f) => {
        rmSync(manifestPath(f, 'bundle:///scenario.yaml'));
        mkdirSync(manifestPath(f, 'bundle:///scenario.yaml'));
      },
      ['resolve/bundle-unreadable'],
    ],
    [
      'a manifest of a hundred megabytes',
      (f) => truncateSync(manifestPath(f, 'bundle:///scenario.yaml'), 100 << 20),
      ['resolve/bundle-unreadable'],
      /more than 64 MiB/,
    ],
    [
      'an index of a hundred megabytes',
      (f) => truncateSync(join(f, 'bundle.json'), 100 << 20),
      ['resolve/bundle-unreadable'],
    ],
    ['no manifests at all', (f) => rmSync(join(f, 'manifests'), { recursive: true }), ['resolve/bundle-unreadable']],
    [
      'notes of another version',
      (f) => edit(f, 'sources.json', (t) => t.replace('1', '9')),
      ['resolve/bundle-version'],
    ],
    [
      'notes of another kind',
      (f) => edit(f, 'sources.json', (t) => t.replace('.sources', '')),
      ['resolve/bundle-schema'],
    ],
    [
      'notes with a path',
      (f) => edit(f, 'sources.json', (t) => t.replace(/"text": ".*"/, '"text": "../../evil.json5"')),
      ['resolve/bundle-invalid'],
      /not the name of a file/,
    ],
    [
      'notes that name a file that is not there',
      (f) => edit(f, 'sources.json', (t) => t.replace(/\.2\.json5/, '.3.json5')),
      ['resolve/bundle-missing-manifest'],
    ],
    [
      'notes of what is not in it',
      (f) => edit(f, 'sources.json', (t) => t.replaceAll('/b.yaml', '/c.yaml')),
      ['resolve/bundle-invalid'],
      /not among the requests/,
    ],
    [
      'notes that give a manifest another text',
      (f) =>
        edit(f, 'sources.json', (t) =>
          t.replace(/"text": ".*"/, `"text": "${nameOf(digestIn(f, 'bundle:///scenario.yaml'))}"`),
        ),
      ['resolve/bundle-digest-mismatch'],
    ],
    [
      'notes that claim a file',
      (f) => edit(f, 'sources.json', (t) => t.replace(/sha256:[^"]+/, `sha256:${'A'.repeat(43)}=`)),
      ['resolve/bundle-invalid'],
      /no text in the program/,
    ],
  ];

  it.each(broken.map((one) => [one[0], one] as const))('%s', async (_, [, damage, expected, message = /./]) => {
    const folder = await bundleOf(files);
    damage(folder);
    const opened = await open(folder);
    expect(codes(opened)).toEqual(expected);
    expect(messages(opened)).toMatch(message);
    expect(opened.bundle).toBeUndefined();
  });

  it('reports every manifest that is not as it was, once', async () => {
    const folder = await bundleOf(files);
    for (const url of ['bundle:///scenario.yaml', 'bundle:///a.yaml']) {
      const path = manifestPath(folder, url);
      writeFileSync(path, readFileSync(path, 'utf8').replace('0.4.0', '0.4.1'));
    }
    expect(codes(await open(folder))).toEqual(['resolve/bundle-digest-mismatch', 'resolve/bundle-digest-mismatch']);
  });

  it('that refers to files is told so when it is compiled', async () => {
    const folder = await bundleOf(files);
    const path = manifestPath(folder, 'bundle:///a.yaml');
    rmSync(join(folder, 'sources.json'));
    writeFileSync(path, '{ manifest_version: "0.4.0", program: { path: "/bin/sh", args: [{ file: "/etc/passwd" }] } }');
    const { diagnostics } = await compileBundle(folder);
    expect(diagnostics.map((d) => d.code)).toEqual(['resolve/file-reference', 'resolve/file-reference']);
  });
});
