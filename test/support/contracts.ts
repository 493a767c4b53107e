/** A contract, a record and the manifest of a bundle that are valid, and everything that differs from one of them in one place. */
import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../src/base/json.ts';
import { readEntries } from '../../src/language/journal/read.ts';
import { recordOf } from '../../src/runtime/contract/record.ts';
import { identifiers, type Mutation, mutationsOf } from './contract-mutations.ts';

export const keptId = '20300101-000000-0000';
const keptJournal = `test/fixtures/runs/v1/runs/${keptId}/journal.ndjson`;

export const contractFile = 'test/fixtures/contracts/nightly-build.json';
export const validContract = (): JsonObject => JSON.parse(readFileSync(contractFile, 'utf8')) as JsonObject;

/** Of a run that was kept from an older headgate. */
export function validRecord(): JsonObject {
  const read = readEntries(readFileSync(keptJournal), keptId);
  if ('corrupt' in read) throw new Error(read.corrupt.reason);
  return recordOf(keptId, read.entries);
}

const free = [
  ...['operationId', 'commandRef', 'taskId', 'delegationRef', 'applyCommandRef', 'revokeCommandRef', 'policyGateRef'],
  ...['at', 'details'],
];

export const contractMutations = (): readonly Mutation[] => [
  { what: 'the contract as it is', document: validContract(), fits: true },
  ...identifiers.map(([id, fits]) => ({ what: `id ${id.slice(0, 80)}`, document: { ...validContract(), id }, fits })),
  ...mutationsOf(validContract(), { optional: ['details'], free }),
];

const optional = [
  ...['resumed', 'redo', 'event', 'state', 'reason', 'exit', 'ran', 'afterMs', 'restart', 'most', 'from', 'basis'],
  ...['blocked', 'reasons', 'bytes', 'secret', 'probe', 'passed', 'authority', 'delegation', 'how'],
];
const nullable = ['plan', 'head', 'outcome', 'target', 'journalled', 'action', 'attempt', 'idempotencyKey', 'passed'];

/** Whether a field may be left out depends on where it stands, so a record says nothing of those. */
export const recordMutations = (): readonly Mutation[] => [
  { what: 'the record as it is', document: validRecord(), fits: true },
  ...mutationsOf(shortened(validRecord()), { optional, nullable }).map(
    ({ fits, ...rest }): Mutation =>
      fits === true || /^without .*\b(state|outcome)\b/.test(rest.what) || fits === undefined
        ? rest
        : { ...rest, fits },
  ),
];

export const validBundle = (): JsonObject =>
  JSON.parse(readFileSync('test/fixtures/contracts/support-bundle.json', 'utf8')) as JsonObject;

export const bundleMutations = (): readonly Mutation[] => [
  { what: 'the manifest as it is', document: validBundle(), fits: true },
  ...mutationsOf(validBundle(), { nullable: ['plan', 'head', 'fault'] }),
];

/** Events and actions repeat one another. */
function shortened(record: JsonObject): JsonObject {
  const [events, actions] = [record['events'], record['actions']] as readonly (readonly JsonObject[])[];
  return { ...record, events: events?.slice(0, 4) ?? [], actions: actions?.slice(0, 2) ?? [] };
}
