import type { JsonObject, JsonValue } from '../../base/json.ts';
import type { LoweredMount } from '../../ir/graph.ts';
import type { MountDecl, Program, Template } from '../../ir/manifest.ts';
import { eachItems, presence } from '../config/presence.ts';
import { quote } from '../schema/assertions.ts';
import { lookup } from '../schema/lookup.ts';
import type { LowerInput } from './lower-input.ts';
import type { ProgramProblem } from './problem.ts';
import { literalOf, type Part, renderTemplate } from './static-text.ts';

/** Only files from config may stay undecided; storage and framework mounts are laid out before anything runs. */
export function lowerMounts(program: Program, input: LowerInput, problems: ProgramProblem[]): readonly LoweredMount[] {
  const out: LoweredMount[] = [];
  const paths = new Set<string>();
  for (const [index, mount] of program.mounts.entries()) {
    const location = `${program.kind === 'vm' ? 'program.vm' : 'program'}.mounts[${index}]`;
    const fail = (message: string): undefined => {
      problems.push({
        kind: 'mount',
        message: `${location}: ${message}`,
        range: mount.range,
        location,
        label: 'mount declared here',
      });
      return undefined;
    };
    const guards = guardsOf(mount, input, fail);
    for (const item of guards?.items ?? []) {
      const made = lowerOne(mount, guards as Guards, item, input, fail);
      if (!made) continue;
      const path = made.literalPath;
      if (path !== undefined && paths.has(path)) fail(`something is mounted at ${quote(path)} already`);
      if (path !== undefined) paths.add(path);
      out.push(made.mount);
    }
  }
  return out;
}

type Fail = (message: string) => undefined;

interface Guards {
  /** What is left to the run, in wire form. */
  readonly open: JsonObject;
  /** One entry for each mount to make; `undefined` for one that is not repeated, or repeated only at run time. */
  readonly items: readonly (JsonValue | undefined)[];
}

function guardsOf({ when, each }: MountDecl, input: LowerInput, fail: Fail): Guards | undefined {
  const open: Record<string, JsonValue> = {};
  if (when?.kind === 'slots') open['when'] = { kind: 'slot', query: when.path };
  if (when?.kind === 'config') {
    const there = presence(input.space, when.path, input.rootSchema);
    if (there === 'absent') return { open, items: [] };
    if (there === 'runtime') open['when'] = { kind: 'config', path: when.path };
  }
  if (!each) return { open, items: [undefined] };
  if (each.kind === 'slots') return { open: { ...open, each: { kind: 'slot', slot: each.path } }, items: [undefined] };
  const items = eachItems(input.space, each.path);
  if (items.kind === 'error') return fail(items.message);
  if (items.kind === 'static') return { open, items: items.items };
  return { open: { ...open, each: { kind: 'config', path: each.path } }, items: [undefined] };
}

function lowerOne(
  mount: MountDecl,
  { open }: Guards,
  item: JsonValue | undefined,
  input: LowerInput,
  fail: Fail,
): { readonly mount: LoweredMount; readonly literalPath: string | undefined } | undefined {
  const render = (template: Template, what: string): readonly Part[] | undefined => {
    const rendered = renderTemplate(template, {
      space: input.space,
      self: input.self,
      ...(item === undefined ? {} : { item }),
    });
    return rendered.ok ? rendered.parts : fail(`${what}: ${rendered.message}`);
  };
  const path = render(mount.path, 'path');
  const from = render(mount.from, 'from');
  if (!path || !from) return undefined;
  const literalPath = literalOf(path);
  if (literalPath !== undefined && (!literalPath.startsWith('/') || literalPath.split('/').includes('..'))) {
    return fail(`${quote(literalPath)} is not a mount path: it must be absolute and hold no \`..\``);
  }
  const config = visiblyConfig(mount.from) ? configSource(from) : undefined;
  if (config && !knownConfig(config, input, fail)) return undefined;
  if (config)
    return {
      mount: { kind: 'file', path: json(path), source: { kind: 'config', path: json(config) }, ...open },
      literalPath,
    };
  const source = literalOf(from);
  if (source === undefined) return fail(`source ${quote(mount.from.source)} is only known when the scenario runs`);
  if (literalPath === undefined)
    return fail(
      `path ${quote(mount.path.source)} is only known when the scenario runs, and ${quote(source)} is laid out before`,
    );
  if (Object.keys(open).length > 0)
    return fail(`${quote(source)} is laid out before the scenario runs, and its condition is only known then`);
  const made = concrete(source, literalPath, input, fail);
  return made && { mount: made, literalPath };
}

/** `config` or `config.<path>`: the path inside the config, as parts. */
function configSource(from: readonly Part[]): readonly Part[] | undefined {
  const [first, ...rest] = from;
  if (!first || !('lit' in first)) return undefined;
  if (first.lit === 'config' && rest.length === 0) return [];
  if (!first.lit.startsWith('config.')) return undefined;
  const head = first.lit.slice('config.'.length);
  return head === '' ? rest : [{ lit: head }, ...rest];
}

/** What a mount is made of must be visible where it is written: a text from config cannot turn it into a mount of config. */
function visiblyConfig({ pieces }: Template): boolean {
  const [first, second] = pieces;
  return first?.kind === 'literal' && (first.text.startsWith('config.') || (first.text === 'config' && !second));
}

function knownConfig(path: readonly Part[], { space }: LowerInput, fail: Fail): boolean {
  if (space.schema === null) return fail('a file is mounted from config, and there is no `config_schema`') ?? false;
  const literal = literalOf(path);
  if (literal === undefined || literal === '' || lookup(space.schema, literal) !== undefined) return true;
  return fail(`${quote(`config.${literal}`)} is not declared in \`config_schema\``) ?? false;
}

function concrete(source: string, path: string, input: LowerInput, fail: Fail): LoweredMount | undefined {
  const dot = source.indexOf('.');
  const [head, name] = dot < 0 ? [source, ''] : [source.slice(0, dot), source.slice(dot + 1)];
  if (head === 'slots') {
    const slot = input.slots.get(name);
    if (!slot) return fail(`unknown slot ${quote(name)}`);
    return slot.kind === 'storage'
      ? { kind: 'slot', path, slot: name }
      : fail(`slot \`${name}\` is of kind \`${slot.kind}\`, and only storage can be mounted`);
  }
  if (head === 'resources')
    return input.resources.has(name)
      ? { kind: 'resource', path, resource: name }
      : fail(`unknown resource ${quote(name)}`);
  if (head === 'framework') {
    if (name !== 'docker' && name !== 'kvm') return fail(`framework capability ${quote(name)} cannot be mounted`);
    return input.features.has(name)
      ? { kind: 'framework', path, capability: name }
      : fail(`framework capability \`${name}\` needs the experimental feature \`${name}\``);
  }
  if (head === 'config')
    return fail('a mount from config must say so where it is written: `config` or `config.<path>`');
  return fail(
    `${quote(source)} is not a mount source; use \`config\`, \`slots.x\`, \`resources.x\` or \`framework.x\``,
  );
}

const json = (parts: readonly Part[]): JsonValue => parts as unknown as JsonValue;
