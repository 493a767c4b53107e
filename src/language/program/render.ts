/** A lowered program, of a path or of an image, and its evaluated config → what to execute. Pure; the last step before a process starts. */
import { type JsonObject, own, setKey } from '../../base/json.ts';
import { sortedKeys } from '../../base/order.ts';
import type { LoweredArgument, LoweredEnvValue, LoweredProgram } from '../../ir/graph.ts';
import { eachItem, isPresent } from './render-guards.ts';
import { type RenderedFile, renderMounts } from './render-mounts.ts';
import { type RenderScope, renderText } from './render-text.ts';

export type PathProgram = Extract<LoweredProgram, { readonly path: string }>;
export type ImageProgram = Extract<LoweredProgram, { readonly image: string }>;

export interface RenderInput {
  /** Evaluated config of the component. */
  readonly config: JsonObject;
  /** URLs by slot, in the order of the bindings. An unbound slot has no entry, or an empty one. */
  readonly slots: Readonly<Record<string, readonly string[]>>;
  /** A clause on why a slot that a text needs has no URL; that it is not bound, unless given. */
  readonly whyUnbound?: (slot: string) => string;
}

export interface RenderedProgram {
  /** The program and its arguments; the program may be relative or a bare name. Of an image its reference, then its entrypoint. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly RenderedFile[];
  /** What has no value; the rest is only good for showing when there is one. */
  readonly problems: readonly string[];
}

export function renderProgram(program: PathProgram | ImageProgram, input: RenderInput): RenderedProgram {
  const problems: string[] = [];
  const scope: RenderScope = { ...input, problems };
  const [name, text] = 'image' in program ? ['image', program.image] : ['path', program.path];
  const first = renderText(text, scope, `program.${name}`);
  if (first?.trim() === '') problems.push(`\`program.${name}\` is empty`);
  const [list, all] = 'image' in program ? ['entrypoint', program.entrypoint] : ['args', program.args];
  const args = all.flatMap((arg, index) => renderArgument(arg, scope, `program.${list}[${index}]`));
  const env: Record<string, string> = {};
  for (const key of sortedKeys(program.env ?? {})) {
    const at = `program.env.${key}`;
    if (key === '' || key.includes('=') || key.includes('\0'))
      problems.push(`\`${at}\`: no environment variable can have this name`);
    const value = renderEnv(own(program.env ?? {}, key) as LoweredEnvValue, scope, at);
    if (value !== undefined) setKey(env, key, value);
  }
  const files = renderMounts(program.mounts ?? [], scope);
  return { argv: [first ?? '', ...args], env, files, problems };
}

function renderArgument(argument: LoweredArgument, scope: RenderScope, where: string): readonly string[] {
  if (typeof argument === 'string') return present(renderText(argument, scope, where));
  if (argument.when !== undefined && !isPresent(argument.when, scope, where)) return [];
  const group = 'argv' in argument;
  const texts = group ? argument.argv : [argument.arg];
  const at = (index: number): string => (group ? `${where}.argv[${index}]` : `${where}.arg`);
  const render = (inner: RenderScope): readonly string[] =>
    texts.flatMap((text, index) => present(renderText(text, inner, at(index))));
  if (argument.each === undefined) return render(scope);
  const rendered = eachItem(argument.each, scope, where).map((item) => render({ ...scope, item }));
  const join = group ? undefined : argument.join;
  if (join === undefined) return rendered.flat();
  return rendered.length === 0 ? [] : [rendered.flat().join(join)];
}

/** Undefined when the variable is not set at all. */
function renderEnv(value: LoweredEnvValue, scope: RenderScope, where: string): string | undefined {
  if (typeof value === 'string') return renderText(value, scope, where);
  if (value.when !== undefined && !isPresent(value.when, scope, where)) return undefined;
  if (value.each === undefined) return renderText(value.value, scope, where);
  const rendered = eachItem(value.each, scope, where).flatMap((item) =>
    present(renderText(value.value, { ...scope, item }, where)),
  );
  return rendered.length === 0 ? undefined : rendered.join(value.join ?? '');
}

const present = (text: string | undefined): readonly string[] => (text === undefined ? [] : [text]);
