import type { VaultFault } from '../../ports/vault.ts';

/** Of a write that came to its fault before anything was written or sent that changes something. */
export const untouched = ({ fault }: { readonly fault: VaultFault }): { readonly fault: VaultFault } => ({
  fault: { ...fault, untouched: true },
});
