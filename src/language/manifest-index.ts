import type { JsonObject } from '../base/json.ts';
import { memoized } from '../base/memo.ts';
import type { Range } from '../base/span.ts';
import type {
  ChildDecl,
  ChildTemplate,
  EndpointDecl,
  EnvironmentDecl,
  ExportDecl,
  Manifest,
  MountDecl,
  PolicyRef,
  ProvideDecl,
  ResourceDecl,
  SlotDecl,
} from '../ir/manifest.ts';
import { checkSchemaProfile } from './schema/profile.ts';
import { objectToJson } from './syntax/to-json.ts';

/** The names of one manifest, and what several phases would otherwise work out again. All instances of a manifest share it. */
export interface ManifestIndex {
  readonly components: ReadonlyMap<string, ChildDecl>;
  readonly use: ReadonlyMap<string, ChildDecl>;
  readonly environments: ReadonlyMap<string, EnvironmentDecl>;
  readonly slots: ReadonlyMap<string, SlotDecl>;
  readonly provides: ReadonlyMap<string, ProvideDecl>;
  readonly resources: ReadonlyMap<string, ResourceDecl>;
  readonly exports: ReadonlyMap<string, ExportDecl>;
  readonly childTemplates: ReadonlyMap<string, ChildTemplate>;
  /** Own slots that some binding takes from (`from: slots.x`). */
  readonly forwarded: ReadonlySet<string>;
  readonly policies: readonly PolicyRef[];
  /** Of the program, whatever its kind. */
  readonly endpoints: readonly EndpointDecl[];
  readonly mounts: readonly MountDecl[];
  readonly schemaProblems: readonly { readonly message: string; readonly range: Range }[];
  /** Null without `config_schema`, or when it has problems: what a broken schema holds is not asked. */
  readonly schema: JsonObject | null;
}

const nothing: ReadonlyMap<string, never> = new Map<string, never>();
const none: readonly never[] = [];
const noNames: ReadonlySet<string> = new Set();

/** Most manifests have few of these sections. */
const byName = <T extends { readonly name: string }>(items: readonly T[]): ReadonlyMap<string, T> =>
  items.length === 0 ? nothing : mapOf(items);

function mapOf<T extends { readonly name: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  const map = new Map<string, T>();
  for (const item of items) map.set(item.name, item);
  return map;
}

function forwardedBy({ bindings }: Manifest): ReadonlySet<string> {
  let names: Set<string> | undefined;
  for (const { source } of bindings) {
    if (source.kind !== 'slot') continue;
    names ??= new Set();
    names.add(source.name);
  }
  return names ?? noNames;
}

/** O(size of the manifest), once. */
export const indexOf: (manifest: Manifest) => ManifestIndex = memoized((manifest) => {
  const schemaProblems = manifest.configSchema ? checkSchemaProfile(manifest.configSchema) : none;
  return {
    components: byName(manifest.components),
    use: byName(manifest.use),
    environments: byName(manifest.environments),
    slots: byName(manifest.slots),
    provides: byName(manifest.provides),
    resources: byName(manifest.resources),
    exports: byName(manifest.exports),
    childTemplates: byName(manifest.childTemplates),
    forwarded: forwardedBy(manifest),
    policies: manifest.policies,
    endpoints: manifest.program?.endpoints ?? none,
    mounts: manifest.program?.mounts ?? none,
    schemaProblems,
    schema: manifest.configSchema && schemaProblems.length === 0 ? objectToJson(manifest.configSchema) : null,
  };
});
