/** What really happened in a run, told as an operation: one source for schemas/operation-record.schema.json, the validator and its words. */
import { actionStates, actionTypes } from '../../ir/action.ts';
import { budgetNames, budgetWays } from '../../ir/budget.ts';
import { always, amount, closed, count, flag, list, matching, oneOf, orNull, type Schema, text } from './build.ts';
import { contractIdStart, eventTypes, policyGates, recordKind, recordVersion, taskStates } from './vocabulary.ts';

const runId = '[0-9]{8}-[0-9]{6}-[0-9a-f]{4}';

const blocked = closed(
  {
    gate: text('what closed'),
    subject: text('of what: a moniker, a slot, `run`'),
    reasons: list(text('why'), 'all reasons'),
    remedy: text('what the reader can do'),
  },
  'why it could not go on, and what would let it',
);

const spentBudget = closed(
  {
    budget: oneOf(budgetNames, 'which'),
    profile: text('whose'),
    used: amount('all of it, or more'),
    limit: amount('as the profile has it'),
  },
  'the budget that ran out',
  { component: text('who used the last of it, where it was one') },
);

const usedBudget = closed(
  {
    profile: text('whose'),
    budget: oneOf(budgetNames, 'which'),
    used: amount('so far'),
    limit: orNull(amount('as the profile has it; null where none is set')),
    kept: oneOf(budgetWays, 'how it is kept'),
  },
  'a budget, and what was used of it',
  { unmeasured: count('model calls whose tokens nobody could count', 1) },
);

const stoodOn = closed(
  {
    gate: oneOf(policyGates, 'which of the five'),
    subject: text('moniker of whose right it is'),
    resource: text('what it is a right to'),
    delegation: text('id of the delegation that gives it; `plan` where the settings name no file of delegations'),
  },
  'a right that an action cannot do without, and what gives it',
);

const outcome = closed(
  {
    state: oneOf(
      ['COMPLETE', 'BLOCKED', 'FAILED', 'CANCELLED'],
      'as the run says it; `state` of the record says the same in the words of contracts',
    ),
  },
  'how the newest process of the run ended',
  {
    basis: text('of COMPLETE: by what it was judged'),
    blocked: list(blocked, 'of BLOCKED: what closed'),
    reasons: list(text('why'), 'of FAILED: all reasons'),
    reason: text('of CANCELLED: why'),
    budget: spentBudget,
  },
);

const action = closed(
  {
    id: text('the same over all attempts; `action` of an event names it'),
    type: oneOf(actionTypes, 'what is done'),
    target: orNull(text('a moniker, `exports.NAME`, `probes.NAME`, or null for the whole run')),
    state: oneOf(taskStates, 'how it stands, in the words of contracts'),
    journalled: {
      ...oneOf([...actionStates], 'as the journal says it'),
      type: ['string', 'null'],
      enum: [...actionStates, null],
    },
    attempts: count('attempts that were begun; 0 for none'),
    restarts: count('attempts that a restart policy began again'),
  },
  'an action over all its attempts',
);

const details = closed(
  { entry: text('type of the entry in the journal') },
  'what the entry says, without measurements',
  {
    resumed: flag('of a start: by a later process'),
    redo: list(text('moniker'), 'of a start: tasks that were asked for again'),
    event: text('of progress: what came about'),
    state: text('of an end: how'),
    reason: text('why'),
    exit: text('how the program ended, in words'),
    ran: flag('false when the program was never started'),
    afterMs: count('of a retry: milliseconds to the next attempt'),
    restart: count('of a retry: restarts in a row, with this one', 1),
    most: count('of a retry: how many there may be'),
    from: text('where a later process found the end'),
    basis: text('by what the run was judged'),
    blocked: list(blocked, 'what closed'),
    reasons: list(text('why'), 'all reasons'),
    budget: spentBudget,
    budgets: list(usedBudget, 'of progress: what was used up, in all'),
    bytes: count('of a torn end that was cut off'),
    secret: text('`VAULT/KEY` of a secret that was rotated; never its value'),
    authority: list(stoodOn, 'of the beginning of an action: on whose authority it is done'),
    delegation: text('of authority that ended: id of the delegation'),
    how: oneOf(
      ['expired', 'revoked', 'withdrawn'],
      'of authority that ended: by its time, by the operator of the run, or because it is not in the file any more',
    ),
    probe: text('what a probe found: its outcome'),
    passed: { ...flag('whether the probe passed; null when it could not be assessed'), type: ['boolean', 'null'] },
  },
);

const event = closed(
  {
    seq: count('of the entry in the journal: unique in the run, in order'),
    at: text('RFC 3339, UTC. Only for people: nothing is ordered by it'),
    type: oneOf(eventTypes, 'which event, in the words of contracts'),
    action: orNull(text('id of the action; null for the run as a whole')),
    attempt: orNull(count('of the action, from 1', 1)),
    idempotencyKey: orNull(text('the same over the attempts of one action; null for what is neither begun nor ended')),
    details,
  },
  'an entry of the journal',
);

export const recordSchema: Schema = {
  $id: 'https://headgate.dev/schemas/operation-record.schema.json',
  title: `${recordKind}, version ${recordVersion}`,
  ...closed(
    {
      specVersion: always(recordVersion, 'version of this form'),
      id: matching(`^urn:headgate:operation-record:${runId}$`, 'of this record'),
      kind: always(recordKind, 'what this document is'),
      source: matching(`^urn:headgate:run:${runId}$`, 'the run; together with `seq` it names an event'),
      contract: matching(`^${contractIdStart}${runId}$`, 'id of the contract of the run'),
      plan: orNull(text('digest of the plan; null before anything was written down')),
      journal: closed(
        {
          entries: count('how many there are'),
          head: { ...matching('^[0-9a-f]{64}$', 'hash of the last; null without any'), type: ['string', 'null'] },
        },
        'what it was made of',
      ),
      state: oneOf(taskStates, 'how the run stands, in the words of contracts'),
      outcome: orNull(outcome),
      actions: list(action, 'in the order of their beginning'),
      events: list(event, 'one for each entry of the journal, in its order'),
    },
    'What happened in a run, from its journal and nothing else.',
  ),
};
