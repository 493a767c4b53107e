/**
 * The settings file, `headgate.yaml` beside a scenario. In: its text. Out: every section with its defaults filled in, or undefined
 * after an error was reported, other than `settings/not-yet`. The syntax of the file must have been loaded.
 */
import type { SourceText } from '../../base/text.ts';
import * as D from '../../diagnostics/catalogue/settings.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { RuntimeSettings } from '../../ir/runtime-settings.ts';
import { type Cursor, type Fields, fieldsOf, textOf, wrongType } from '../decode/cursor.ts';
import { isEmptyText, parseSyntax } from '../syntax/parse.ts';
import { checkNames } from './declared.ts';
import { checkExperimental } from './experimental.ts';
import { lowerRunning } from './lower.ts';
import { refuseNotYet, sectionsNotYet } from './not-yet.ts';
import { checkProbesUsed } from './probes-used.ts';
import { settingsReporter } from './report.ts';
import type { SettingsContext } from './section.ts';
import { type Sections, sections } from './sections.ts';

/** What a run ends with, and on whose authority it acts, is not always said. */
export type RunningSettings = Required<Omit<RuntimeSettings, 'completion' | 'delegation'>> &
  Pick<RuntimeSettings, 'completion' | 'delegation'>;

export interface Settings extends Sections {
  /** Name of the file, for messages. */
  readonly file: string;
  /** What they say of running; files are named as this one is. */
  readonly running: RunningSettings;
}

export function readSettings(source: SourceText, sink: Sink): Settings | undefined {
  const { file } = source;
  let faults = 0;
  const ctx = settingsReporter(file, (diagnostic) => {
    // What has no effect yet is refused, and says what it says all the same.
    if (diagnostic.severity === 'error' && diagnostic.code !== D.notYet.code) faults++;
    sink.report(diagnostic);
  });
  const root = isEmptyText(source) ? emptyRoot : parseSyntax(source, sink);
  if (!root) return undefined;
  const fields = fieldsOf(ctx, { node: root, path: '' }, { known: ['$schema', 'version', ...Object.keys(sections)] });
  if (!fields) return undefined;
  // For editors.
  textOf(ctx, fields.get('$schema'));
  checkVersion(ctx, fields.get('version'));
  const read = readSections(ctx, fields);
  checkNames(ctx);
  checkExperimental(ctx, read, fields);
  checkProbesUsed(ctx, read);
  refuseNotYet(ctx, fields, sectionsNotYet);
  if (faults > 0) return undefined;
  const { mentions, files, budgets } = ctx.names;
  const fileOf = (path: string): string => beside(file, path);
  const named = files.map((one) => ({ ...one, name: fileOf(one.name) }));
  const delegation = read.grants && { name: fileOf(read.grants.delegation), at: read.grants.at };
  const running = {
    components: read.components,
    ...lowerRunning(read, fileOf),
    files: named,
    budgets,
    mentions,
    ...(delegation ? { delegation } : {}),
  };
  return { file, ...read, running };
}

/** A path that is seen from the folder of `file`, as seen from where `file` is. */
function beside(file: string, path: string): string {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  return path.startsWith('/') ? path : `${folder}${path.replace(/^(?:\.\/+)+/, '')}`;
}

const emptyRoot = { kind: 'object', entries: [], range: { start: 0, end: 0 } } as const;

function readSections(ctx: SettingsContext, fields: Fields): Sections {
  const read = <K extends keyof Sections>(name: K): Sections[K] => sections[name].read(ctx, fields.get(name));
  return {
    lint: read('lint'),
    check: read('check'),
    components: read('components'),
    policies: read('policies'),
    profiles: read('profiles'),
    sandboxes: read('sandboxes'),
    probes: read('probes'),
    completion: read('completion'),
    vaults: read('vaults'),
    environments: read('environments'),
    workspaces: read('workspaces'),
    grants: read('grants'),
    experimental_features: read('experimental_features'),
  };
}

function checkVersion(ctx: SettingsContext, cursor: Cursor | undefined): void {
  if (!cursor) return;
  const { node } = cursor;
  if (node.kind !== 'number') wrongType(ctx, cursor, 'the number 1');
  else if (node.value !== 1) ctx.tell(D.unsupportedVersion({ version: node.text }, { at: ctx.at(node.range) }));
}
