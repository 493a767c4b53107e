/**
 * Program → the form that requests, plans and the scenario IR carry. Endpoints are decided at link time; mounts as far as they
 * can be; commands and variables stay as written and are rendered when the program starts.
 */
import { setKey } from '../../base/json.ts';
import type { LoweredArgument, LoweredEnvValue, LoweredNetwork, LoweredProgram } from '../../ir/graph.ts';
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
  const rest = {
    ...(program.env.length > 0 ? { env: lowerEnv(program.env) } : {}),
    ...(network ? { network } : {}),
    ...(mounts.length > 0 ? { mounts } : {}),
  };
  const command = program.command.map(lowerArgument);
  const lowered: LoweredProgram =
    program.kind === 'image'
      ? { image: program.target.source, entrypoint: command, ...rest }
      : { path: program.target.source, args: command, ...rest };
  return { program: lowered, problems };
}

const guards = (item: Argument | EnvVar): { when?: string; each?: string } => ({
  ...(item.when ? { when: `${item.when.kind}.${item.when.path}` } : {}),
  ...(item.each ? { each: `${item.each.kind}.${item.each.path}` } : {}),
});

function lowerArgument(argument: Argument): LoweredArgument {
  const values = argument.values.map((value) => value.source);
  if (!argument.object) return values[0] ?? '';
  const join = argument.join === undefined ? {} : { join: argument.join };
  return argument.form === 'one'
    ? { ...guards(argument), ...join, arg: values[0] ?? '' }
    : { ...guards(argument), argv: values };
}

function lowerEnv(env: readonly EnvVar[]): Readonly<Record<string, LoweredEnvValue>> {
  const out: Record<string, LoweredEnvValue> = {};
  for (const variable of env) {
    const value = variable.value.source;
    const join = variable.join === undefined ? {} : { join: variable.join };
    setKey(out, variable.name, variable.object ? { ...guards(variable), ...join, value } : value);
  }
  return out;
}
