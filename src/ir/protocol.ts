/** The version of the question and answer formats; travels as a header. */
export const protocolVersion = '1';

/** The header of an answer in which a policy tells what its selectors matched: for coverage, and for nothing else. */
export const selectionsHeader = 'headgate-selections';

/** One name that a policy selects edges under. */
export interface PolicySelection {
  readonly name: string;
  /** How many edges, over all selections of that name. */
  readonly matched: number;
}
export interface PolicySelections {
  /** In the order in which they were first made. */
  readonly list: readonly PolicySelection[];
  /** How many more there were than the header has room for. */
  readonly leftOut: number;
}
