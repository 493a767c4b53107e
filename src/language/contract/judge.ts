/** Whether a text is a contract, a record or the manifest of a support bundle. What is compiled from the published schema decides; only a document that does not fit is walked. */
import { invariant } from '../../base/invariant.ts';
import { at, emptyRange } from '../../base/span.ts';
import { suggest } from '../../base/suggest.ts';
import type { SourceText } from '../../base/text.ts';
import * as D from '../../diagnostics/catalogue/contract.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { SyntaxNode } from '../../ir/syntax.ts';
import { fits as fitsBundle } from '../generated/bundle.js';
import { fits as fitsContract } from '../generated/contract.js';
import { fits as fitsRecord } from '../generated/record.js';
import { isEmptyText, parseJsonText, parseSyntax } from '../syntax/parse.ts';
import { toJson } from '../syntax/to-json.ts';
import type { Schema } from './build.ts';
import { bundleSchema } from './bundle-schema.ts';
import { contractSchema } from './contract-schema.ts';
import { type ContractFault, explain, hasTwins, type Tell } from './explain.ts';
import { recordSchema } from './record-schema.ts';
import { senseOfRecord } from './record-sense.ts';
import { bundleKind, bundleVersion, contractKind, contractVersion, recordKind, recordVersion } from './vocabulary.ts';

interface Form {
  readonly kind: string;
  readonly version: string;
  readonly schema: Schema;
  readonly fits: (value: unknown) => boolean;
  /** What its schema does not say, of a document that fits; only forms of our own have more than their schema. */
  readonly sense?: (node: SyntaxNode, tell: Tell) => void;
}

const contract: Form = { kind: contractKind, version: contractVersion, schema: contractSchema, fits: fitsContract };
/** By `kind` of the document. */
const forms: readonly Form[] = [
  contract,
  { kind: recordKind, version: recordVersion, schema: recordSchema, fits: fitsRecord, sense: senseOfRecord },
  { kind: bundleKind, version: bundleVersion, schema: bundleSchema, fits: fitsBundle },
];
const known = forms.map(({ kind }) => kind);

const definitions: Readonly<Record<ContractFault, typeof D.invalidValue>> = {
  'unknown-field': D.unknownField,
  'wrong-type': D.wrongType,
  'missing-field': D.missingField,
  'duplicate-field': D.duplicateField,
  'invalid-value': D.invalidValue,
  'missing-item': D.missingItem,
  'duplicate-item': D.duplicateItem,
};

export interface Valid {
  readonly kind: string;
  readonly version: string;
}

/** Undefined after an error. The syntax of the file must have been loaded. */
export function judgeDocument(source: SourceText, sink: Sink): Valid | undefined {
  const node = parsed(source, sink);
  if (!node) return undefined;
  const named = kindIn(node);
  const form = forms.find(({ kind }) => kind === named?.value);
  let faults = 0;
  const tell: Tell = (fault, range, path, message, help) => {
    faults++;
    sink.report(definitions[fault]({ path, message }, { at: at(source.file, range), help }));
  };
  if (form?.fits(toJson(node)) && !hasTwins(node)) {
    form.sense?.(node, tell);
    return faults === 0 ? { kind: form.kind, version: form.version } : undefined;
  }
  if (form || !named) explain((form ?? contract).schema, node, tell);
  else explainOther(node, named, tell);
  invariant(faults > 0, 'a document that does not fit has a fault that can be told');
  return undefined;
}

/** What is called JSON is read as others read it: without comments, `NaN` and the like. */
function parsed(source: SourceText, sink: Sink): SyntaxNode | undefined {
  const { file, text } = source;
  if (isEmptyText(source)) {
    sink.report(D.notLoaded({ path: file, reason: 'there is nothing in it' }, { at: at(file, emptyRange) }));
    return undefined;
  }
  if (!file.endsWith('.json')) return parseSyntax(source, sink);
  const { node, error } = parseJsonText(text);
  if (node || !error) return node;
  const start = Math.min(error.offset, text.length);
  const place = { at: at(file, { start, end: Math.min(start + 1, text.length) }) };
  sink.report(D.notJson({ reason: error.message }, place));
  return undefined;
}

type Named = Extract<SyntaxNode, { readonly kind: 'string' }>;

/** Of a key that is given twice, the last counts. */
function kindIn(node: SyntaxNode): Named | undefined {
  const found = node.kind === 'object' ? node.entries.findLast(({ key }) => key === 'kind')?.value : undefined;
  return found?.kind === 'string' ? found : undefined;
}

/** Of a kind that nobody knows: what was probably meant is what the rest is held against. */
function explainOther(node: SyntaxNode, { value, range }: Named, tell: Tell): void {
  const near = suggest(value, known);
  const help =
    near === undefined ? `use ${known.map((kind) => `\`${kind}\``).join(' or ')}` : `did you mean \`${near}\`?`;
  tell('invalid-value', range, 'kind', `there is no kind \`${value}\` of document`, help);
  const meant = forms.find(({ kind }) => kind === near) ?? contract;
  explain(meant.schema, node, (fault, place, path, ...said) => {
    if (path !== 'kind') tell(fault, place, path, ...said);
  });
}
