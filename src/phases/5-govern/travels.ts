import * as D from '../../diagnostics/catalogue/govern.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { Component } from '../../ir/graph.ts';
import { ancestorsOf } from '../../ir/graph-index.ts';
import type { Linked } from '../../ir/linked.ts';
import type { SourceNames } from '../../language/source-names.ts';
import { type KeyContext, programFiles } from './lock/keys.ts';

/**
 * A bundle holds manifests: no programs, and no lock. Compiling it asks the policies again, so whatever of a policy lies elsewhere is
 * missing on another machine. O(policies × depth + members).
 */
export async function checkTravels(linked: Linked, names: SourceNames, ctx: KeyContext, sink: Sink): Promise<void> {
  for (const scope of linked.scopes) {
    for (const entry of scope.entries) {
      const about = { policy: entry.ref, scope: scope.moniker };
      const place = { at: entry.at, label: 'named here' };
      const members = entry.members.flatMap((id) => linked.policies.graph.components[id] ?? []);
      const found = (await Promise.all(entry.members.map((id) => programFiles(linked, id, ctx)))).flat();
      const file = found[0]?.name ?? members.map(pathBeside).find((path) => path !== undefined);
      if (file !== undefined) {
        const reason = `its program needs the file \`${file}\`, and a bundle holds no programs`;
        sink.report(D.policyNotInBundle({ ...about, reason }, { ...place, help: inText }));
      }
      // A manifest from the network that lists a policy, or that leads to one, has a say in it.
      const above = ancestorsOf(linked.graph.components, scope.component);
      const remote = [...members, ...above].find(({ url }) => /^https?:/i.test(url ?? ''));
      if (remote) {
        const manifest = names.nameOfUrl(remote.url ?? '');
        const reason = `\`${manifest}\` comes from the network, and a bundle holds no lock that pins it`;
        sink.report(D.policyNotInBundle({ ...about, reason }, { ...place, help: withLock }));
      }
    }
  }
}

const inText =
  'put the text of the file into the manifest with `{file: …}`; or start the policy there yourself, and name it with `--policy NAME=URL`';
const withLock =
  'record a lock for the bundle with `headgate policy record BUNDLE --lock FILE` and hand it on too; or compile with `--allow-remote-policies`';

/** A path from the folder of the manifest, whether or not there is a file. */
function pathBeside({ program }: Component): string | undefined {
  if (!program || !('path' in program)) return undefined;
  const { path } = program;
  return path.includes('/') && !path.startsWith('/') && !path.startsWith('${') ? path : undefined;
}
