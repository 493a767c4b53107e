/**
 * Program → the form that requests, plans and the scenario IR carry. Endpoints are decided at link time; mounts as far as they
 * can be; commands and variables stay as written and are rendered when the program starts.
 */
import { setKey } from '../../base/json.ts';
import type { LoweredArgument, LoweredEnvValue, LoweredMount, LoweredNetwork, LoweredProgram } from '../../ir/graph.ts';
import type { Argument, EnvVar, Program, Template } from '../../ir/manifest.ts';
import { lowerEndpoints } from './lower-endpoints.ts';
import type { LowerInput } from './lower-input.ts';
import { lowerMounts } from './lower-mounts.ts';
import type { ProgramProblem } from './problem.ts';

export interface Lowered {
  readonly program: LoweredProgram;
  readonly problems: readonly ProgramProblem[];
}

export function lowerProgram(program: Program, input: LowerInput): Lowered {
  const problems: ProgramProblem[] = [];
  const endpoints = lowerEndpoints(program, input, problems);
  const mounts = lowerMounts(program, input, problems);
  const network: LoweredNetwork | undefined = program.hasNetwork ? { endpoints } : undefined;
  if (program.kind === 'vm') {
    const size = (value: number | Template): number | string => (typeof value === 'number' ? value : value.source);
    const vm = {
      image: program.target.source,
      cpus: size(program.cpus),
      memory_mib: size(program.memoryMib),
      network: network ?? null,
      mounts,
      cloud_init: { user_data: program.userData?.source ?? null, vendor_data: program.vendorData?.source ?? null },
      egress: program.egress,
    };
    return { program: { vm }, problems };
  }
  const parts = { env: lowerEnv(program.env), network, mounts };
  return {
    program: loweredProcess(program.kind, program.target.source, program.command.map(lowerArgument), parts),
    problems,
  };
}

interface ProcessParts {
  readonly env: Readonly<Record<string, LoweredEnvValue>>;
  readonly network: LoweredNetwork | undefined;
  readonly mounts: readonly LoweredMount[];
}

/** A program that is no virtual machine, of parts that are lowered. */
export function loweredProcess(
  kind: 'image' | 'path',
  target: string,
  command: readonly LoweredArgument[],
  { env, network, mounts }: ProcessParts,
): LoweredProgram {
  const rest = {
    ...(Object.keys(env).length > 0 ? { env } : {}),
    ...(network ? { network } : {}),
    ...(mounts.length > 0 ? { mounts } : {}),
  };
  return kind === 'image' ? { image: target, entrypoint: command, ...rest } : { path: target, args: command, ...rest };
}

const guards = (item: Argument | EnvVar): { when?: string; each?: string } => ({
  ...(item.when ? { when: `${item.when.kind}.${item.when.path}` } : {}),
  ...(item.each ? { each: `${item.each.kind}.${item.each.path}` } : {}),
});

export function lowerArgument(argument: Argument): LoweredArgument {
  const values = argument.values.map((value) => value.source);
  if (!argument.object) return values[0] ?? '';
  const join = argument.join === undefined ? {} : { join: argument.join };
  return argument.form === 'one'
    ? { ...guards(argument), ...join, arg: values[0] ?? '' }
    : { ...guards(argument), argv: values };
}

export function lowerEnv(env: readonly EnvVar[]): Readonly<Record<string, LoweredEnvValue>> {
  const out: Record<string, LoweredEnvValue> = {};
  for (const variable of env) {
    const value = variable.value.source;
    const join = variable.join === undefined ? {} : { join: variable.join };
    setKey(out, variable.name, variable.object ? { ...guards(variable), ...join, value } : value);
  }
  return out;
}
