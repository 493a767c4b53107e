import { sortedBy } from '../../base/order.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import type { ManifestTree, TreeNode } from '../../ir/tree.ts';

/** Names of texts in a plan. */
export interface SourceNames {
  readonly sources: DeploymentPlan['sources'];
  /** Every `manifest_version` in use, sorted. */
  readonly versions: string[];
  readonly nameOf: (display: string) => string;
  /** Name of the manifest of an authored component; null for interposers. */
  readonly manifestOf: (id: number) => string | null;
}

const ending = /\.(?:ya?ml|json5?)$/;

/**
 * A manifest is named by its path without its ending, so that a plan does not tell whether it was written in YAML or in JSON5;
 * where two names would meet, the endings stay. Its digest is that of its canonical content; a sidecar's is that of its bytes.
 */
export function nameSources(tree: ManifestTree): SourceNames {
  const manifests = new Map<string, { digest: string; version: string }>();
  const authored: string[] = [];
  const stack: { node: TreeNode; main: boolean }[] = [{ node: tree.root, main: true }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { node, main } = next;
    const { display, manifest } = node.loaded;
    manifests.set(display, { digest: manifest.digest, version: manifest.version.value });
    if (main) authored.push(display);
    for (const child of node.use) stack.push({ node: child, main: false });
    for (let i = node.children.length - 1; i >= 0; i--) stack.push({ node: node.children[i] as TreeNode, main });
    for (const template of node.templates) {
      for (const { display: file, manifest: m } of template.nodes)
        manifests.set(file, { digest: m.digest, version: m.version.value });
    }
  }
  const short = new Map<string, number>();
  for (const display of manifests.keys()) short.set(strip(display), (short.get(strip(display)) ?? 0) + 1);
  const nameOf = (display: string): string => {
    const name = strip(display);
    return manifests.has(display) && (short.get(name) ?? 0) < 2 ? name : display;
  };
  const sources: DeploymentPlan['sources'] = [
    ...[...manifests].map(([display, { digest }]) => ({ name: nameOf(display), digest, kind: 'manifest' as const })),
    ...[...tree.sidecars]
      .filter(([display]) => !manifests.has(display))
      .map(([name, digest]) => ({ name, digest, kind: 'sidecar' as const })),
  ];
  return {
    sources: sortedBy(sources, (s) => s.name),
    versions: [...new Set([...manifests.values()].map((m) => m.version))].sort(),
    nameOf,
    manifestOf: (id) => {
      const display = authored[id];
      return display === undefined ? null : nameOf(display);
    },
  };
}

const strip = (display: string): string => (/^[a-z]+:\/\//.test(display) ? display : display.replace(ending, ''));
