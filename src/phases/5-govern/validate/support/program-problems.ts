import type { JsonObject, JsonValue } from '../../../../base/json.ts';
import { isObject, own } from '../../../../base/json.ts';
import { emptyRange, type Range } from '../../../../base/span.ts';
import type { Interposer } from '../../../../ir/answer.ts';
import type { MountDecl, Program } from '../../../../ir/manifest.ts';
import { checkConfigReferences } from '../../../../language/program/config-references.ts';
import { lowerProgram } from '../../../../language/program/lower.ts';
import { checkSlotReferences } from '../../../../language/program/slot-references.ts';
import { quote } from '../../../../language/schema/assertions.ts';
import { follow, type Pointer } from '../../../../language/syntax/pointer.ts';

interface Found {
  readonly range: Range;
  readonly message: string;
}

/**
 * References, endpoints and mounts go through the checks for authored programs. `schema` is undefined when the interposer's
 * schema is at fault already: then nothing is said about config.
 */
export function programProblems(interposer: Interposer, schema: JsonObject | null | undefined): readonly Found[] {
  const program = interposer.manifestProgram;
  if (!program) return [];
  const slots = new Map(Object.entries(interposer.slots));
  const references = [
    ...checkSlotReferences(program, slots),
    ...(schema === undefined ? [] : checkConfigReferences(program, schema)),
  ];
  const broken = references.map(({ range }) => range);
  const inside = (outer: Range): boolean => broken.some((r) => outer.start <= r.start && r.end <= outer.end);
  const mounts = program.mounts.filter(
    (mount) =>
      mount.from.source !== 'framework.component' &&
      !inside(mount.range) &&
      !(schema === undefined && readsConfig(mount)),
  );
  const { problems: lowering } = lowerProgram(
    { ...program, mounts },
    {
      // Everything in the config counts as decided at run time, so that only what is wrong whatever its value is found.
      space: schema
        ? { value: { kind: 'root', path: '' }, schema }
        : { value: { kind: 'literal', value: {} }, schema: null },
      rootSchema: null,
      slots,
      resources: new Set(Object.keys(interposer.resources)),
      features: new Set(),
      self: 0,
    },
  );
  return [
    ...emptyParts(program),
    ...[...references, ...lowering].map(({ range, message, location }) => ({
      range,
      message: bare(message, location),
    })),
    ...numberedConnections(interposer),
  ];
}

/** The path is said beside the message. */
const bare = (message: string, location: string): string =>
  message.startsWith(`${location}: `) ? message.slice(location.length + 2) : message;

const readsConfig = (mount: MountDecl): boolean =>
  mount.from.source.startsWith('config') || mount.path.pieces.some((piece) => piece.kind === 'config');

function emptyParts(program: Program): readonly Found[] {
  const out: Found[] = [];
  const blank = program.target.source.trim() === '';
  const { range } = program.target;
  if (program.kind === 'image' && program.command.length === 0) {
    out.push({ range: program.range, message: 'a container needs a command: `entrypoint` is missing or empty' });
  }
  if (program.kind === 'path' && blank) out.push({ range, message: 'the `path` of the program is empty' });
  if (program.kind !== 'vm') return out;
  if (blank) out.push({ range, message: 'the `image` of the virtual machine is empty' });
  if (program.cpus === 0)
    out.push({ range: program.range, message: '`cpus` of the virtual machine must be more than 0' });
  if (program.memoryMib === 0) {
    out.push({ range: program.range, message: '`memory_mib` of the virtual machine must be more than 0' });
  }
  return out;
}

/** Parts that name one connection of a slot by its number. */
function numberedConnections(interposer: Interposer): readonly Found[] {
  const { program } = interposer;
  if (!program) return [];
  const inVm = 'vm' in program;
  const mounts = (inVm ? program.vm.mounts : program.mounts) ?? [];
  const out: Found[] = [];
  for (const [index, mount] of mounts.entries()) {
    const texts: readonly (readonly [Pointer, JsonValue | undefined])[] = [
      [['path'], mount['path']],
      [['source', 'path'], isObject(mount['source']) ? mount['source']['path'] : undefined],
    ];
    for (const [way, parts] of texts) {
      for (const [n, part] of (Array.isArray(parts) ? (parts as readonly JsonValue[]) : []).entries()) {
        const message = isObject(part) && part['index'] !== undefined ? numbered(part, interposer) : undefined;
        if (message === undefined) continue;
        const pointer = ['program', ...(inVm ? ['vm'] : []), 'mounts', index, ...way, n];
        const { node } = interposer;
        out.push({ range: node ? follow(node, pointer).node.range : emptyRange, message });
      }
    }
  }
  return out;
}

function numbered(part: JsonObject, interposer: Interposer): string | undefined {
  const name = String(part['slot']);
  const slot = own(interposer.slots, name);
  if (!slot) return `unknown slot ${quote(name)}`;
  if (!slot.multiple) return `slot ${quote(name)} takes one connection, so its connections have no numbers`;
  return part['item'] === '' || part['item'] === 'url' ? undefined : 'a connection has one field, `url`';
}
