/** The version of the question and answer formats that everybody speaks; travels as a header. */
export const protocolVersion = '1';

/** Version 2 says the same at less length: what several components or interposers have alike is written once. */
export type ProtocolVersion = '1' | '2';

export const protocolHeader = 'headgate-protocol';

/** In a question, the versions in which the answer may be; in the answer to `GET`, those in which questions may be. */
export const versionsHeader = 'headgate-protocol-versions';
export const protocolVersions = '1, 2';

/** Whether a list such as `1, 2` has version 2 in it. */
export const offersSharing = (versions: string | undefined): boolean =>
  versions?.split(',').some((version) => version.trim() === '2') === true;

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
