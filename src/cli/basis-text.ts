import type { CompletionBasis } from '../runtime/gate/outcome.ts';

const texts: Readonly<Record<CompletionBasis, string>> = {
  no_probes_declared: 'every program ended well, and nothing else was to be checked',
  no_probes_required: 'every program ended well, and no probe has to pass',
  probes_passed: 'every probe that is required has passed',
};

/** By what a run was judged to be complete. */
export const basisText = (basis: CompletionBasis): string => `${basis}: ${texts[basis]}`;
