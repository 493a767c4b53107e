/** Settings of components that no scenario has. One file may speak of several scenarios, so they are judged together. */
import { relative } from 'node:path';
import { suggest } from '../base/suggest.ts';
import * as D from '../diagnostics/catalogue/settings.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Linked } from '../ir/linked.ts';
import type { Settings } from '../language/settings/index.ts';
import type { Input } from './input.ts';
import { localPath } from './local-path.ts';
import type { Session } from './session.ts';
import type { SettingsFiles } from './settings-files.ts';

export interface SettingComponents {
  readonly add: (input: Input, linked: Linked | undefined, session: Session) => Promise<void>;
  readonly diagnostics: () => readonly Diagnostic[];
}

interface Known {
  readonly monikers: Set<string>;
  /** Something of it could not be linked, or policies were not asked: there may be more components. */
  incomplete: boolean;
  ungoverned: boolean;
}

/** As a policy's interposers are called. */
const isInterposer = (moniker: string): boolean => /\/__[a-z]+_\d+_\d+$/.test(moniker);

export function createSettingComponents(files: SettingsFiles, cwd: string): SettingComponents {
  const known = new Map<Settings, Known>();
  return {
    add: async (input, linked, { result }) => {
      const path = localPath(input.url);
      const found = await files.of(path === undefined ? (input.loader ? '' : input.url) : relative(cwd, path));
      if (!found) return;
      const facts = known.get(found.settings) ?? { monikers: new Set(), incomplete: false, ungoverned: false };
      known.set(found.settings, facts);
      if (!linked) facts.incomplete = true;
      else if (!result.compiled && linked.scopes.length > 0) facts.ungoverned = true;
      const components = result.compiled?.governed.graph.components ?? linked?.graph.components ?? [];
      for (const { moniker } of components) facts.monikers.add(moniker);
    },
    diagnostics: () =>
      [...known].flatMap(([settings, facts]) => {
        // What has no parts is a part itself, checked alone: the settings are those of a scenario around it.
        if (facts.incomplete || facts.monikers.size < 2) return [];
        return Object.entries(settings.components).flatMap(([name, { at }]) => {
          if (facts.monikers.has(name) || (facts.ungoverned && isInterposer(name))) return [];
          const near = suggest(name, facts.monikers);
          const help = near === undefined ? undefined : `did you mean \`${near}\`?`;
          return [D.unknownComponent({ name }, { at, help })];
        });
      }),
  };
}
