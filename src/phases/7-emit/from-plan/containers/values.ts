/** Texts of a program in which values of the root config are still open: a target fills them in when it starts the program. */
import { isObject, type JsonValue, own } from '../../../../base/json.ts';
import { memoized } from '../../../../base/memo.ts';
import { pathSegments } from '../../../../language/schema/facets.ts';
import type { ConfigLeaf, WiredComponent } from '../../../../plan/wiring/component.ts';
import type { SlotEdge } from '../../../../plan/wiring/edges.ts';
import { createMarks } from '../../../../plan/wiring/marks.ts';
import type { RenderProblem } from '../../../../plan/wiring/problem.ts';
import { type Rendered, render } from '../../../../plan/wiring/render.ts';

/** A text of a program: what is known, values that come later, and addresses as the target writes them. */
export type Part = string | { readonly leaf: ConfigLeaf } | { readonly address: string };
export type Text = readonly Part[];

export interface Parts {
  readonly image: Text | null;
  readonly argv: readonly Text[];
  readonly env: readonly (readonly [string, Text])[];
  readonly files: readonly { readonly path: Text; readonly content: Text }[];
}

export type Presence = 'required' | 'optional';

export interface Read {
  readonly parts: Parts;
  /** By path, of leaves that have no default. */
  readonly presence: ReadonlyMap<string, Presence>;
}

export type Unreadable =
  | { readonly kind: 'render'; readonly problem: RenderProblem }
  /** Whether it is given decides what is executed. */
  | { readonly kind: 'optional'; readonly path: string };

export const knownValue = (component: WiredComponent, { path }: ConfigLeaf): JsonValue | undefined => {
  let value: JsonValue | undefined = component.config.root;
  for (const segment of pathSegments(path)) value = isObject(value) ? own(value, segment) : undefined;
  return value;
};

/** Nobody can take it apart once it is a text: it stays what the schema says. */
export const isBaked = (value: JsonValue | undefined): boolean => typeof value === 'object' && value !== null;

/** `host:port` at which the program of its consumer finds what an edge leads to. */
export type AddressOf = (edge: SlotEdge) => string;

/** Values that are `fixed` stay what the schema says. */
export function readProgram(
  component: WiredComponent,
  addressOf: AddressOf,
  fixed: (value: JsonValue | undefined) => boolean = isBaked,
): Read | Unreadable {
  const read = readOpen(component)(component.config.leaves.filter((leaf) => !fixed(knownValue(component, leaf))));
  return 'kind' in read ? read : { parts: addressed(read.parts, addressOf), presence: read.presence };
}

/** Before anybody has said where an edge leads. */
type OpenPart = Exclude<Part, { readonly address: string }> | { readonly edge: SlotEdge };
type OpenText = readonly OpenPart[];

interface OpenParts {
  readonly image: OpenText | null;
  readonly argv: readonly OpenText[];
  readonly env: readonly (readonly [string, OpenText])[];
  readonly files: readonly { readonly path: OpenText; readonly content: OpenText }[];
}

type OpenRead = { readonly parts: OpenParts; readonly presence: Read['presence'] } | Unreadable;

/** Targets differ in addresses, and in what leaves they leave open: what comes of it is the same for all who leave the same ones. */
const readOpen = memoized((component: WiredComponent) => {
  const known = new Map<string, OpenRead>();
  return (open: readonly ConfigLeaf[]): OpenRead => {
    const key = open.map(({ path }) => path).join('\0');
    const read = known.get(key) ?? openRead(component, open);
    known.set(key, read);
    return read;
  };
});

function openRead(component: WiredComponent, open: readonly ConfigLeaf[]): OpenRead {
  const whole = partsOf(component, new Set(open));
  if ('problem' in whole) return { kind: 'render', problem: whole.problem };
  const presence = new Map<string, Presence>();
  for (const leaf of open) {
    if (knownValue(component, leaf) !== undefined) continue;
    if (leaf.required || leaf.secret) {
      presence.set(leaf.path, 'required');
      if (leaf.required) continue;
    }
    const without = partsOf(component, new Set(open.filter((one) => one !== leaf)));
    // What it cannot do without has to be given.
    if ('problem' in without) presence.set(leaf.path, 'required');
    else if (shapeOf(without.parts) !== shapeOf(whole.parts)) return { kind: 'optional', path: leaf.path };
    else if (!leaf.secret) presence.set(leaf.path, 'optional');
  }
  return { parts: whole.parts, presence };
}

const shapeOf = ({ argv, env, files }: OpenParts): string =>
  JSON.stringify([argv.length, env.map(([name]) => name), files.length]);

function partsOf(
  component: WiredComponent,
  open: ReadonlySet<ConfigLeaf>,
): { readonly parts: OpenParts } | { readonly problem: RenderProblem } {
  const marks = createMarks<Exclude<OpenPart, string>>(component.config.mark);
  const rendered = render(component, {
    slotUrl: (edge) => `${edge.protocol}://${marks.add({ edge })}`,
    reference: (leaf) => (open.has(leaf) ? marks.add({ leaf }) : undefined),
  });
  const split = (text: string): OpenText =>
    marks.split(text).map((part) => (typeof part === 'string' ? part : part.meant));
  if ('problem' in rendered)
    return { problem: { ...rendered.problem, messages: rendered.problem.messages.map((one) => shown(split(one))) } };
  return { parts: partsIn(rendered, split) };
}

/** For a message: nobody knows the value yet. */
const shown = (text: OpenText): string =>
  text
    .map((part) => (typeof part === 'string' ? part : 'leaf' in part ? `\${config.${part.leaf.path}}` : '…'))
    .join('');

const partsIn = ({ image, argv, env, files }: Rendered, split: (text: string) => OpenText): OpenParts => ({
  image: image === null ? null : split(image),
  argv: argv.map(split),
  env: Object.entries(env).map(([name, text]) => [name, split(text)] as const),
  files: files.map(({ path, content }) => ({ path: split(path), content: split(content) })),
});

function addressed({ image, argv, env, files }: OpenParts, addressOf: AddressOf): Parts {
  const at = (text: OpenText): Text =>
    text.map((part) => (typeof part === 'object' && 'edge' in part ? { address: addressOf(part.edge) } : part));
  return {
    image: image && at(image),
    argv: argv.map(at),
    env: env.map(([name, text]) => [name, at(text)] as const),
    files: files.map(({ path, content }) => ({ path: at(path), content: at(content) })),
  };
}

export const isPlain = (text: Text): text is readonly string[] => text.every((part) => typeof part === 'string');
/** Each once. */
export function leavesIn(texts: readonly Text[]): readonly ConfigLeaf[] {
  const leaves = new Set<ConfigLeaf>();
  for (const text of texts)
    for (const part of text) if (typeof part === 'object' && 'leaf' in part) leaves.add(part.leaf);
  return [...leaves];
}
