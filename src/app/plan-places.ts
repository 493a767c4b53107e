/** Where a plan's origins stand in the manifests that lie beside it. A manifest with another digest than the plan's is none of them. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createLoader } from '../adapters/loaders/loader.ts';
import type { Range } from '../base/span.ts';
import { positionAt, type SourceText } from '../base/text.ts';
import { createDocuments } from '../compile.ts';
import { createSink } from '../diagnostics/sink.ts';
import type { DeploymentPlan, PlanOrigin } from '../ir/plan-schema.ts';
import type { SyntaxNode } from '../ir/syntax.ts';
import { parseSyntax } from '../language/syntax/parse.ts';
import { follow } from '../language/syntax/pointer.ts';
import type { PlaceOf, Subject } from '../plan/explain/explain.ts';
import { createRenamer } from './rename.ts';
import { folderUrl } from './session.ts';

/** What a plan leaves away of a manifest's name. */
const endings = ['', '.yaml', '.yml', '.json5', '.json'] as const;

interface Found {
  readonly source: SourceText;
  readonly root: SyntaxNode;
}

/** Nothing is read that does not lie below `root`. */
export async function planPlaces(
  plan: DeploymentPlan,
  folder: string,
  { cwd, root }: { readonly cwd: string; readonly root: string },
): Promise<PlaceOf> {
  const baseDir = folderUrl(folder);
  const documents = createDocuments({ baseDir, loader: createLoader({ root }) });
  const read = async (name: string, digest: string): Promise<Found | undefined> => {
    if (name.includes('://')) return undefined;
    for (const ending of endings) {
      const { loaded, source } = await documents.get(pathToFileURL(resolve(folder, name + ending)).href);
      const root = source && loaded?.manifest.digest === digest ? parseSyntax(source, createSink()) : undefined;
      if (source && root) return { source, root };
    }
    return undefined;
  };
  const manifests = new Map<string, Found | undefined>();
  for (const { name, digest, kind } of plan.sources) {
    if (kind === 'manifest') manifests.set(name, await read(name, digest));
  }
  const origins = originsOf(plan);
  const rename = createRenamer(baseDir, cwd);
  return (subject) => {
    const origin = origins.get(keyOf(subject));
    const found = origin && manifests.get(origin.source);
    const range = found && rangeOf(found.root, origin);
    if (!found || !range) return undefined;
    const { line, character } = positionAt(found.source, range.start);
    return `${rename(found.source.file)}:${line + 1}:${character + 1}`;
  };
}

function originsOf(plan: DeploymentPlan): ReadonlyMap<string, PlanOrigin> {
  const origins = new Map<string, PlanOrigin>();
  for (const { id, hop, origin } of plan.edges) origins.set(keyOf({ edge: id, hop }), origin);
  for (const { name, origin } of plan.exports) origins.set(keyOf({ export: name }), origin);
  for (const { moniker, origin } of plan.components) origins.set(keyOf({ component: moniker }), origin);
  return origins;
}

export function keyOf(subject: Subject): string {
  if ('edge' in subject) return `edge ${subject.hop} ${subject.edge}`;
  return 'export' in subject ? `export ${subject.export}` : `component ${subject.component}`;
}

/** A component comes from its name, everything else from what was written for it. */
function rangeOf(root: SyntaxNode, { kind, pointer }: PlanOrigin): Range | undefined {
  const steps = pointer.split('/').slice(1);
  const { node, keyRange, found } = follow(
    root,
    steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')),
  );
  if (!found) return undefined;
  return kind === 'manifest' && steps[0] === 'components' ? (keyRange ?? node.range) : node.range;
}
