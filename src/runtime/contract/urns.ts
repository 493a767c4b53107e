/** What contracts and records of a run are called, and what they refer to. */
import { contractIdStart } from '../../language/contract/vocabulary.ts';

/** Source of its events, in the words of CloudEvents. */
export const runUrn = (id: string): string => `urn:headgate:run:${id}`;
export const contractUrn = (id: string): string => `${contractIdStart}${id}`;
export const recordUrn = (id: string): string => `urn:headgate:operation-record:${id}`;
/** The digest has characters that a URN may have after its second colon. */
export const planUrn = (digest: string): string => `urn:headgate:plan:${digest}`;
export const commandUrn = (name: string): string => `urn:headgate:command:${name}`;
export const actionUrn = (type: string): string => `urn:headgate:action:${type}`;
