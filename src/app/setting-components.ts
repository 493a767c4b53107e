/**
 * Components and other things that settings name and no scenario has, and what they ask of containers in vain. One file may speak of
 * several scenarios, so they are judged together.
 */
import { relative } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Graph } from '../ir/graph.ts';
import type { Linked } from '../ir/linked.ts';
import type { Mention } from '../ir/runtime-settings.ts';
import { replacedInContainer } from '../language/settings/in-container.ts';
import type { Settings } from '../language/settings/index.ts';
import { unknownMention } from '../language/settings/mentions.ts';
import type { Input } from './input.ts';
import { localPath } from './local-path.ts';
import type { Session } from './session.ts';
import type { SettingsFiles } from './settings-files.ts';

export interface SettingComponents {
  readonly add: (input: Input, linked: Linked | undefined, session: Session) => Promise<void>;
  readonly diagnostics: () => readonly Diagnostic[];
}

interface Known {
  readonly graphs: Graph[];
  /** Something of it could not be linked, or policies were not asked: there may be more components. */
  incomplete: boolean;
  ungoverned: boolean;
}

/** As a policy's interposers are called. */
const isInterposer = (name: string): boolean => /\/__[a-z]+_\d+_\d+(?:\.|$)/.test(name);

export function createSettingComponents(files: SettingsFiles, cwd: string): SettingComponents {
  const known = new Map<Settings, Known>();
  return {
    add: async (input, linked, { result }) => {
      const path = localPath(input.url);
      const found = await files.of(path === undefined ? (input.loader ? '' : input.url) : relative(cwd, path));
      if (!found) return;
      const facts = known.get(found.settings) ?? { graphs: [], incomplete: false, ungoverned: false };
      known.set(found.settings, facts);
      if (!linked) facts.incomplete = true;
      else if (!result.compiled && linked.scopes.length > 0) facts.ungoverned = true;
      const graph = result.compiled?.governed.graph ?? linked?.graph;
      if (graph) facts.graphs.push(graph);
    },
    diagnostics: () =>
      [...known].flatMap(([settings, facts]) => {
        // What has no parts is a part itself, checked alone: the settings are those of a scenario around it.
        const monikers = new Set(facts.graphs.flatMap(({ components }) => components.map(({ moniker }) => moniker)));
        if (facts.incomplete || monikers.size < 2) return [];
        const named = Object.entries(settings.components).flatMap(([name, { at }]): readonly Mention[] =>
          monikers.has(name) ? [] : [{ what: 'component', name, ...(at ? { at } : {}) }],
        );
        return [...named, ...settings.running.mentions].flatMap((mention) => {
          if (facts.ungoverned && isInterposer(mention.name)) return [];
          return (
            unknownMention(mention, facts.graphs) ??
            replacedInContainer(mention, settings.components, facts.graphs) ??
            []
          );
        });
      }),
  };
}
