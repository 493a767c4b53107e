/** Explanations for people, one thing a line, so that two of them can be compared by lines. */
import { printable } from '../../diagnostics/render/width.ts';
import type {
  ComponentExplanation,
  Connection,
  EdgeExplanation,
  ExplainContext,
  Explanation,
  HopExplanation,
  Place,
  PolicyPart,
} from './explain.ts';
import { connectionsOf } from './explain.ts';
import { profileLines } from './profile.ts';
import { workspaceLines } from './workspace.ts';

export const explanationText = (explanations: readonly Explanation[]): string =>
  explanations.map((e) => (e.kind === 'component' ? componentText(e) : edgeText(e))).join('\n');

/** The whole graph: an edge a line. */
export const graphText = (ctx: ExplainContext): string =>
  connectionsOf(ctx)
    .map((connection) => `${connectionText(connection, ctx)}\n`)
    .join('');

/** The way from provider to consumer; with a context, interposers say whose they are. */
export function connectionText({ id, provider, consumer, through }: Connection, ctx?: ExplainContext): string {
  const shown = through.map((moniker) => {
    const origin = ctx?.components.get(moniker)?.origin;
    return origin?.kind === 'policy' ? `${moniker} (${origin.policy} of ${origin.scope})` : moniker;
  });
  const way = [provider, ...shown, consumer].join(' -> ');
  return printable(id === consumer ? way : `${way}  [${id}]`);
}

const placeText = ({ at, source, pointer }: Place): string => at ?? `${source}#${pointer}`;

/** What a policy says may have several lines. */
const field = (indent: number, name: string, value: string): string =>
  `${' '.repeat(indent)}${name.padEnd(10)} ${printable(value.replace(/\s*\n\s*/g, ' '))}`;

/** What a run made of it, a thing a line. */
export const runText = (lines: readonly string[]): string =>
  lines.map((line, index) => `${field(2, index === 0 ? 'run' : '', line)}\n`).join('');

function edgeText(edge: EdgeExplanation): string {
  const { kind, profile } = edge.capability;
  const count = edge.hops.filter((hop) => hop.interposer).length;
  const lines = [
    printable(edge.id),
    field(2, 'provider', edge.provider),
    ...(edge.kind === 'export' ? [] : [field(2, 'consumer', edge.consumer)]),
    field(2, 'capability', `${profile === null ? kind : `${kind}, profile ${profile}`}${edge.weak ? ', weak' : ''}`),
    field(2, 'written', placeText(edge.written)),
    field(2, 'passes', count === 0 ? 'no interposer' : count === 1 ? '1 interposer' : `${count} interposers`),
    ...edge.hops.flatMap(hopLines),
  ];
  return `${lines.join('\n')}\n`;
}

function hopLines(hop: HopExplanation, index: number): readonly string[] {
  const protocol = hop.protocol === null ? '' : `  ${hop.protocol}`;
  const head = printable(`  hop ${index}: ${hop.from} -> ${hop.to}${protocol}`);
  if (!hop.by || !hop.interposer) return [head];
  return [
    head,
    ...policyLines(hop.by, hop.written, 4),
    ...(hop.order ? [field(4, 'order', hop.order.text)] : []),
    field(4, 'interposer', `${hop.interposer.moniker}  ${hop.interposer.digest}`),
  ];
}

function policyLines(by: PolicyPart, written: Place, indent: number): readonly string[] {
  const index = by.attachment === undefined ? '' : `, attachment ${by.attachment}`;
  return [
    field(indent, 'policy', `${by.policy} of scope ${by.scope}  ${by.policyDigest}`),
    field(indent, 'reason', by.reason ?? '(the policy gave none)'),
    field(indent, 'named', placeText(written)),
    field(indent, 'request', by.requestDigest),
    field(indent, 'answer', `${by.answerDigest}, interposition ${by.interposition}${index}`),
  ];
}

/** One setting a line, as they stand in the plan. */
const settingsLines = ({ runtime = {} }: ComponentExplanation): readonly string[] =>
  Object.entries(runtime).map(
    ([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );

function componentText(component: ComponentExplanation): string {
  const list = (name: string, items: readonly string[]): readonly string[] =>
    items.map((item, index) => field(2, index === 0 ? name : '', item));
  const lines = [
    printable(component.moniker),
    field(2, 'digest', component.digest),
    ...(component.manifest === null ? [] : [field(2, 'manifest', component.manifest)]),
    ...(component.by
      ? policyLines(component.by, component.written, 2)
      : [field(2, 'written', placeText(component.written))]),
    ...list(
      component.by ? 'sits on' : 'takes',
      component.takes.map((c) => connectionText(c)),
    ),
    ...list(
      'gives',
      component.gives.map((c) => connectionText(c)),
    ),
    ...list(
      'shown to',
      component.policies.map(({ policy, scope }) => `${policy} of scope ${scope}`),
    ),
    ...list('settings', settingsLines(component)),
    ...list('profile', profileLines(component.profile)),
    ...list('workspace', workspaceLines(component.workspace)),
  ];
  return `${lines.join('\n')}\n`;
}
