/** The commands of `probe`, which are loaded when one of them is typed. */
import type { CommandDefinition } from '../../definition.ts';
import { probeList } from './list.ts';
import { probeRun } from './run.ts';

export const probeCommands: readonly CommandDefinition[] = [probeRun, probeList];
