/** Texts of a program in which values of the root config are still open: a target fills them in when it starts the program. */
import { isObject, type JsonValue, own } from '../../../../base/json.ts';
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
  const open = component.config.leaves.filter((leaf) => !fixed(knownValue(component, leaf)));
  const whole = partsOf(component, addressOf, new Set(open));
  if ('problem' in whole) return { kind: 'render', problem: whole.problem };
  const presence = new Map<string, Presence>();
  for (const leaf of open) {
    if (knownValue(component, leaf) !== undefined) continue;
    if (leaf.required || leaf.secret) {
      presence.set(leaf.path, 'required');
      if (leaf.required) continue;
    }
    const without = partsOf(component, addressOf, new Set(open.filter((one) => one !== leaf)));
    // What it cannot do without has to be given.
    if ('problem' in without) presence.set(leaf.path, 'required');
    else if (shapeOf(without.parts) !== shapeOf(whole.parts)) return { kind: 'optional', path: leaf.path };
    else if (!leaf.secret) presence.set(leaf.path, 'optional');
  }
  return { parts: whole.parts, presence };
}

const shapeOf = ({ argv, env, files }: Parts): string =>
  JSON.stringify([argv.length, env.map(([name]) => name), files.length]);

function partsOf(
  component: WiredComponent,
  addressOf: AddressOf,
  open: ReadonlySet<ConfigLeaf>,
): { readonly parts: Parts } | { readonly problem: RenderProblem } {
  const marks = createMarks<Exclude<Part, string>>(component.config.mark);
  const rendered = render(component, {
    slotUrl: (edge) => {
      const address = addressOf(edge);
      return `${edge.protocol}://${marks.add({ address })}`;
    },
    reference: (leaf) => (open.has(leaf) ? marks.add({ leaf }) : undefined),
  });
  const split = (text: string): Text => marks.split(text).map((part) => (typeof part === 'string' ? part : part.meant));
  if ('problem' in rendered)
    return { problem: { ...rendered.problem, messages: rendered.problem.messages.map((one) => shown(split(one))) } };
  return { parts: partsIn(rendered, split) };
}

/** For a message: nobody knows the value yet. */
const shown = (text: Text): string =>
  text
    .map((part) => (typeof part === 'string' ? part : 'leaf' in part ? `\${config.${part.leaf.path}}` : '…'))
    .join('');

const partsIn = ({ image, argv, env, files }: Rendered, split: (text: string) => Text): Parts => ({
  image: image === null ? null : split(image),
  argv: argv.map(split),
  env: Object.entries(env).map(([name, text]) => [name, split(text)] as const),
  files: files.map(({ path, content }) => ({ path: split(path), content: split(content) })),
});

export const isPlain = (text: Text): text is readonly string[] => text.every((part) => typeof part === 'string');
export const leavesIn = (texts: readonly Text[]): readonly ConfigLeaf[] => [
  ...new Set(texts.flat().flatMap((part) => (typeof part === 'object' && 'leaf' in part ? [part.leaf] : []))),
];
