import { at } from '../../base/span.ts';
import * as D from '../../diagnostics/catalogue/resolve.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { EnvironmentDecl, Manifest, Text } from '../../ir/manifest.ts';
import { nounOf } from './noun.ts';

const noNames: ReadonlySet<string> = new Set();

/**
 * There is no registry of resolvers, so every resolver of an environment that a declaration uses, itself or through `extends`,
 * is unknown. Reports them and answers the names of those environments. Unknown environments and circles of `extends` are rules
 * of phase 3. O(declarations + environments).
 */
export function environmentsWithResolvers(manifest: Manifest, sink: Sink): ReadonlySet<string> {
  if (manifest.environments.length === 0) return noNames;
  const environments = new Map(manifest.environments.map((environment) => [environment.name, environment]));
  const reached = new Map<EnvironmentDecl, boolean>();
  const follow = (chosen: Text, user: string): void => {
    const chain: EnvironmentDecl[] = [];
    let next = environments.get(chosen.value);
    while (next && !reached.has(next)) {
      reached.set(next, false);
      chain.push(next);
      next = next.extends && environments.get(next.extends.value);
    }
    let tainted = next !== undefined && reached.get(next) === true;
    for (const environment of chain.reverse()) {
      tainted ||= environment.resolvers.length > 0;
      reached.set(environment, tainted);
      for (const resolver of environment.resolvers) {
        sink.report(
          D.unknownResolver(
            { resolver: resolver.value, environment: environment.name, user },
            {
              at: at(manifest.file, resolver.range),
              label: 'unknown resolver',
              related: [{ message: `${user} uses it here`, at: at(manifest.file, chosen.range) }],
            },
          ),
        );
      }
    }
  };
  for (const { name, environment } of manifest.components) {
    if (environment) follow(environment, nounOf({ kind: 'component', name }));
  }
  for (const { name, environment } of manifest.use) {
    if (environment) follow(environment, nounOf({ kind: 'use', name }));
  }
  return new Set([...reached].filter(([, tainted]) => tainted).map(([environment]) => environment.name));
}
