/** Does the published schema say of a manifest what headgate says of it? */
import { Ajv, type ValidateFunction } from 'ajv';
import type { JsonValue } from '../../src/base/json.ts';
import type { Range } from '../../src/base/span.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { createSink } from '../../src/diagnostics/sink.ts';
import type { SyntaxNode } from '../../src/ir/syntax.ts';
import { quotedReference } from '../../src/language/manifest-schema/patterns.ts';
import { loadMetaschema } from '../../src/language/schema/metaschema.ts';
import { toJson } from '../../src/language/syntax/to-json.ts';
import { createParser } from '../../src/phases/1-parse/index.ts';
import { checkManifest } from '../../src/phases/3-check/index.ts';

await loadMetaschema();

const parser = createParser();

/** What editors read beside JSON Schema. */
export const editorKeywords: readonly string[] = [
  'markdownDescription',
  'patternErrorMessage',
  'errorMessage',
  'deprecationMessage',
  'defaultSnippets',
  'doNotSuggest',
  'enumDescriptions',
];

/** Strict: a keyword that nobody knows is a mistake. Formats are notes. */
export const compileSchema = (schema: JsonValue): ValidateFunction =>
  new Ajv({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    validateFormats: false,
    logger: false,
    keywords: [...editorKeywords],
  }).compile(schema as object);

/** An error that no JSON Schema can see, so that a manifest with no other is accepted. */
export interface Beyond {
  readonly code: string;
  readonly reason: string;
  /** Only some of the errors with this code; `node` is what they are about. */
  readonly only?: (message: string, node: SyntaxNode | undefined) => boolean;
}

const quoted = new RegExp(quotedReference, 'u');
const isCommandLine = (message: string): boolean => /^`program\.(?:args|entrypoint)(?:\[\d+\]\.argv)?`: /.test(message);
/** A whole number within the bounds of every field. */
const fitsAnywhere = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= 65_535;

const names = 'what a name refers to stands elsewhere in the manifest';
const equal = 'whether two entries of a list are alike in one field';

export const beyond: readonly Beyond[] = [
  { code: 'check/control-in-name', reason: 'which characters turn the direction of text is no matter of form' },
  { code: 'parse/duplicate-field', reason: 'JSON has no second field of one name; editors warn of it themselves' },
  { code: 'parse/duplicate-name', reason: 'the same' },
  {
    code: 'parse/wrong-type',
    reason: '`8080.0` and `8080` are one number in JSON',
    only: (message, node) =>
      message.endsWith('expected an integer, found a number') && node?.kind === 'number' && fitsAnywhere(node.value),
  },
  {
    code: 'parse/invalid-value',
    reason: 'whether the host of a URL is one',
    only: (message) => /invalid manifest reference `[^`]/.test(message),
  },
  {
    code: 'parse/invalid-interpolation',
    reason: 'what quotes and backslashes inside of `${…}` make of it in a command line',
    only: (message, node) => isCommandLine(message) && node?.kind === 'string' && quoted.test(node.value),
  },
  {
    code: 'check/invalid-config-schema',
    reason: 'where `$ref` leads, and whether a `pattern` is a regular expression that headgate takes',
    only: (message, node) =>
      /leads to nothing|leads back to itself|too many to analyse|is not a regular expression/.test(message) ||
      (message.includes('start with `#/`') && node?.kind === 'string' && node.value.startsWith('#/')),
  },
  { code: 'check/ambiguous-capability-name', reason: names },
  { code: 'check/unknown-policy-use', reason: names },
  { code: 'check/unknown-environment-extends', reason: names },
  { code: 'check/environment-cycle', reason: names },
  { code: 'check/unknown-component-environment', reason: names },
  { code: 'check/unknown-use-environment', reason: names },
  { code: 'check/unknown-binding-child', reason: names },
  { code: 'check/unknown-binding-source', reason: names },
  { code: 'check/unknown-binding-resource', reason: names },
  { code: 'check/unknown-export-child', reason: names },
  { code: 'check/unknown-export-target', reason: names },
  { code: 'check/invalid-child-template', reason: names },
  { code: 'check/unknown-endpoint', reason: names },
  { code: 'check/invalid-mount-config-path', reason: names },
  { code: 'check/unknown-mount-slot', reason: names },
  { code: 'check/mount-slot-requires-storage', reason: names },
  { code: 'check/unknown-mount-resource', reason: names },
  { code: 'check/duplicate-endpoint-name', reason: equal },
  { code: 'check/duplicate-mount-name', reason: equal },
  { code: 'check/duplicate-mount-path', reason: equal },
];

const byCode: ReadonlyMap<string, Beyond> = new Map(beyond.map((entry) => [entry.code, entry]));

/** What stands at a range; an alias stands for many, and for this the first will do. */
function nodeAt(root: SyntaxNode, { start, end }: Range): SyntaxNode | undefined {
  const open: SyntaxNode[] = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.range.start === start && node.range.end === end) return node;
    if (node.kind === 'object') open.push(...node.entries.map((entry) => entry.value));
    if (node.kind === 'array') open.push(...node.items);
  }
  return undefined;
}

export interface Judgement {
  /** Errors of phases 1 and 3 that the schema must see. */
  readonly visible: readonly Diagnostic[];
  /** And those that it cannot see. */
  readonly invisible: readonly Diagnostic[];
  readonly accepted: boolean;
  readonly manifest: JsonValue;
}

/** Undefined for a text that is no YAML or JSON5. `prepareParser` must have been awaited. */
export function judgeText(file: string, text: string, validate: ValidateFunction): Judgement | undefined {
  const root = parser.syntax({ file, text }, createSink());
  return root && judge(root, validate);
}

/** Texts of `{file}` are left out: only the manifest itself is judged. */
export function judge(root: SyntaxNode, validate: ValidateFunction): Judgement {
  const sink = createSink();
  const decoded = parser.decode({ file: 'manifest', text: '' }, root, new Map(), sink);
  if (decoded) checkManifest(decoded, sink);
  const manifest = toJson(root);
  const errors = sink.diagnostics.filter(({ severity }) => severity === 'error');
  const isBeyond = ({ code, message, at }: Diagnostic): boolean => {
    const entry = byCode.get(code);
    return entry !== undefined && (entry.only?.(message, at && nodeAt(root, at.range)) ?? true);
  };
  return {
    visible: errors.filter((error) => !isBeyond(error)),
    invisible: errors.filter(isBeyond),
    accepted: validate(manifest),
    manifest,
  };
}

/** The law, both ways; undefined where it holds. */
export function disagreement({ visible, accepted }: Judgement, validate: ValidateFunction): string | undefined {
  if (accepted && visible.length > 0)
    return `the schema accepts what headgate refuses:\n${visible.map((e) => `  ${e.code}: ${e.message}`).join('\n')}`;
  if (accepted || visible.length > 0) return undefined;
  const errors = (validate.errors ?? []).map((e) => `  ${e.instancePath} ${e.schemaPath}: ${e.message}`);
  return `the schema refuses what headgate accepts:\n${errors.join('\n')}`;
}
