import type { SourceText } from '../../base/text.ts';
import * as D from '../../diagnostics/catalogue/resolve.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { LoadedManifest, TreeDocument, TreeNode } from '../../ir/tree.ts';
import { cycleAt } from './cycle.ts';
import type { Document } from './document-store.ts';
import { type Documents, pinHolds } from './documents.ts';
import { describe, type Frame } from './frame.ts';
import { judge, judgeNested } from './judge.ts';
import type { ResolveLimits } from './limits.ts';
import type { Reference } from './references.ts';

export interface Walk {
  readonly documents: Documents;
  readonly sink: Sink;
  readonly limits: ResolveLimits;
  /** Filled with what the walk meets. */
  readonly sources: Map<string, SourceText>;
  readonly digests: Map<string, string>;
  readonly records: TreeDocument[];
}

interface State extends Walk {
  readonly path: Frame[];
  /** Digest → index in `path`. */
  readonly open: Map<string, number>;
  readonly met: Set<Document>;
  /** By document that was entered; its instances share them. */
  readonly templates: Map<Document, TreeNode['templates']>;
  /** What came of each reference; it is judged for the manifest that declares it, not for each instance. */
  readonly judged: Map<Reference, LoadedManifest | undefined>;
  readonly circles: Set<Reference>;
  /** `use` entries reported as having policies inside. */
  readonly nested: Set<Reference>;
}

/**
 * Builds the instances depth-first, in the order of names, with a stack of its own. All reporting happens on the way, so it is
 * the same however loading went. The digests of the open path are kept in a map, which makes the check for circles O(1) an
 * instance. Answers undefined, after an error, when there are too many instances.
 */
export async function buildTree(start: Document, loaded: LoadedManifest, walk: Walk): Promise<TreeNode | undefined> {
  const state: State = {
    ...walk,
    path: [],
    open: new Map(),
    met: new Set(),
    templates: new Map(),
    judged: new Map(),
    circles: new Set(),
    nested: new Set(),
  };
  const { documents, limits, open, path } = state;
  meet(start, state);
  const root = enter(start, loaded, undefined, state);
  let instances = 1;
  for (let frame = path.at(-1); frame; frame = path.at(-1)) {
    const reference = frame.document.references[frame.next++];
    if (!reference) {
      open.delete(frame.digest);
      path.pop();
      continue;
    }
    if (reference.kind === 'template' && !frame.first) continue;
    const child = documents.peek(reference.url) ?? (await documents.get(reference.url));
    const found = judgeOnce(reference, child, state);
    if (!found) continue;
    const ancestor = open.get(found.manifest.digest);
    if (ancestor !== undefined) {
      reportCircle(reference, found, ancestor, state);
      continue;
    }
    if (++instances > limits.maxInstances) {
      const args = { limit: limits.maxInstances, what: describe(reference, path) };
      state.sink.report(D.tooManyComponents(args, { at: reference.at, label: 'one too many' }));
      return undefined;
    }
    enter(child, found, reference, state);
  }
  return root;
}

/** Once for each document: what loading had to say of it, and its text. */
export function meet(
  document: Document,
  { met, sink, sources, digests, records }: Pick<State, 'met' | keyof Walk>,
): void {
  if (met.has(document)) return;
  met.add(document);
  if (document.record) records.push(document.record);
  if (document.source) sources.set(document.display, document.source);
  for (const [name, digest] of document.digests) digests.set(name, digest);
  for (const diagnostic of document.diagnostics) sink.report(diagnostic);
}

function enter(document: Document, loaded: LoadedManifest, via: Reference | undefined, state: State): TreeNode {
  const { documents, nested, path, open, sink, templates } = state;
  const parent = path.at(-1);
  const known = templates.get(document);
  const own = known ?? [];
  if (!known) {
    templates.set(document, own);
    // Siblings load together, also where the prefetch did not come.
    for (const reference of document.references) void documents.get(reference.url);
  }
  const node = makeNode(loaded, own, via, parent, state);
  const base = via?.kind === 'component' && parent ? parent.base : path.length;
  open.set(loaded.manifest.digest, path.length);
  const { digest } = loaded.manifest;
  path.push({ node, document, digest, via, base, first: known === undefined, next: 0 });
  const top = path[base]?.via;
  if (top?.kind === 'use' && !nested.has(top) && judgeNested(top, loaded.manifest, sink)) nested.add(top);
  return node;
}

type Draft = { -readonly [Key in keyof TreeNode]: TreeNode[Key] };

function makeNode(
  loaded: LoadedManifest,
  templates: TreeNode['templates'],
  via: Reference | undefined,
  parent: Frame | undefined,
  state: State,
): TreeNode {
  const node: Draft = { name: via?.name ?? '', loaded, children: [], use: [], templates };
  if (via?.decl) node.decl = via.decl;
  if (via?.kind === 'component' && parent) node.parent = parent.node;
  if (!via || !parent) return node;
  if (via.kind === 'component') parent.node.children.push(node);
  else if (via.kind === 'use') parent.node.use.push(node);
  else addTemplate(via.name, loaded, state.templates.get(parent.document) ?? []);
  return node;
}

function addTemplate(template: string, loaded: LoadedManifest, templates: TreeNode['templates']): void {
  const last = templates.at(-1);
  if (last?.template === template) templates[templates.length - 1] = { template, nodes: [...last.nodes, loaded] };
  else templates.push({ template, nodes: [loaded] });
}

function judgeOnce(reference: Reference, child: Document, state: State): LoadedManifest | undefined {
  const { judged, path, sink, limits } = state;
  if (judged.has(reference)) return judged.get(reference);
  const loaded = judge(reference, child, path, { sink, maxBytes: limits.maxBytes });
  judged.set(reference, loaded);
  // What a pinned reference did not ask for is not looked into.
  if (pinHolds(reference, child)) meet(child, state);
  return loaded;
}

function reportCircle(reference: Reference, loaded: LoadedManifest, ancestor: number, state: State): void {
  if (state.circles.has(reference)) return;
  state.circles.add(reference);
  state.sink.report(cycleAt(reference, loaded, state.path, ancestor));
}
