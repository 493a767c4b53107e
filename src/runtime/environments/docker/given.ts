/** What a component is given in a container: what it would be given in a sandbox, as the engine is told it. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerLimits, ContainerMount, ContainerSpec } from '../../../adapters/docker/spec.ts';
import type { ScenarioTree } from '../../../adapters/files/scenario-tree.ts';
import { outermost } from '../../../adapters/sandbox/bubblewrap.ts';
import { isInside } from '../../../adapters/sandbox/host-view.ts';
import { mostTasks, type SandboxLimits } from '../../../adapters/sandbox/limits.ts';
import { packagesAround, sdkMounts, startsNode } from '../../../adapters/sandbox/node-packages.ts';
import type { BoundProgram, LocalComponent } from '../local/component.ts';
import type { Given } from '../local/given.ts';
import type { Who } from './who.ts';

export function limitsOf(limits: SandboxLimits, { budget }: Pick<LocalComponent, 'budget'>): ContainerLimits {
  return {
    cpuSeconds: limits.cpuSeconds,
    memoryBytes: limits.totalBytes,
    // Whoever counts threads as well would refuse what every program may.
    tasks: budget.processes ?? mostTasks(limits),
    openFiles: limits.openFiles,
    fileBytes: limits.fileBytes,
    tmpBytes: limits.tmpBytes,
  };
}

/** `folder` is private, held in memory, and goes with the program. */
export function mountsOf(
  component: Pick<LocalComponent, 'cwd' | 'argv'>,
  given: Pick<Given, 'files' | 'binds' | 'shown' | 'cache'>,
  folder: string,
  { isOwner }: Who,
  tree: ScenarioTree,
): readonly ContainerMount[] {
  const writable = [...given.binds, ...(given.cache ? [{ ...given.cache, writable: true }] : [])];
  // What lies in a folder that is closed to others may be open to whoever is shown it.
  if (!isOwner) for (const { source } of writable) chmodSync(source, 0o777);
  const files = given.files.map(({ path, content }, at) => {
    const source = join(folder, String(at));
    writeFileSync(source, content, { mode: 0o444, flag: 'wx' });
    chmodSync(source, 0o444);
    return { source, target: path, writable: false };
  });
  const shown = [...given.shown].map(([target, source]) => {
    if (!isOwner) chmodSync(source, 0o444);
    return { source, target, writable: false };
  });
  return [...sourceOf(component, tree), ...writable, ...shown, ...files];
}

/** Of a `path` program the folder of its manifest, where it is, and what Node looks for around it: what a sandbox shows it. */
function sourceOf({ cwd, argv }: Pick<LocalComponent, 'cwd' | 'argv'>, tree: ScenarioTree): readonly ContainerMount[] {
  if (cwd === null) return [];
  const around = startsNode(argv) ? packagesAround(cwd, tree) : [];
  const sdk = startsNode(argv) ? [...sdkMounts()] : [];
  return [...outermost([cwd, ...around]).map((path) => [path, path] as const), ...sdk].map(([target, source]) => ({
    source,
    target,
    writable: false,
  }));
}

/** Two at one place, or one in another, which the engine would make in the other's folder. */
export function mountFault(mounts: readonly ContainerMount[], memory: ContainerSpec['memory']): string | undefined {
  const places = [...mounts.filter(({ writable }) => writable), ...memory].map(({ target }) => target);
  const all = [...mounts, ...memory].map(({ target }) => target);
  for (const path of all) {
    if (!path.startsWith('/')) return `\`${path}\` is not an absolute path`;
    if (['/proc', '/dev', '/sys', '/headgate'].some((folder) => isInside(path, folder)) || path === '/')
      return `nothing can be mounted at \`${path}\``;
    if (all.filter((other) => other === path).length > 1) return `two things are to be mounted at \`${path}\``;
    const around = places.find((other) => other !== path && isInside(path, other));
    if (around !== undefined) return `\`${path}\` lies in \`${around}\`, and nothing can be mounted in another mount`;
  }
  return undefined;
}

/** What may not stand in what the engine writes down of a container, and so is told to a shell in its place. */
export function hiddenIn(
  plain: BoundProgram,
  bound: BoundProgram,
  secretVariables: readonly string[],
): { readonly env: Readonly<Record<string, string>>; readonly argv: boolean } {
  const secret = Object.entries(bound.env).filter(
    ([name, value]) => secretVariables.includes(name) || plain.env[name] !== value,
  );
  return { env: Object.fromEntries(secret), argv: bound.argv.join('\0') !== plain.argv.join('\0') };
}

/** It becomes the program, which reads a file, or nothing. */
export function scriptOf(argv: readonly string[], env: Readonly<Record<string, string>>, stdin = '/dev/null'): string {
  const variables = Object.entries(env).map(([name, value]) => `export ${name}=${quoted(value)}`);
  return [...variables, `exec ${argv.map(quoted).join(' ')} <${stdin}`, ''].join('\n');
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
