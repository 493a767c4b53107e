/** What components have asked for, as people read it. */
import { oneLine } from '../base/one-line.ts';
import type { InteractionStatus } from '../ir/workspace-status.ts';
import { table } from './table.ts';

/** Columns of a message in a table. */
const width = 72;

const kinds: Readonly<Record<InteractionStatus['kind'], string>> = {
  request_confirmation: 'confirmation',
  suggest_tasks: 'suggestion',
};

/** Of suggestions, which nobody waits for, `status` shows so many that are open. */
const mostSuggested = 5;

/** Confirmations all, since the run waits for them; of open suggestions the first, and how many there are more. */
export function interactionSummary(run: string, interactions: readonly InteractionStatus[]): string {
  let suggested = 0;
  const shown = interactions.filter(
    ({ kind, state }) => kind !== 'suggest_tasks' || state !== 'open' || ++suggested <= mostSuggested,
  );
  const left = interactions.length - shown.length;
  return `${interactionTable(run, shown)}${left === 0 ? '' : `  and ${left} more ${left === 1 ? 'suggestion that is' : 'suggestions that are'} open: headgate interactions ${run}\n`}`;
}

/** With the commands that answer what is open. */
export function interactionTable(run: string, interactions: readonly InteractionStatus[]): string {
  if (interactions.length === 0) return '';
  const rows = interactions.map(({ id, kind, state, component, message }) => [
    id,
    kinds[kind],
    state,
    component,
    oneLine(message, width),
  ]);
  const open = interactions.filter(({ state }) => state === 'open');
  const commands = open.map(({ id }) => `  headgate accept ${run} ${id}, or headgate reject ${run} ${id}\n`);
  return [table([['ASKED', 'FOR', 'STATE', 'BY', 'MESSAGE'], ...rows]), ...commands].join('');
}

export const askedText = ({ id, kind, message }: Pick<InteractionStatus, 'id' | 'kind' | 'message'>): string =>
  `asks for ${kinds[kind]} ${id}: ${oneLine(message, width)}`;

export function waitsText(run: string, [first = '', ...more]: readonly string[]): string {
  const besides = more.length === 0 ? '' : ` (and ${more.length} more: headgate interactions ${run})`;
  return `waits for an answer: headgate accept ${run} ${first}${besides}\n`;
}
export const waitsLine = /^waits for an answer: headgate accept \S+ \S+/m;
