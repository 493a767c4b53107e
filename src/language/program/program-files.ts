/** The files that programs are started from, where manifests name them by relative paths. */
import { sortedBy } from '../../base/order.ts';
import type { Governed } from '../../ir/governed.ts';
import type { Component, LoweredProgram } from '../../ir/graph.ts';
import type { Linked } from '../../ir/linked.ts';
import { displayName, isPathUrl, sidecarUrl } from '../urls.ts';

export interface ProgramFile {
  /** URL of the manifest that the path starts at. */
  readonly manifest: string;
  /** As written. */
  readonly path: string;
  /** From the folder of the root manifest. */
  readonly name: string;
  /** Of its bytes; null where there is no such file, or nothing that could be run: a program is not fetched. */
  readonly digest: string | null;
}

/** Undefined for a name that is looked up in PATH, for an absolute path, and for one that only the run knows. */
export function relativePath(program: LoweredProgram | null): string | undefined {
  if (!program || !('path' in program)) return undefined;
  const { path } = program;
  return path.includes('/') && !path.startsWith('/') && !path.includes('${') ? path : undefined;
}

interface Place extends Omit<ProgramFile, 'digest'> {
  readonly url: string;
}

/**
 * Of components, policies and interposers, by name; those that have no manifest start where their policy's lies. Each file is looked
 * at once. O(components + files).
 */
export async function programFiles(
  linked: Linked,
  governed: Governed,
  baseDir: string,
  digestOfFile: (url: string) => Promise<string | undefined>,
): Promise<readonly ProgramFile[]> {
  const places = new Map<string, Place>();
  const add = (program: LoweredProgram | null, manifest: string | null | undefined): void => {
    const path = relativePath(program);
    const url = path === undefined || !manifest ? undefined : sidecarUrl(path, manifest);
    if (path === undefined || !manifest || url === undefined) return;
    places.set(`${manifest} ${path}`, { manifest, path, url, name: displayName(url, baseDir) });
  };
  const { graph, origins } = governed;
  const policies = linked.policies.graph.components;
  for (const { program, url } of policies) add(program, url);
  for (const { id, program, url } of graph.components)
    add(program, url ?? policyUrl(origins.components[id], governed, policies));
  const digests = await digestsOf([...places.values()], digestOfFile);
  const files = [...places.values()].map(({ url, ...place }) => ({ ...place, digest: digests.get(url) ?? null }));
  return sortedBy(files, ({ name }) => name);
}

/** More at once read no faster, and thousands would use up what a process may have open. */
const atOnce = 8;

async function digestsOf(
  places: readonly Place[],
  digestOfFile: (url: string) => Promise<string | undefined>,
): Promise<ReadonlyMap<string, string>> {
  const urls = [...new Set(places.map(({ url }) => url))].filter(isPathUrl);
  const digests = new Map<string, string>();
  const next = async (): Promise<void> => {
    for (let url = urls.pop(); url !== undefined; url = urls.pop()) {
      const digest = await digestOfFile(url);
      if (digest !== undefined) digests.set(url, digest);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, next));
  return digests;
}

function policyUrl(
  origin: Linked['origins']['components'][number] | undefined,
  governed: Governed,
  policies: readonly Component[],
): string | null | undefined {
  if (origin?.kind !== 'policy') return undefined;
  const asked = governed.policies.find(
    ({ scope, entry }) => scope.moniker === origin.scope && entry.ref === origin.policyRef,
  );
  const [root] = asked?.entry.members ?? [];
  return root === undefined ? undefined : policies[root]?.url;
}
