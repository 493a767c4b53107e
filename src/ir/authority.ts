/** On what authority things are done: gates, and what is asked of each. */

/** The gates of an operation contract. Each right of a run stands behind one of them. */
export const gates = [
  'toolGrant',
  'modelProviderUse',
  'networkProfile',
  'containerExecution',
  'artifactAccess',
] as const;
export type Gate = (typeof gates)[number];

/** Kinds of rights, and the gate of each. */
export const gateOf = {
  tool: 'toolGrant',
  model: 'modelProviderUse',
  edge: 'networkProfile',
  export: 'networkProfile',
  egress: 'networkProfile',
  control: 'networkProfile',
  container: 'containerExecution',
  storage: 'artifactAccess',
  cache: 'artifactAccess',
  workspace: 'artifactAccess',
  secret: 'artifactAccess',
  evidence: 'artifactAccess',
} as const satisfies Readonly<Record<string, Gate>>;
export type RightKind = keyof typeof gateOf;

/** One right that an action cannot do without. */
export interface Need {
  readonly kind: RightKind;
  readonly gate: Gate;
  /** A moniker. */
  readonly subject: string;
  /** What it is a right to, as delegations name it. */
  readonly resource: string;
}

export const need = (kind: RightKind, subject: string, resource: string): Need => ({
  kind,
  gate: gateOf[kind],
  subject,
  resource,
});

/** What the operator has delegated. */
export interface Delegation {
  readonly id: string;
  /** A moniker, or `*` for every component. */
  readonly subject: string;
  readonly gates: readonly Gate[];
  /** Patterns; see `matchesResource`. */
  readonly resources: readonly string[];
  /** RFC 3339, UTC: from then on it is over. */
  readonly expires?: string;
}

/** In the place of the id of a delegation, where a run stands on what its plan says alone. */
export const byPlan = 'plan';
