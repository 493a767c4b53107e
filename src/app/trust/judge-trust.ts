/** Whether what settings or a plan ask for was trusted: for this once, or by what the user has said before. */
import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { openTrustStore } from '../../adapters/files/trust-store.ts';
import { digestOf } from '../../base/digest.ts';
import { canonicalJson, type JsonValue } from '../../base/json.ts';
import type { Location } from '../../base/span.ts';
import type { SourceText } from '../../base/text.ts';
import * as D from '../../diagnostics/catalogue/settings.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { createSink } from '../../diagnostics/sink.ts';
import type { Blocked } from '../../ir/blocked.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { settingsNames } from '../../language/settings/names.ts';
import { isEmptyText, parseSyntax } from '../../language/syntax/parse.ts';
import { toJson } from '../../language/syntax/to-json.ts';
import type { Cli } from '../cli.ts';
import { digestOfRights, type Right, rangeOf, rightsOf } from './rights.ts';
import type { Place } from './rows.ts';
import { placeOf } from './tree.ts';

/** What one file asks for. */
export interface Asked {
  /** From the current folder. */
  readonly shown: string;
  /** Absolute, in its real folder: what the user's yes is about. */
  readonly path: string;
  readonly rights: readonly (Right & { readonly at?: Location })[];
}

/** Asked for, and not trusted: as a run is told, and as a compile is. */
export interface Untrusted {
  readonly blocked: Blocked;
  /** One for each right, where it stands. */
  readonly diagnostics: readonly Diagnostic[];
  /** Why what the user may have said before does not count. */
  readonly fault?: string;
}

/** `--trust-settings`, which is for this once. */
export interface TrustSettings {
  readonly trustSettings?: boolean;
}

/** What a file of settings asks for. Paths in it are seen from its real folder, or from `seenFrom`. A link is a place of its own: it must not have what was said of the file that it leads to. */
export const askedBy = (
  file: string,
  shown: string,
  settings: JsonValue,
  seenFrom?: string,
  said?: Place['digestOf'],
): Asked => {
  const folder = realFolder(dirname(file));
  const place = seenFrom === undefined ? placeOf(folder) : placeOf(realFolder(seenFrom), resolve(seenFrom));
  const rights = rightsOf(settings, said ? { ...place, digestOf: said } : place);
  return { shown, path: join(folder, basename(file)), rights };
};

function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

/** What a text of settings, which was read without a fault, asks for, and where. */
export function askedByText(path: string, source: SourceText): Asked {
  const { file } = source;
  const root = isEmptyText(source) ? undefined : parseSyntax(source, createSink());
  if (!root) return askedBy(path, file, {});
  const asked = askedBy(path, file, toJson(root));
  return {
    ...asked,
    rights: asked.rights.map((right) => ({ ...right, at: { file, range: rangeOf(root, right.path) } })),
  };
}

/** A plan asks for what its runs may do; what policies were granted is over. Its files are seen from `sourceFolder`, or from where it lies. */
export const askedByPlan = (
  file: string,
  shown: string,
  { runtime }: DeploymentPlan,
  sourceFolder: string = dirname(file),
): Asked => {
  // It has in it what was delegated, and that is what counts.
  const delegated = canonicalJson((runtime?.grants?.delegations ?? []) as JsonValue);
  return askedBy(file, shown, (runtime ?? {}) as JsonValue, sourceFolder, () => digestOf(delegated));
};

/** Undefined where nothing is asked for, or everything is trusted. */
export function untrusted(env: Cli['env'], asked: Asked, flags: TrustSettings): Untrusted | undefined {
  if (asked.rights.length === 0 || flags.trustSettings) return undefined;
  const { digest, fault } = openTrustStore(env).read(asked.path);
  if (digest === digestOfRights(asked.rights)) return undefined;
  const faults = fault === undefined ? [] : [`what you have trusted before does not count: ${fault}`];
  const remedy = `run \`${trustCommand(asked)}\` if you want that; --trust-settings does it for this once`;
  const help = [remedy, ...faults].join('; ');
  return {
    blocked: {
      gate: 'settings_untrusted',
      subject: asked.shown,
      reasons: [...asked.rights.map(({ words }) => words), ...faults],
      remedy,
    },
    diagnostics: asked.rights.map(({ words, at }) => D.untrusted({ right: words }, { at, help })),
    ...(fault === undefined ? {} : { fault }),
  };
}

/** Kept for later; a text says why it could not be. */
export function remember(cli: Cli, { path, rights }: Asked): string | undefined {
  try {
    openTrustStore(cli.env).remember(path, digestOfRights(rights));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What to type, from the current folder. */
function trustCommand({ shown }: Asked): string {
  const place = settingsNames.includes(basename(shown)) ? dirname(shown) : shown;
  const named = place.startsWith('-') ? `./${place}` : place;
  return named === '.' ? 'headgate trust' : `headgate trust ${quoted(named)}`;
}

const quoted = (path: string): string => (/^[\w./@%+:,=-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);
