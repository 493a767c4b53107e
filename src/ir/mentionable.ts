/** What of a linked scenario has a name that settings can use. */
import { isObject, type JsonObject, type JsonValue } from '../base/json.ts';
import { dottedId } from './edge-id.ts';
import type { Graph, LoweredMount, LoweredProgram } from './graph.ts';
import type { Mention } from './runtime-settings.ts';

/** Names of the kind that is meant; a name may come more than once. O(components + edges). */
export function mentionable({ components, edges, exports }: Graph, mention: Mention): readonly string[] {
  switch (mention.what) {
    case 'component':
      return components.map(({ moniker }) => moniker);
    case 'export':
      return exports.map(({ name }) => name);
    case 'edge':
      return edges.map(({ id }) => id);
    case 'provide':
      return components.flatMap(({ moniker, provides }) =>
        Object.keys(provides).map((provide) => dottedId(moniker, provide)),
      );
    case 'config path':
      return components.flatMap(({ moniker, configSchema }) =>
        moniker === mention.of && configSchema !== null ? configPaths(configSchema, '') : [],
      );
    case 'mounted config':
      return components.flatMap(({ moniker, program, configSchema }) =>
        moniker === mention.of ? withParts(mountedConfig(program), configPaths(configSchema ?? {}, '')) : [],
      );
    case 'child template':
      return components.flatMap(({ moniker, childTemplates }) =>
        moniker === mention.of ? Object.keys(childTemplates) : [],
      );
  }
}

/** As far as properties are declared in place. */
function configPaths(schema: JsonObject, at: string): readonly string[] {
  const properties = schema['properties'];
  if (!isObject(properties)) return [];
  return Object.entries(properties).flatMap(([name, below]) => {
    const path = at === '' ? name : `${at}.${name}`;
    return [path, ...(isObject(below) ? configPaths(below, path) : [])];
  });
}

/** What is mounted as a whole is mounted with all its parts. */
const withParts = (mounted: readonly string[], paths: readonly string[]): readonly string[] => [
  ...mounted,
  ...paths.filter((path) => mounted.some((whole) => whole === '' || path.startsWith(`${whole}.`))),
];

/** Paths of config that are mounted as files; of a mount that is repeated, the list. */
function mountedConfig(program: LoweredProgram | null): readonly string[] {
  const mounts = program && !('vm' in program) ? (program.mounts ?? []) : [];
  return mounts.flatMap((mount: LoweredMount) => {
    const source = mount['kind'] === 'file' && isObject(mount['source']) ? mount['source']['path'] : undefined;
    const path = literal(source);
    return path === undefined ? [] : [path];
  });
}

function literal(parts: JsonValue | undefined): string | undefined {
  if (typeof parts === 'string') return parts;
  if (!Array.isArray(parts)) return undefined;
  const texts = (parts as readonly JsonValue[]).map((part) => (isObject(part) ? part['lit'] : undefined));
  return texts.every((text) => typeof text === 'string') ? texts.join('') : undefined;
}
