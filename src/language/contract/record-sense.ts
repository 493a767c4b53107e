/** What no schema says of a record: that it is of one run, and that its events are those of a journal, each once and in their order. */
import type { JsonObject } from '../../base/json.ts';
import { timestampOf } from '../../base/timestamp.ts';
import type { SyntaxNode } from '../../ir/syntax.ts';
import { toJson } from '../syntax/to-json.ts';
import type { Tell } from './explain.ts';

interface Told {
  readonly id: string;
  readonly source: string;
  readonly contract: string;
  readonly journal: { readonly entries: number; readonly head: string | null };
  readonly actions: readonly { readonly id: string }[];
  readonly events: readonly { readonly seq: number; readonly at: string; readonly action: string | null }[];
}

/** Of a document that fits the schema. O(size). */
export function senseOfRecord(node: SyntaxNode, tell: Tell): void {
  const record = toJson(node) as JsonObject as unknown as Told;
  const wrong = (steps: readonly (string | number)[], message: string, help: string): void =>
    tell('invalid-value', at(node, steps).range, shown(steps), message, help);
  const run = endOf(record.id);
  for (const name of ['source', 'contract'] as const)
    if (endOf(record[name]) !== run)
      wrong([name], `is of another run than \`id\`, which is of ${run}`, 'a record is of one run');
  const { entries, head } = record.journal;
  const count = record.events.length;
  if (entries !== count)
    wrong(['journal', 'entries'], `says ${entries}, and there are ${count} events`, 'a record has one for each entry');
  if ((head === null) !== (entries === 0))
    wrong(
      ['journal', 'head'],
      head === null ? 'is missing where there are entries' : 'is there without any entry',
      'it is the hash of the last entry, and null without any',
    );
  const actions = new Set<string>();
  for (const [index, { id }] of record.actions.entries()) {
    if (actions.has(id)) wrong(['actions', index, 'id'], `\`${id}\` stands here twice`, 'each action is there once');
    actions.add(id);
  }
  let before = -1;
  for (const [index, { seq, at: time, action }] of record.events.entries()) {
    if (seq !== before + 1)
      wrong(['events', index, 'seq'], `must be ${before + 1}, found ${seq}`, 'events are in their order, without gaps');
    before = seq;
    if (timestampOf(time) === undefined)
      wrong(['events', index, 'at'], `\`${time}\` is no point in time`, 'write it as in `2030-01-02T03:04:05.678Z`');
    if (action !== null && !actions.has(action))
      wrong(['events', index, 'action'], `there is no action \`${action}\``, '`actions` has each one, by its `id`');
  }
}

/** The id of a run, behind whatever names it. */
const endOf = (urn: string): string => urn.slice(urn.lastIndexOf(':') + 1);

/** No key is there twice, and all of these are. */
const at = (node: SyntaxNode, steps: readonly (string | number)[]): SyntaxNode =>
  steps.reduce<SyntaxNode>((one, step) => {
    const next =
      one.kind === 'array'
        ? one.items[step as number]
        : one.kind === 'object'
          ? one.entries.find(({ key }) => key === step)?.value
          : undefined;
    return next ?? one;
  }, node);

const shown = (steps: readonly (string | number)[]): string =>
  steps.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('');
