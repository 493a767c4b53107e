/** The text of a lock. The JSON5 library must have been loaded. */

import { controlRefused, hasControl } from '../../base/control.ts';
import { at, type Location, type Range } from '../../base/span.ts';
import type { SourceText } from '../../base/text.ts';
import { positionAt } from '../../base/text.ts';
import * as D from '../../diagnostics/catalogue/lock.ts';
import { createSink, type Sink } from '../../diagnostics/sink.ts';
import type {
  Lock,
  LockedFile,
  LockedPolicy,
  LockedProgram,
  LockedRemote,
  LockedSource,
  LockInput,
  OpenLock,
} from '../../ir/lock.ts';
import { isDigest } from '../bundle/format.ts';
import { type Cursor, type Fields, fieldsOf, itemsOf, oneOf, textOf } from '../decode/cursor.ts';
import type { Reporter } from '../decode/reporter.ts';
import { fits } from '../generated/lock.js';
import { parseJsonText } from '../syntax/parse.ts';
import { plainJson } from '../syntax/plain-json.ts';
import { lockSchema, lockVersion } from './format.ts';

interface Reading extends Reporter {
  readonly file: string;
  readonly places: Map<object, { readonly file: string; readonly range: Range }>;
}

/** Undefined after an error. `protocol` is the one that policies are asked in. */
export function readLock(input: LockInput, protocol: string, sink: Sink): OpenLock | undefined {
  const { file, shown = file, text, recordings } = input;
  if (text === null) {
    sink.report(D.notFound({ file: shown }, {}));
    return undefined;
  }
  const plain = plainLock(text, protocol);
  if (!plain) return readWithPlaces(input, text, protocol, sink);
  let places: ReadonlyMap<object, Location> | undefined;
  const placeOf = (entry: object): Location | undefined => {
    places ??= placesIn(plain, readWithPlaces(input, text, protocol, createSink()));
    return places.get(entry);
  };
  return { ...plain, file, shown, placeOf, recordings };
}

/** One that is right, without the place of anything; undefined for any other. */
export function plainLock(text: string, protocol: string): Lock | undefined {
  const value = plainJson(text);
  if (value === undefined || !fits(value)) return undefined;
  const { sources, ...lock } = value as unknown as LockText;
  if (!namesOf(lock).every((name) => !hasControl(name))) return undefined;
  return lock.protocol === protocol ? lockOf(lock, sources) : undefined;
}

interface LockText extends Pick<Lock, 'root' | 'remotes' | 'policies'> {
  readonly protocol: string;
  readonly sources: readonly (LockedSource | LockedProgram)[];
}

/** What is shown like a name. Of files the name is what the disk says. */
const namesOf = ({ policies, remotes }: Pick<LockText, 'policies' | 'remotes'>): readonly string[] => [
  ...policies.flatMap(({ scope, policy, sandbox }) => [scope, policy, sandbox]),
  ...remotes.flatMap(({ url, loaded }) => [url, loaded]),
];

function lockOf({ root, remotes, policies }: Omit<LockText, 'sources' | 'protocol'>, all: LockText['sources']): Lock {
  const programs = all.flatMap((source) => (source.kind === 'program' ? source : []));
  const sources = all.flatMap((source) => (source.kind === 'program' ? [] : source));
  return { root, sources, programs: programs.length > 0 ? programs : undefined, remotes, policies };
}

/** Both readings of one text have the same entries in the same order. */
function placesIn(plain: Lock, read: OpenLock | undefined): ReadonlyMap<object, Location> {
  const entries = ({ sources, programs = [], remotes, policies }: Lock): readonly object[] =>
    [sources, programs, remotes, policies, policies.flatMap(({ files }) => files)].flat();
  const others = read ? entries(read) : [];
  return new Map(
    entries(plain).flatMap((entry, index) => {
      const place = read?.placeOf(others[index] as object);
      return place ? [[entry, place] as const] : [];
    }),
  );
}

/** Undefined after an error. */
export function readWithPlaces(input: LockInput, text: string, protocol: string, sink: Sink): OpenLock | undefined {
  const { file, shown = file, recordings } = input;
  const source: SourceText = { file, text };
  let faults = 0;
  const malformed = (range: Range, reason: string): undefined => {
    faults++;
    sink.report(D.malformed({ reason }, { at: at(file, range) }));
    return undefined;
  };
  const { node, error } = parseJsonText(text);
  if (!node) {
    const offset = error?.offset ?? 0;
    const { line, column } = lineAndColumn(source, offset);
    return malformed(
      { start: offset, end: offset },
      `${error?.message ?? 'it is empty'} (line ${line}, column ${column})`,
    );
  }
  const ctx: Reading = {
    file,
    places: new Map(),
    report: (_fault, range, path, message) => malformed(range, path === '.' ? message : `\`${path}\`: ${message}`),
  };
  const root = { node, path: '' };
  if (node.kind !== 'object') return malformed(node.range, 'it is not an object');
  if (!isKnown(ctx, root, protocol, sink)) return undefined;
  const fields = fieldsOf(ctx, root, { known: topFields, required: topFields });
  if (!fields) return undefined;
  const sources = itemsOf(ctx, fields.get('sources')).flatMap((item) => sourceOf(ctx, item));
  const lock = {
    root: textOf(ctx, fields.get('root'))?.value ?? '',
    remotes: itemsOf(ctx, fields.get('remotes')).flatMap((item) => remoteOf(ctx, item)),
    policies: itemsOf(ctx, fields.get('policies')).flatMap((item) => policyOf(ctx, item)),
  };
  if (faults > 0) return undefined;
  return { ...lockOf(lock, sources), file, shown, placeOf: (entry) => ctx.places.get(entry), recordings };
}

const topFields = ['schema', 'version', 'protocol', 'root', 'sources', 'remotes', 'policies'];

function lineAndColumn(source: SourceText, offset: number): { readonly line: number; readonly column: number } {
  const { line, character } = positionAt(source, offset);
  return { line: line + 1, column: character + 1 };
}

/** Before anything else is looked at: another version may have other fields. */
function isKnown(ctx: Reading, root: Cursor, protocol: string, sink: Sink): boolean {
  const entries = root.node.kind === 'object' ? root.node.entries : [];
  const find = (key: string): Cursor['node'] | undefined => entries.find((entry) => entry.key === key)?.value;
  const [schema, version, spoken] = [find('schema'), find('version'), find('protocol')];
  if (schema?.kind !== 'string' || schema.value !== lockSchema) {
    ctx.report('invalid-value', (schema ?? root.node).range, '.', `\`schema\` is not \`${lockSchema}\``);
    return false;
  }
  const refuse = (what: string, node: Cursor['node'], found: string, known: string): boolean => {
    sink.report(D.unsupportedVersion({ what, found, known }, { at: at(ctx.file, node.range) }));
    return false;
  };
  if (version?.kind === 'number' && version.value !== lockVersion)
    return refuse('version', version, version.text, String(lockVersion));
  if (spoken?.kind === 'string' && spoken.value !== protocol) return refuse('protocol', spoken, spoken.value, protocol);
  if (version?.kind === 'number' && spoken?.kind === 'string') return true;
  ctx.report('missing-field', root.node.range, '.', '`version` and `protocol` are missing');
  return false;
}

function objectOf<T extends object>(
  ctx: Reading,
  cursor: Cursor,
  required: readonly string[],
  telling: string,
  read: (fields: Fields) => T | undefined,
  optional: readonly string[] = [],
): readonly T[] {
  const fields = fieldsOf(ctx, cursor, { known: [...required, ...optional], required });
  const value = fields && read(fields);
  if (!value) return [];
  ctx.places.set(value, at(ctx.file, (fields?.get(telling) ?? cursor).node.range));
  return [value];
}

const plain = (ctx: Reading, fields: Fields, name: string): string => textOf(ctx, fields.get(name))?.value ?? '';

function shown(ctx: Reading, fields: Fields, name: string): string {
  const found = textOf(ctx, fields.get(name));
  if (found && hasControl(found.value))
    ctx.report('invalid-value', found.range, `${fields.path}.${name}`, controlRefused);
  return found?.value ?? '';
}

function digest(ctx: Reading, fields: Fields, name: string): string {
  const found = textOf(ctx, fields.get(name));
  if (found && !isDigest(found.value))
    ctx.report('invalid-value', found.range, `${fields.path}.${name}`, 'is not a digest');
  return found?.value ?? '';
}

const sourceOf = (ctx: Reading, cursor: Cursor): readonly (LockedSource | LockedProgram)[] =>
  objectOf(ctx, cursor, ['name', 'digest', 'kind'], 'digest', (fields) => {
    const kind = oneOf(ctx, fields.get('kind'), ['manifest', 'sidecar', 'program'] as const);
    const name = plain(ctx, fields, 'name');
    const isMissing = kind === 'program' && fields.get('digest')?.node.kind === 'null';
    if (isMissing) return { name, digest: null, kind };
    return kind && { name, digest: digest(ctx, fields, 'digest'), kind };
  });

const remoteOf = (ctx: Reading, cursor: Cursor): readonly LockedRemote[] =>
  objectOf(ctx, cursor, ['url', 'loaded', 'digest', 'format'], 'url', (fields) => {
    const format = oneOf(ctx, fields.get('format'), ['yaml', 'json5'] as const);
    return (
      format && {
        url: shown(ctx, fields, 'url'),
        loaded: shown(ctx, fields, 'loaded'),
        digest: digest(ctx, fields, 'digest'),
        format,
      }
    );
  });

const fileOf = (ctx: Reading, cursor: Cursor): readonly LockedFile[] =>
  objectOf(ctx, cursor, ['name', 'digest'], 'digest', (fields) => ({
    name: plain(ctx, fields, 'name'),
    digest: digest(ctx, fields, 'digest'),
  }));

const policyFields = ['scope', 'policy', 'key', 'policyDigest', 'requestDigest', 'answerDigest', 'files', 'sandbox'];

const policyOf = (ctx: Reading, cursor: Cursor): readonly LockedPolicy[] =>
  objectOf(
    ctx,
    cursor,
    policyFields,
    'policy',
    (fields) => {
      const protocol = fields.get('protocol');
      const shares = protocol && oneOf(ctx, protocol, ['2'] as const);
      return {
        scope: shown(ctx, fields, 'scope'),
        policy: shown(ctx, fields, 'policy'),
        key: digest(ctx, fields, 'key'),
        policyDigest: digest(ctx, fields, 'policyDigest'),
        requestDigest: digest(ctx, fields, 'requestDigest'),
        answerDigest: digest(ctx, fields, 'answerDigest'),
        files: itemsOf(ctx, fields.get('files')).flatMap((item) => fileOf(ctx, item)),
        sandbox: shown(ctx, fields, 'sandbox'),
        ...(shares ? { protocol: shares } : {}),
      };
    },
    ['protocol'],
  );
