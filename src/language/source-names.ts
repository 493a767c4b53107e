import { digestOf } from '../base/digest.ts';
import { sortedBy } from '../base/order.ts';
import type { SourceText } from '../base/text.ts';
import type { Component } from '../ir/graph.ts';
import type { LockedSource } from '../ir/lock.ts';
import type { ManifestTree, TreeNode } from '../ir/tree.ts';
import { displayName } from './urls.ts';

/** Names of texts in a plan. */
export interface SourceNames {
  readonly sources: readonly LockedSource[];
  readonly root: { readonly name: string; readonly digest: string };
  /** Every `manifest_version` in use, sorted. */
  readonly versions: string[];
  readonly nameOf: (display: string) => string;
  /** Name of the manifest that was loaded from a URL. */
  readonly nameOfUrl: (url: string) => string;
  /** Name of the manifest of an authored component; null for interposers. */
  readonly manifestOf: (id: number) => string | null;
}

const ending = /\.(?:ya?ml|json5?)$/;

/**
 * A manifest is named by its path without its ending, so that a plan does not tell whether it was written in YAML or in JSON5;
 * where two names would meet, the endings stay. Its digest is that of its canonical content; a sidecar's is that of its bytes.
 */
export function nameSources(tree: ManifestTree): SourceNames {
  const manifests = new Map(tree.documents.map(({ loaded }) => [loaded.display, loaded.manifest]));
  const byUrl = new Map(tree.documents.map(({ loaded }) => [loaded.url, loaded.display]));
  const authored: string[] = [];
  const stack: TreeNode[] = [tree.root];
  for (let node = stack.pop(); node; node = stack.pop()) {
    authored.push(node.loaded.display);
    for (let i = node.children.length - 1; i >= 0; i--) stack.push(node.children[i] as TreeNode);
  }
  const nameOf = namer([...manifests.keys()]);
  const sources: readonly LockedSource[] = [
    ...[...manifests].map(([display, { digest }]) => ({ name: nameOf(display), digest, kind: 'manifest' as const })),
    ...[...tree.sidecars]
      .filter(([display]) => !manifests.has(display))
      .map(([name, digest]) => ({ name, digest, kind: 'sidecar' as const })),
  ];
  return {
    sources: sortedBy(sources, (s) => s.name),
    root: { name: nameOf(tree.root.loaded.display), digest: tree.root.loaded.manifest.digest },
    versions: [...new Set([...manifests.values()].map((m) => m.version.value))].sort(),
    nameOf,
    nameOfUrl: (url) => nameOf(byUrl.get(url) ?? url),
    manifestOf: (id) => {
      const display = authored[id];
      return display === undefined ? null : nameOf(display);
    },
  };
}

function namer(displays: readonly string[]): (display: string) => string {
  const short = new Map<string, number>();
  for (const display of displays) short.set(strip(display), (short.get(strip(display)) ?? 0) + 1);
  // Asked for every edge.
  const names = new Map(
    displays.map((display) => [display, (short.get(strip(display)) ?? 0) < 2 ? strip(display) : display]),
  );
  return (display) => names.get(display) ?? display;
}

/** Of a scenario that was compiled from its IR: the IR, and the manifests that it was made from, which are not read. */
export function nameIrSources(ir: SourceText, components: readonly Component[], folder: string): SourceNames {
  const manifests = new Map(
    components.flatMap(({ url, digest }) => (url === null ? [] : [[displayName(url, folder), digest] as const])),
  );
  const nameOf = namer([...manifests.keys()]);
  const nameOfUrl = (url: string): string => nameOf(URL.canParse(url) ? displayName(url, folder) : url);
  const [root] = components;
  const sources: readonly LockedSource[] = [
    ...[...manifests].map(([display, digest]) => ({ name: nameOf(display), digest, kind: 'manifest' as const })),
    { name: ir.file, digest: digestOf(ir.text), kind: 'ir' as const },
  ];
  return {
    sources: sortedBy(sources, (s) => s.name),
    root: { name: ir.file, digest: root?.digest ?? '' },
    versions: [],
    nameOf,
    nameOfUrl,
    manifestOf: (id) => {
      const url = components[id]?.url ?? null;
      return url === null ? null : nameOfUrl(url);
    },
  };
}

const strip = (display: string): string => (/^[a-z]+:\/\//.test(display) ? display : display.replace(ending, ''));
