/** A file of tests. In: its text. Out: its tests, each with everything that holds for it, or undefined after a fault was reported. */
import { isObject, type JsonObject } from '../../base/json.ts';
import type { Range } from '../../base/span.ts';
import type { SourceText } from '../../base/text.ts';
import * as D from '../../diagnostics/catalogue/test.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { ObjectNode, SyntaxNode } from '../../ir/syntax.ts';
import {
  type Cursor,
  type DecodedText,
  type Fields,
  fieldsOf,
  itemsOf,
  namesOf,
  textOf,
  wrongType,
} from '../../language/decode/cursor.ts';
import { parseSyntax } from '../../language/syntax/parse.ts';
import { toJson } from '../../language/syntax/to-json.ts';
import { type TestReporter, testReporter } from './cursor.ts';
import { type Expectations, readExpectations } from './expect.ts';

export interface Setting {
  readonly scenario: Scenario;
  /** Root config. */
  readonly config?: JsonObject;
  /** Policies that run already, as with `--policy`: URL by name. */
  readonly policies: ReadonlyMap<string, { readonly url: string; readonly range: Range }>;
}
/** A path from the folder of the file, or the manifest itself. */
export type Scenario =
  | { readonly kind: 'path'; readonly path: string; readonly range: Range }
  | { readonly kind: 'inline'; readonly range: Range };

export interface PolicyTest {
  readonly name: string;
  readonly nameRange: Range;
  readonly setting: Setting;
  /** Absent when there is nothing under `expect`. */
  readonly expect?: Expectations;
}

export interface TestFile {
  readonly source: SourceText;
  /** Manifests that stand in the file, by the path at which others find them. */
  readonly manifests: ReadonlyMap<string, Range>;
  readonly tests: readonly PolicyTest[];
}

export const fileFields = ['$schema', 'version', 'manifests', 'scenario', 'config', 'policies', 'tests'] as const;
export const testFields = ['name', 'scenario', 'config', 'policies', 'expect'] as const;

/** The syntax of the file must have been loaded. */
export function readTestFile(source: SourceText, sink: Sink): TestFile | undefined {
  let faults = 0;
  const ctx = testReporter(source.file, (diagnostic) => {
    faults++;
    sink.report(diagnostic);
  });
  const node = parseSyntax(source, sink);
  if (!node) return undefined;
  const fields = fieldsOf(ctx, { node, path: '' }, { known: fileFields, required: ['tests'] });
  if (!fields) return undefined;
  textOf(ctx, fields.get('$schema'));
  checkVersion(ctx, fields.get('version'));
  const shared = readSetting(ctx, fields);
  const manifests = new Map(
    namesOf(ctx, fields.get('manifests')).flatMap((item) =>
      item.node.kind === 'object'
        ? [[item.name, item.node.range] as const]
        : (wrongType(ctx, item, 'a manifest') ?? []),
    ),
  );
  const tests = itemsOf(ctx, fields.get('tests')).flatMap((item) => readTest(ctx, item, shared) ?? []);
  refuseTwins(ctx, tests);
  if (fields.get('tests')?.node.kind === 'array' && tests.length === 0 && faults === 0)
    ctx.report('invalid-value', fields.key('tests') ?? node.range, 'tests', 'there is no test in this file');
  return faults > 0 ? undefined : { source, manifests, tests };
}

function checkVersion(ctx: TestReporter, cursor: Cursor | undefined): void {
  if (!cursor) return;
  const { node } = cursor;
  if (node.kind !== 'number') wrongType(ctx, cursor, 'the number 1');
  else if (node.value !== 1)
    ctx.report('invalid-value', node.range, cursor.path, `tests of version ${node.text} cannot be read`, 'write `1`');
}

type Shared = Partial<Setting>;

function readSetting(ctx: TestReporter, fields: Fields): Shared {
  const scenario = readScenario(ctx, fields.get('scenario'));
  const config = readConfig(ctx, fields.get('config'));
  const given = fields.get('policies');
  const policies = new Map<string, { readonly url: string; readonly range: Range }>();
  for (const item of namesOf(ctx, given)) {
    const url = textOf(ctx, item);
    if (url && !isHttpUrl(url))
      ctx.report('invalid-value', url.range, item.path, `\`${url.value}\` is not an http or https URL`);
    else if (url) policies.set(item.name, { url: url.value, range: item.nameRange });
  }
  return { ...(scenario ? { scenario } : {}), ...(config ? { config } : {}), ...(given ? { policies } : {}) };
}

const isHttpUrl = ({ value }: DecodedText): boolean => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);

function readScenario(ctx: TestReporter, cursor: Cursor | undefined): Scenario | undefined {
  if (!cursor) return undefined;
  const { range } = cursor.node;
  if (cursor.node.kind === 'object') return { kind: 'inline', range };
  const path = textOf(ctx, cursor, 'a path, or a manifest');
  return path && { kind: 'path', path: path.value, range };
}

function readConfig(ctx: TestReporter, cursor: Cursor | undefined): JsonObject | undefined {
  if (!cursor) return undefined;
  const value = toJson(cursor.node);
  return isObject(value) ? value : wrongType(ctx, cursor, 'an object');
}

function readTest(ctx: TestReporter, cursor: Cursor, shared: Shared): PolicyTest | undefined {
  const fields = fieldsOf(ctx, cursor, { known: testFields, required: ['name'] });
  const name = textOf(ctx, fields?.get('name'));
  if (!fields) return undefined;
  const setting = { policies: new Map(), ...shared, ...readSetting(ctx, fields) };
  const { scenario } = setting;
  if (!scenario && !fields.get('scenario'))
    ctx.report(
      'missing-field',
      name?.range ?? cursor.node.range,
      cursor.path,
      'this test has no scenario',
      'write `scenario: ./scenario.yaml` into the test, or at the top of the file for all tests',
    );
  const expected = fields.get('expect');
  const expect = expected && !saysNothing(expected.node) ? readExpectations(ctx, expected) : undefined;
  if (!scenario || !name) return undefined;
  return {
    name: name.value,
    nameRange: name.range,
    setting: { ...setting, scenario },
    ...(expect ? { expect } : {}),
  };
}

/** `expect:` and nothing after it. */
const saysNothing = (node: SyntaxNode): boolean =>
  node.kind === 'null' || (node.kind === 'object' && (node as ObjectNode).entries.length === 0);

function refuseTwins(ctx: TestReporter, tests: readonly PolicyTest[]): void {
  const seen = new Set<string>();
  for (const { name, nameRange } of tests) {
    if (seen.has(name))
      ctx.report(
        'duplicate-name',
        nameRange,
        'tests',
        `two tests are called \`${name}\``,
        'give each a name of its own',
      );
    seen.add(name);
  }
}

/** Everything of a text but one range becomes blank, so that a manifest inside it keeps its places. */
export function onlyRange(text: string, { start, end }: Range): string {
  const blank = (part: string): string => part.replace(/[^\r\n]/g, ' ');
  return `${blank(text.slice(0, start))}${text.slice(start, end)}${blank(text.slice(end))}`;
}

/** A test without an assertion. */
export const assertsNothing = (file: string, { name, nameRange }: PolicyTest): ReturnType<typeof D.noAssertion> =>
  D.noAssertion({ test: name }, { at: { file, range: nameRange } });
