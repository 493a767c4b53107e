/** The commands of `authority`, which are loaded when one of them is typed. */
import type { CommandDefinition } from '../../definition.ts';
import { authorityCheck } from './check.ts';
import { authorityList } from './list.ts';
import { authorityRevoke } from './revoke.ts';

export const authorityCommands: readonly CommandDefinition[] = [authorityCheck, authorityList, authorityRevoke];
