import { suggest } from '../../base/suggest.ts';
import * as D from '../../diagnostics/catalogue/settings.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { Linked, PolicyEntry } from '../../ir/linked.ts';
import type { PolicySetting } from '../../ir/policy-settings.ts';

/** What a policy may be called by people, the name that counts first in front. */
export const namesOf = (entry: PolicyEntry): readonly string[] => [entry.ref, entry.display, entry.use];

/** The one setting that counts for a policy; nothing of the others does. */
export function settingOf(entry: PolicyEntry, settings: readonly PolicySetting[]): PolicySetting | undefined {
  for (const name of namesOf(entry)) {
    const found = settings.find((setting) => setting.name === name);
    if (found) return found;
  }
  return undefined;
}

/** A scenario without policies has nothing to do with them: its settings may be those of a neighbour. */
export function checkSettingNames(linked: Linked, settings: readonly PolicySetting[], sink: Sink): void {
  if (linked.scopes.length === 0) return;
  // The shortest in front: of equally near names the first is told.
  const known = new Set(
    linked.scopes.flatMap((scope) => scope.entries.flatMap((entry) => namesOf(entry).toReversed())),
  );
  for (const { name, at } of settings) {
    if (known.has(name)) continue;
    const near = suggest(name, known);
    const help =
      near === undefined
        ? `policies of this scenario: ${[...known].map((other) => `\`${other}\``).join(', ')}`
        : `did you mean \`${near}\`?`;
    sink.report(D.unknownPolicy({ name }, { at, help }));
  }
}
