/** In the order of the help. */
import type { CommandDefinition } from '../../definition.ts';
import { serverRun } from './run.ts';
import { serverStatus } from './status.ts';
import { serverStop } from './stop.ts';

export const serverCommands: readonly CommandDefinition[] = [serverStatus, serverStop, serverRun];
