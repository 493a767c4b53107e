/** Diagnostics as SARIF 2.1.0, the form of code scanning services. */
import { compareText } from '../../base/order.ts';
import type { Sources } from '../../base/text.ts';
import { resultsCut } from '../catalogue/cli.ts';
import { type Diagnostic, markedAt } from '../diagnostic.ts';
import type { TextFix } from '../fix.ts';
import { concealed } from './conceal.ts';
import { fingerprints, lineHashes, ruleId } from './fingerprint.ts';
import { createPlaces, type Places } from './sarif-places.ts';
import { codeOf, LEVELS, sarifRule } from './sarif-rules.ts';

export interface SarifOptions {
  /** Of headgate. */
  readonly version: string;
  /** The file of a problem that lies in no file. */
  readonly input: string;
  readonly fixesOf?: (diagnostic: Diagnostic) => readonly TextFix[];
  /** The page of a code in Markdown, for what its rule says. */
  readonly pageOf?: (code: string) => string | undefined;
  readonly informationUri?: string;
}

export interface Sarif {
  readonly text: string;
  /** How many diagnostics were left out. With any, the last result is an error that says so. */
  readonly cut: number;
}

/** GitHub refuses a run with more. */
export const MAX_RESULTS = 25_000;
/** In UTF-16 units, of all results. GitHub refuses a file of more than 10 MB when compressed, and results shrink to a tenth. */
export const MAX_TEXT = 80_000_000;
/** GitHub refuses a result with more. */
const MAX_LOCATIONS = 1000;
/** In UTF-16 units, of one message. */
const MAX_MESSAGE = 8000;

interface Context {
  readonly sources: Sources;
  readonly options: SarifOptions;
  readonly places: Places;
  readonly ruleIndex: (code: string) => number;
  readonly lineHash: (file: string, line: number) => string | undefined;
}

export function renderSarif(diagnostics: readonly Diagnostic[], texts: Sources, options: SarifOptions): Sarif {
  // Hashes tell what they are made of, where that is short.
  const sources = concealed(diagnostics, texts);
  const codes = [...new Set(diagnostics.map(ruleId))].sort(compareText);
  const places = createPlaces(sources);
  const context: Context = {
    sources,
    options,
    places,
    ruleIndex: indexOf(codes),
    lineHash: createLineHash(sources),
  };
  const kept = keptResults(diagnostics, context);
  const cut = diagnostics.length - kept.length;
  const results = kept.map(({ text }) => text);
  if (cut > 0) {
    const notice = resultsCut({ missing: cut, total: diagnostics.length }, {});
    results.push(result(notice, fingerprints([notice], sources)[0] as string, context));
    if (!codes.includes(notice.code)) codes.push(notice.code);
  }
  const { version, informationUri } = options;
  const driver = {
    name: 'headgate',
    version,
    semanticVersion: version,
    ...(informationUri === undefined ? {} : { informationUri }),
    rules: codes.map((id) => sarifRule(id, options.pageOf?.(codeOf(id)))),
  };
  return { text: document(driver, places.artifacts(), results), cut };
}

/** A code that comes later, which can be one only, stands behind the others. */
function indexOf(codes: readonly string[]): (code: string) => number {
  const known = new Map(codes.map((code, index) => [code, index]));
  const { size } = known;
  return (code) => known.get(code) ?? size;
}

/** One line for all rules, and for each artifact and result: it can be searched, and compared line by line. */
function document(driver: object, artifacts: readonly object[], results: readonly string[]): string {
  return [
    '{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{',
    `"tool":${JSON.stringify({ driver })},`,
    '"columnKind":"utf16CodeUnits",',
    `"artifacts":${list(artifacts.map((artifact) => JSON.stringify(artifact)))},`,
    `"results":${list(results)}`,
    '}]}',
    '',
  ].join('\n');
}

const list = (items: readonly string[]): string => (items.length === 0 ? '[]' : `[\n${items.join(',\n')}\n]`);

interface Kept {
  readonly index: number;
  readonly text: string;
}

/** Errors before warnings before the rest, as long as there is room; then in their own order again. */
function keptResults(diagnostics: readonly Diagnostic[], context: Context): readonly Kept[] {
  // With one over, a place goes to the notice.
  const room = diagnostics.length > MAX_RESULTS ? MAX_RESULTS - 1 : MAX_RESULTS;
  // Of all of them, so that a key does not depend on what is left out.
  const keys = fingerprints(diagnostics, context.sources);
  const kept: Kept[] = [];
  let size = 0;
  for (const level of ['error', 'warning', 'note'] as const) {
    for (const [index, d] of diagnostics.entries()) {
      if (LEVELS[d.severity] !== level) continue;
      if (kept.length >= room) return inOrder(kept);
      const text = result(d, keys[index] as string, context);
      size += text.length;
      if (size > MAX_TEXT) return inOrder(kept);
      kept.push({ index, text });
    }
  }
  return inOrder(kept);
}

const inOrder = (kept: readonly Kept[]): readonly Kept[] => [...kept].sort((a, b) => a.index - b.index);

function result(d: Diagnostic, key: string, context: Context): string {
  const { places, options } = context;
  const place = places.physical(markedAt(d) ?? { file: options.input, range: { start: 0, end: 0 } });
  const lineHash = d.at && context.lineHash(d.at.file, place.region.startLine);
  const fixes = sarifFixes(options.fixesOf?.(d) ?? [], places);
  const related = d.related.slice(0, MAX_LOCATIONS - 1);
  return JSON.stringify({
    ruleId: ruleId(d),
    ruleIndex: context.ruleIndex(ruleId(d)),
    level: LEVELS[d.severity],
    message: message(d.help === undefined ? d.message : `${d.message}\n\nhelp: ${d.help}`),
    locations: [{ physicalLocation: place, ...(d.label ? { message: message(d.label) } : {}) }],
    ...(related.length === 0
      ? {}
      : {
          relatedLocations: related.map((other, index) => ({
            id: index + 1,
            physicalLocation: places.physical(other.at),
            message: message(other.message),
          })),
        }),
    ...(fixes.length === 0 ? {} : { fixes }),
    partialFingerprints: {
      ...(lineHash === undefined ? {} : { primaryLocationLineHash: lineHash }),
      'headgate/v1': key,
    },
  });
}

function message(text: string): { readonly text: string } {
  if (text.length <= MAX_MESSAGE) return { text };
  return { text: `${text.slice(0, MAX_MESSAGE - 1).replace(/[\ud800-\udbff]$/, '')}…` };
}

/** Each once, as the schema wants it. */
function sarifFixes(fixes: readonly TextFix[], places: Places): readonly object[] {
  const distinct = new Map<string, object>();
  for (const fix of fixes) {
    const told = sarifFix(fix, places);
    if (told) distinct.set(JSON.stringify(told), told);
  }
  return [...distinct.values()];
}

/** Undefined for a fix that changes nothing, or a file whose text is not there. */
function sarifFix({ title, edits }: TextFix, places: Places): object | undefined {
  const byFile = new Map<string, object[]>();
  for (const edit of edits) {
    const deletedRegion = places.region(edit.at.file, edit.at.range);
    if (!deletedRegion) return undefined;
    const replacements = byFile.get(edit.at.file) ?? [];
    replacements.push({ deletedRegion, ...(edit.text === '' ? {} : { insertedContent: { text: edit.text } }) });
    byFile.set(edit.at.file, replacements);
  }
  if (byFile.size === 0) return undefined;
  return {
    description: { text: title },
    artifactChanges: [...byFile].map(([file, replacements]) => ({
      artifactLocation: places.file(file),
      replacements,
    })),
  };
}

function createLineHash(sources: Sources): (file: string, line: number) => string | undefined {
  const known = new Map<string, readonly string[]>();
  return (file, line) => {
    const source = sources.get(file);
    if (!source) return undefined;
    const hashes = known.get(file) ?? lineHashes(source.text);
    known.set(file, hashes);
    return hashes[line - 1];
  };
}
