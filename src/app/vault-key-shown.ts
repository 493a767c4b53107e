/** Keys of vaults, and the state of headgate, where programs of the scenario would be shown them. */

import { dirname, relative } from 'node:path';
import { homeOf } from '../adapters/files/home.ts';
import { firstShown, type HiddenPlace, keepElsewhere, type ShownPlace, shownText } from '../adapters/sandbox/hidden.ts';
import { isTooWide } from '../adapters/sandbox/host-view.ts';
import { hiddenPlaces, keyPlaces } from '../adapters/vaults/hidden-places.ts';
import type { SourceText } from '../base/text.ts';
import * as D from '../diagnostics/catalogue/vault.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { createSink } from '../diagnostics/sink.ts';
import type { Linked } from '../ir/linked.ts';
import type { PlanVault } from '../ir/plan-vault-schema.ts';
import { parseSyntax } from '../language/syntax/parse.ts';
import { stateDirOf } from '../runtime/state/run-folder.ts';
import type { Cli } from './cli.ts';
import { localPath } from './local-path.ts';
import { rangeOf } from './trust/rights.ts';

export interface KeyContext {
  readonly vaults: Readonly<Record<string, PlanVault>>;
  /** Absolute; files of the vaults are seen from it. */
  readonly folder: string;
  /** What `--state-dir` names. */
  readonly stateDir: string | undefined;
  /** The settings that declare them. */
  readonly source: SourceText | undefined;
}

const place = (cli: Cli, folder: string) => ({ folder, home: homeOf(cli.env) });

/** What no sandbox of this compile may show. */
export const hiddenFrom = (
  cli: Cli,
  { vaults, folder, stateDir }: Omit<KeyContext, 'source'>,
): readonly HiddenPlace[] => hiddenPlaces(vaults, place(cli, folder), stateDirOf(cli.env, stateDir, cli.cwd));

/** A program is shown the folder of its manifest, and the system. */
export function vaultKeysShown(cli: Cli, { graph, policies }: Linked, ctx: KeyContext): readonly Diagnostic[] {
  const components = [...graph.components, ...policies.graph.components];
  const folders = components.flatMap(({ program, url }) => {
    const path = program && 'path' in program && url ? localPath(url) : undefined;
    return path === undefined || isTooWide(dirname(path)) ? [] : [dirname(path)];
  });
  const keys = keyPlaces(ctx.vaults, place(cli, ctx.folder));
  return hiddenFrom(cli, ctx).flatMap((hidden) => {
    const shown = firstShown([hidden], folders);
    const key = keys.find(({ path, what }) => path === hidden.path && what === hidden.what);
    const at = placeOf(ctx.source, key ? ['vaults', key.vault, 'key', 'file'] : ['vaults']);
    return shown
      ? [D.vaultKeyShown({ what: shownText(seenFrom(cli.cwd, shown)) }, { ...at, help: keepElsewhere })]
      : [];
  });
}

function seenFrom(cwd: string, place: ShownPlace): ShownPlace {
  const name = (path: string): string => {
    const way = relative(cwd, path);
    return way.startsWith('..') ? path : way === '' ? '.' : way;
  };
  return { ...place, path: name(place.path), folder: name(place.folder) };
}

function placeOf(source: SourceText | undefined, path: readonly string[]): Pick<Diagnostic, 'at'> {
  const root = source && parseSyntax(source, createSink());
  return root ? { at: { file: source.file, range: rangeOf(root, path) } } : {};
}
