import { dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Machine } from '../../ports/machine.ts';
import { programFault } from '../sandbox/locate-here.ts';
import type { ScenarioTree } from './scenario-tree.ts';

/** This machine, for the scenario of a tree. Programs of manifests from elsewhere have no folder here. */
export const machineFor = (tree: ScenarioTree | undefined): Machine => ({
  programFault: (argv, manifestUrl) => {
    if (!manifestUrl.startsWith('file:') || !tree) return undefined;
    const folder = dirname(fileURLToPath(manifestUrl));
    const fault = programFault(argv, folder, tree);
    // Diagnostics name files as their authors do, wherever the folder lies.
    return fault && { ...fault, message: fault.message.replaceAll(`${folder}${sep}`, './') };
  },
});
