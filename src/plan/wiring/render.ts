/** A wired component and the addresses of one place → what is executed there. */
import { setKey } from '../../base/json.ts';
import type { LoweredMount, LoweredProgram } from '../../ir/graph.ts';
import { type RenderedProgram, renderProgram } from '../../language/program/render.ts';
import type { Addressing, Place } from './addressing.ts';
import type { ComponentConfig, ConfigLeaf, WiredComponent } from './component.ts';
import { componentConfig, plainConfig, withLeaves } from './config.ts';
import type { SlotEdge } from './edges.ts';
import { createMarks, type Marks } from './marks.ts';
import type { RenderProblem } from './problem.ts';
import { withPlaces } from './references.ts';
import { createUnboundSlots } from './unbound-slots.ts';

export interface Rendered {
  /** Null for a program that is a path. */
  readonly image: string | null;
  /** Of a path the program itself and its arguments, of an image what its container is to execute. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Config that is mounted; see `storage` of the component for what else is. */
  readonly files: readonly { readonly path: string; readonly content: string }[];
  /** Which references stand where. Each once. */
  readonly references: readonly { readonly leaf: ConfigLeaf; readonly place: Place }[];
}

/** What a mark stands for: a URL, a value that stays a reference, or a reference to a secret, which nobody knows before the start. */
interface Meant {
  readonly text: string;
  readonly leaf?: ConfigLeaf;
}

/** Pure. What cannot be rendered is told, and nothing of the rest is answered. */
export function render(
  component: WiredComponent,
  addressing: Addressing,
): Rendered | { readonly problem: RenderProblem } {
  const { config } = component;
  const program = commandOf(component.program);
  if (!program) return { problem: { kind: 'program', messages: [NO_COMMAND], unbound: [] } };
  const marks = createMarks<Meant>(config.mark);
  const referred = config.leaves.flatMap((leaf) => {
    const text = addressing.reference?.(leaf);
    return text === undefined ? [] : [{ leaf, mark: marks.add({ text, leaf }) }];
  });
  const { value, problems } =
    referred.length + config.references.length === 0 ? plainConfig(config) : markedConfig(config, referred, marks);
  const plain = (text: string): string => textOf(text, marks);
  if (problems.length > 0) return { problem: { kind: 'config', messages: problems.map(plain) } };
  const unbound = createUnboundSlots(component);
  const slots = slotTexts(component, (edge) => marks.add({ text: addressing.slotUrl(edge, component) }));
  const rendered = renderProgram(program, { config: value, slots, whyUnbound: unbound.why });
  if (rendered.problems.length > 0)
    return { problem: { kind: 'program', messages: rendered.problems.map(plain), unbound: unbound.asked } };
  const { argv, ...rest } = written(rendered, marks, addressing);
  const [image = '', ...command] = argv;
  return 'image' in program ? { image, argv: command, ...rest } : { image: null, argv, ...rest };
}

function markedConfig(
  config: ComponentConfig,
  referred: readonly { readonly leaf: ConfigLeaf; readonly mark: string }[],
  marks: Marks<Meant>,
): ReturnType<typeof componentConfig> {
  const markOf = new Map(referred.map(({ leaf, mark }) => [leaf, mark]));
  const leaves = referred.map(({ leaf }) => leaf);
  const opaque = withPlaces(config.root, config.references, ({ reference }) => marks.add({ text: reference }));
  const root = withLeaves(opaque, leaves, (leaf) => markOf.get(leaf) as string);
  return componentConfig(config, root, marks.isIn);
}

const NO_COMMAND = 'it is a virtual machine, which has no command line';

type Command = Parameters<typeof renderProgram>[0];

/** Mounts of anything but config are for whoever starts the program. Undefined for what is started without a command. */
export function commandOf(program: LoweredProgram): Command | undefined {
  if ('vm' in program) return undefined;
  const isFile = (mount: LoweredMount): boolean => mount['kind'] === 'file';
  return { ...program, mounts: (program.mounts ?? []).filter(isFile) };
}

/** By slot, in the order of the bindings. */
export function slotTexts(
  { slots }: WiredComponent,
  textOfEdge: (edge: SlotEdge) => string,
): Readonly<Record<string, readonly string[]>> {
  const texts: Record<string, string[]> = {};
  for (const edge of slots) {
    const known = Object.hasOwn(texts, edge.to.slot) ? (texts[edge.to.slot] as string[]) : [];
    setKey(texts, edge.to.slot, [...known, textOfEdge(edge)]);
  }
  return texts;
}

const textOf = (text: string, marks: Marks<Meant>, literal: (text: string) => string = (same) => same): string =>
  marks
    .split(text)
    .map((part) => (typeof part === 'string' ? literal(part) : part.meant.text))
    .join('');

/** Puts everything in the place of its mark. */
function written(
  { argv, env, files }: RenderedProgram,
  marks: Marks<Meant>,
  { literal }: Addressing,
): Omit<Rendered, 'image'> {
  const references = new Map<string, Rendered['references'][number]>();
  const write = (text: string, place: Place): string => {
    if (!marks.isIn(text)) return literal && text !== '' ? literal(text, place) : text;
    for (const part of marks.split(text)) {
      const leaf = typeof part === 'string' ? undefined : part.meant.leaf;
      if (leaf) references.set(`${place} ${leaf.path}`, { leaf, place });
    }
    return textOf(text, marks, literal && ((one) => literal(one, place)));
  };
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) setKey(texts, name, write(value, 'env'));
  return {
    argv: argv.map((text) => write(text, 'argv')),
    env: texts,
    files: files.map(({ path, content }) => ({ path: write(path, 'file'), content: write(content, 'file') })),
    references: [...references.values()],
  };
}
