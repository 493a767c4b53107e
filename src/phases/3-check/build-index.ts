import type { Manifest } from '../../ir/manifest.ts';
import { checkSchemaProfile } from '../../language/schema/profile.ts';
import { objectToJson } from '../../language/syntax/to-json.ts';
import type { Index } from './rule.ts';

const byName = <T extends { readonly name: string }>(items: readonly T[]): Map<string, T> =>
  new Map(items.map((item) => [item.name, item]));

export function buildIndex(manifest: Manifest): Index {
  const schemaProblems = manifest.configSchema ? checkSchemaProfile(manifest.configSchema) : [];
  return {
    components: byName(manifest.components),
    use: byName(manifest.use),
    environments: byName(manifest.environments),
    slots: byName(manifest.slots),
    provides: byName(manifest.provides),
    resources: byName(manifest.resources),
    childTemplates: byName(manifest.childTemplates),
    policies: manifest.policies,
    endpoints: manifest.program?.endpoints ?? [],
    mounts: manifest.program?.mounts ?? [],
    schemaProblems,
    schema: manifest.configSchema && schemaProblems.length === 0 ? objectToJson(manifest.configSchema) : undefined,
  };
}
