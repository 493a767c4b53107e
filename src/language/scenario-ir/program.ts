import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { emptyRange } from '../../base/span.ts';
import type { Component, LoweredMount, LoweredProgram } from '../../ir/graph.ts';
import type { Program } from '../../ir/manifest.ts';
import type { ObjectNode, SyntaxNode } from '../../ir/syntax.ts';
import { programOf } from '../decode/program.ts';
import { checkConfigReferences } from '../program/config-references.ts';
import { checkSlotReferences } from '../program/slot-references.ts';
import { follow, type Pointer } from '../syntax/pointer.ts';
import type { Fail } from './report.ts';

export const mountsOf = (program: LoweredProgram | null): readonly LoweredMount[] =>
  (program && ('vm' in program ? program.vm.mounts : program.mounts)) ?? [];

/** Commands, variables and endpoints have the grammar of manifests, and mean the same there. */
export function checkProgram(component: Component, root: SyntaxNode, pointer: Pointer, fail: Fail): void {
  const { node } = follow(root, pointer);
  if (!component.program || node.kind !== 'object') return;
  const at = (range: { readonly start: number }): Pointer => pointerTo(node, range.start, pointer);
  let faults = 0;
  const report = (_fault: string, range: { readonly start: number }, _path: string, message: string): void => {
    faults++;
    fail(at(range), message);
  };
  const program = programOf({ sidecars: new Map(), report }, { node: withoutMounts(node), path: '' }, emptyRange);
  if (program && faults === 0) checkReferences(component, program, (range, message) => fail(at(range), message));
  for (const [i, mount] of mountsOf(component.program).entries()) {
    const inner = 'vm' in component.program ? [...pointer, 'vm'] : pointer;
    checkMount(component, mount, (message) => fail([...inner, 'mounts', i], message));
  }
}

function checkReferences(
  { slots, configSchema }: Component,
  program: Program,
  fail: (range: { readonly start: number }, message: string) => void,
): void {
  const problems = [
    ...checkSlotReferences(program, new Map(Object.entries(slots))),
    ...checkConfigReferences(program, configSchema),
  ];
  for (const { range, location, message } of problems) {
    // The place in the IR says it already.
    const said = `${location}: `;
    fail(range, message.startsWith(said) ? message.slice(said.length) : message);
  }
}

/** Mounts are in a form of their own, and so is where `egress` stands. */
function withoutMounts(program: ObjectNode): ObjectNode {
  const entries = program.entries.flatMap((entry) => {
    if (entry.key === 'mounts') return [];
    if (entry.key !== 'vm' || entry.value.kind !== 'object') return [entry];
    const inner = entry.value.entries.filter(({ key }) => key !== 'mounts' && key !== 'egress');
    return [{ ...entry, value: { ...entry.value, entries: inner } }];
  });
  return { ...program, entries };
}

/** The deepest part that begins there. */
function pointerTo(node: SyntaxNode, start: number, pointer: Pointer): Pointer {
  const holds = ({ range }: SyntaxNode): boolean => range.start <= start && start < range.end;
  if (node.kind === 'object') {
    const entry = node.entries.find(({ value }) => holds(value));
    if (entry) return pointerTo(entry.value, start, [...pointer, entry.key]);
  }
  if (node.kind === 'array') {
    const index = node.items.findIndex(holds);
    if (index >= 0) return pointerTo(node.items[index] as SyntaxNode, start, [...pointer, index]);
  }
  return pointer;
}

function checkMount(
  { slots, resources, configSchema }: Component,
  mount: LoweredMount,
  fail: (m: string) => void,
): void {
  const path = mount['path'];
  if (typeof path === 'string' && path.split('/').includes('..')) fail('a mount path holds no `..`');
  const named = (field: string): string => String(mount[field]);
  if (mount['kind'] === 'slot' && !(Object.hasOwn(slots, named('slot')) && slots[named('slot')]?.kind === 'storage'))
    fail(`the component has no storage slot \`${named('slot')}\``);
  if (mount['kind'] === 'resource' && !Object.hasOwn(resources, named('resource')))
    fail(`the component has no resource \`${named('resource')}\``);
  if (mount['kind'] === 'file' && configSchema === null)
    fail('a file is mounted from config, and the component has no config schema');
}

/** Template parts that name a slot carry the id of the component; ids are counted without gaps here. */
export function renumberScopes(program: LoweredProgram, ids: ReadonlyMap<number, number>): LoweredProgram {
  const walk = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map(walk);
    if (!isObject(value)) return value;
    const out = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]));
    const scope = out['scope'];
    return typeof scope === 'number' && ('slot' in out || 'item' in out)
      ? { ...out, scope: ids.get(scope) ?? scope }
      : out;
  };
  const mounts = (all: readonly LoweredMount[]): LoweredMount[] => all.map((mount) => walk(mount) as JsonObject);
  if ('vm' in program) return { vm: { ...program.vm, mounts: mounts(program.vm.mounts) } };
  return program.mounts ? { ...program, mounts: mounts(program.mounts) } : program;
}
