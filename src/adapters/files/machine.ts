import { dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Machine } from '../../ports/machine.ts';
import { programFault } from '../sandbox/locate-here.ts';

/** This machine. Programs of manifests from elsewhere have no folder here. */
export const thisMachine: Machine = {
  programFault: (argv, manifestUrl) => {
    if (!manifestUrl.startsWith('file:')) return undefined;
    const folder = dirname(fileURLToPath(manifestUrl));
    const fault = programFault(argv, folder);
    // Diagnostics name files as their authors do, wherever the folder lies.
    return fault && { ...fault, message: fault.message.replaceAll(`${folder}${sep}`, './') };
  },
};
