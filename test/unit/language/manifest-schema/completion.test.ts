/** What the JSON service of VS Code makes of the published schema. Skipped where that package is not installed. */
import { describe, expect, test } from 'vitest';
import { manifestSchema } from '../../../../src/language/manifest-schema/manifest.ts';

/** What is used of the package. */
interface Service {
  readonly getLanguageService: (options: object) => {
    configure(settings: object): void;
    parseJSONDocument(document: TextDocument): unknown;
    doComplete(
      document: TextDocument,
      position: object,
      json: unknown,
    ): Promise<{ items: readonly { label: string }[] }>;
    doHover(document: TextDocument, position: object, json: unknown): Promise<{ contents: readonly string[] } | null>;
    doValidation(document: TextDocument, json: unknown): Promise<readonly { message: string; severity?: number }[]>;
  };
  readonly TextDocument: { create(uri: string, language: string, version: number, text: string): TextDocument };
}
interface TextDocument {
  positionAt(offset: number): object;
}

const name = 'vscode-json-languageservice';
const loaded = (await import(/* @vite-ignore */ name).catch(() => undefined)) as
  | (Service & { readonly default?: Service })
  | undefined;

describe.skipIf(!loaded)('in an editor', () => {
  const library = (loaded?.default ?? loaded) as Service;
  const service = loaded && library.getLanguageService({});
  service?.configure({
    validate: true,
    // A copy: the service resolves references in place, and would leave a schema that has no end.
    schemas: [{ uri: 'memory://manifest', fileMatch: ['*.json'], schema: structuredClone(manifestSchema) }],
  });

  /** `|` is where the cursor stands. */
  function open(text: string): { document: TextDocument; json: unknown; position: object } {
    const document = library.TextDocument.create('file:///scenario.json', 'json', 1, text.replace('|', ''));
    return { document, json: service?.parseJSONDocument(document), position: document.positionAt(text.indexOf('|')) };
  }
  async function labels(text: string): Promise<readonly string[]> {
    const { document, json, position } = open(text);
    return ((await service?.doComplete(document, position, json))?.items ?? []).map((item) => item.label).toSorted();
  }
  async function hover(text: string): Promise<string> {
    const { document, json, position } = open(text);
    return ((await service?.doHover(document, position, json))?.contents ?? []).join('\n');
  }
  async function messages(text: string): Promise<readonly string[]> {
    const { document, json } = open(text);
    return ((await service?.doValidation(document, json)) ?? []).map(({ message }) => message);
  }

  test.each([
    [
      '{ | }',
      ...['bindings', 'child_templates', 'components', 'config_schema', 'environments', 'experimental_features'],
      ...[
        'exports',
        'manifest_version',
        'metadata',
        'overlays',
        'policies',
        'program',
        'provides',
        'resources',
        'slots',
        'use',
      ],
    ],
    ['{ "manifest_version": | }', '"0.4.0"'],
    ['{ "program": { | } }', 'args', 'entrypoint', 'env', 'image', 'mounts', 'network', 'path', 'vm'],
    ['{ "program": { "path": "x", "args": [ { | } ] } }', 'arg', 'argv', 'each', 'file', 'join', 'when'],
    ['{ "program": { "path": "x", "mounts": [ { | } ] } }', 'each', 'from', 'name', 'path', 'when'],
    ['{ "slots": { "a": { | } } }', 'kind', 'multiple', 'optional', 'profile'],
    ['{ "provides": { "a": { | } } }', 'endpoint', 'kind', 'profile'],
    ['{ "bindings": [ { | } ] }', 'capability', 'from', 'slot', 'to', 'weak'],
    ['{ "components": { "a": { | } } }', 'config', 'digest', 'environment', 'manifest', 'url'],
    ['{ "experimental_features": [ | ] }', '"docker"', '"governance"', '"kvm"'],
    [
      '{ "bindings": [ { "from": | } ] }',
      '"#child.export"',
      '"framework.component"',
      '"provides.name"',
      '"resources.name"',
      '"slots.name"',
    ],
    ['{ "bindings": [ | ] }', 'from a child', 'from a slot'],
  ])('%s', async (text, ...expected) => {
    expect(await labels(text)).toEqual(expected);
  });

  test('kinds: storage is a slot, and never a provide', async () => {
    const kinds = ['"a2a"', '"component"', '"docker"', '"http"', '"kvm"', '"llm"', '"mcp"', '"storage"'];
    expect(await labels('{ "slots": { "a": { "kind": | } } }')).toEqual(kinds);
    expect(await labels('{ "provides": { "a": { "kind": | } } }')).toEqual(
      kinds.filter((kind) => kind !== '"storage"'),
    );
  });

  test('the profile of JSON Schema, and nothing outside of it', async () => {
    const keywords = await labels('{ "config_schema": { "type": "object", "properties": { "a": { | } } } }');
    expect(keywords).toEqual(expect.arrayContaining(['type', 'secret', 'default', 'properties', 'required']));
    expect(keywords.filter((keyword) => ['oneOf', 'anyOf', 'if', '$vocabulary'].includes(keyword))).toEqual([]);
  });

  test.each([
    ['{ "prog|ram": { "path": "x" } }', 'exactly one of `path`, `image` and `vm`'],
    ['{ "program": { "pa|th": "x" } }', 'relative path starts at the folder'],
    ['{ "slots": { "a": { "ki|nd": "http" } } }', 'anything that speaks HTTP'],
    ['{ "bindings": [ { "we|ak": true } ] }', 'does not wait'],
  ])('%s', async (text, said) => {
    expect(await hover(text)).toContain(said);
  });

  test.each([
    ['{ "manifest_version": "0.4.0" }', []],
    ['{ "manifest_version": "0.4.0", "progam": {} }', ['Property progam is not allowed.']],
    ['{ "manifest_version": "0.4.0", "program": {} }', ['A program has exactly one of `path`, `image` and `vm`.']],
    [
      '{ "manifest_version": "0.4.0", "program": { "path": "x", "entrypoint": ["y"] } }',
      ['`entrypoint` goes with `image`; a `path` takes `args`.'],
    ],
    [
      '{ "manifest_version": "0.1.0", "program": { "path": "x", "args": [{ "when": "slots.a", "arg": "y" }] } }',
      ['`when` needs manifest_version 0.2.0.'],
    ],
    [
      '{ "manifest_version": "0.4.0", "bindings": [{ "to": "#a.b", "from": "framework.docker" }] }',
      ['framework.docker needs "docker" in experimental_features.'],
    ],
    ['{ "manifest_version": "0.4.0", "exports": { "a": "self.b" } }', ['Value is deprecated']],
  ])('%s', async (text, expected) => {
    expect(await messages(text)).toEqual(expected);
  });
});
