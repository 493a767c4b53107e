import type { Each, Guarded, Program, Template, When } from '../../../../ir/manifest.ts';

/** Every text of a program in which references are read. */
export function templatesOf(program: Program): readonly Template[] {
  const found: Template[] = [program.target];
  for (const endpoint of program.endpoints) {
    found.push(endpoint.name, endpoint.protocol);
    if (typeof endpoint.port !== 'number') found.push(endpoint.port);
  }
  for (const mount of program.mounts) {
    found.push(mount.path, mount.from);
    if (mount.name) found.push(mount.name);
  }
  if (program.kind === 'vm') {
    for (const field of [program.cpus, program.memoryMib, program.userData, program.vendorData]) {
      if (typeof field === 'object') found.push(field);
    }
  } else {
    for (const argument of program.command) found.push(...argument.values);
    for (const variable of program.env) found.push(variable.value);
  }
  return found;
}

/** Every `when` and `each` of a program. */
export function conditionsOf(program: Program): readonly (When | Each)[] {
  const items: readonly Guarded[] =
    program.kind === 'vm'
      ? [...program.endpoints, ...program.mounts]
      : [...program.command, ...program.env, ...program.endpoints, ...program.mounts];
  return items.flatMap(({ when, each }) => [...(when ? [when] : []), ...(each ? [each] : [])]);
}

/**
 * The names that the `from` of a mount may stand for, after `prefix` and a dot: one path when it is literal, `''` (anything) when
 * the rest is decided by a reference, undefined when the mount takes from something else.
 */
export function mountedPath(from: Template, prefix: 'config' | 'slots'): string | undefined {
  const [first, ...rest] = from.pieces;
  if (first?.kind !== 'literal') return undefined;
  if (rest.length > 0) return first.text.startsWith(`${prefix}.`) ? '' : undefined;
  if (first.text === prefix) return '';
  return first.text.startsWith(`${prefix}.`) ? first.text.slice(prefix.length + 1) : undefined;
}
