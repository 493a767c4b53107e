/** The commands of `contract`, which are loaded when one of them is typed. */
import type { CommandDefinition } from '../../definition.ts';
import { contractExport } from './export.ts';
import { contractValidate } from './validate.ts';

export const contractCommands: readonly CommandDefinition[] = [contractValidate, contractExport];
