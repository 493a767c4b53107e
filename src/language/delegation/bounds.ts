/** What a delegation file may hold. */
export const delegationBounds = {
  bytes: 1024 * 1024,
  delegations: 1000,
  resources: 1000,
  patternLength: 512,
} as const;

/** Of ids; `plan` is what stands where there is no delegation. */
export const idForm = '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$';
export const subjectForm = '^(\\*|/[^\\s]*)$';
