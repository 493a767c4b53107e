/** What came out of a compile, for a person at a terminal: the plan itself is one long line, for programs. */
import { sortedBy } from '../base/order.ts';
import type { Palette } from '../diagnostics/render/palette.ts';
import { printable, wrap } from '../diagnostics/render/width.ts';
import type { DeploymentPlan, PlanComponent, PlanPolicy } from '../ir/plan-schema.ts';
import { connectionsOf, type ExplainContext, prepareExplain } from '../plan/explain/explain.ts';
import { connectionText } from '../plan/explain/text.ts';

export interface SummaryOptions {
  /** The scenario, as typed. */
  readonly input: string;
  readonly width: number;
  readonly palette: Palette;
}

/** Longer lists are cut: a summary that scrolls away tells nothing. */
const MOST = { components: 40, edges: 20, findings: 10 } as const;

export function planSummary(plan: DeploymentPlan, options: SummaryOptions): string {
  const ctx = prepareExplain(plan, () => undefined);
  const sections = [
    [head(ctx, options)],
    [options.palette.strong('components'), ...componentLines(plan, options.palette)],
    changedLines(ctx, options.palette),
    policyLines(plan, options),
    [
      `${options.palette.strong('digest')} ${plan.planDigest}`,
      ...wrap(
        'This is a summary. Add `--emit plan=plan.json` to write the plan to a file, or `--emit plan=-` to print it.',
        options.width,
      ),
    ],
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${line}\n`).join(''))
    .join('\n');
}

const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

function capped(lines: readonly string[], most: number): readonly string[] {
  return lines.length <= most ? lines : [...lines.slice(0, most), `  ... and ${lines.length - most} more`];
}

function head({ plan, chains }: ExplainContext, { input, palette }: SummaryOptions): string {
  const edges = [...chains.keys()].filter((id) => !id.startsWith('exports.')).length;
  const inserted = plan.components.filter(({ origin }) => origin.kind === 'policy').length;
  const of = inserted === 0 ? '' : ` (${counted(inserted, 'interposer')})`;
  const counts = [
    `${counted(plan.components.length, 'component')}${of}`,
    counted(edges, 'edge'),
    counted(plan.exports.length, 'export'),
  ];
  return `${palette.strong(printable(input))}: ${counts.join(', ')}`;
}

/** A tree: each stands behind what holds it. */
function componentLines({ components }: DeploymentPlan, palette: Palette): readonly string[] {
  // As text, `/a-b` would come between `/a` and `/a/c`.
  const lines = sortedBy(components, ({ moniker }) => moniker.replaceAll('/', '\0')).map((component) => {
    const segments = component.moniker.split('/').filter((segment) => segment !== '');
    return `${'  '.repeat(segments.length + 1)}${printable(segments.at(-1) ?? '/')}${markOf(component, palette)}`;
  });
  return capped(lines, MOST.components);
}

const markOf = ({ origin }: PlanComponent, palette: Palette): string =>
  origin.kind === 'policy'
    ? `  ${palette.related(printable(`interposer of ${origin.policy} of ${origin.scope}`))}`
    : '';

function changedLines(ctx: ExplainContext, palette: Palette): readonly string[] {
  const all = connectionsOf(ctx);
  if (ctx.plan.policies.length === 0) return [];
  const changed = all.filter(({ through }) => through.length > 0);
  const title = palette.strong(
    `${changed.length} of ${counted(all.length, 'edge or export', 'edges and exports')} changed`,
  );
  const lines = changed.map((connection) => `  ${connectionText(connection, ctx)}`);
  return [title, ...capped(lines, MOST.edges)];
}

function policyLines({ policies }: DeploymentPlan, options: SummaryOptions): readonly string[] {
  if (policies.length === 0) return [];
  const lines = policies.flatMap((policy) => [
    `  ${printable(`${policy.policy} of ${policy.scope}`)}: ${whatItDid(policy)}`,
    ...capped(
      policy.findings.map((finding) => findingText(finding, options)),
      MOST.findings,
    ),
  ]);
  return [options.palette.strong(counted(policies.length, 'policy', 'policies')), ...lines];
}

function whatItDid(policy: PlanPolicy): string {
  const { mode, answerDigest, edgesShown, edgesMatched, findings, shadow } = policy;
  const inMode = mode === 'enforce' ? '' : `mode ${mode}, `;
  if (answerDigest === null) return `${inMode}gave no answer`;
  const inserted = (shadow?.interposers ?? policy.interposers).length;
  const by = inserted === 0 ? '' : ` with ${counted(inserted, 'interposer')}`;
  const change = `${mode === 'shadow' ? 'would change' : 'changed'} ${edgesMatched === 0 ? 'none' : edgesMatched}${by}`;
  const told = findings.length === 0 ? 'no findings' : counted(findings.length, 'finding');
  return `${inMode}saw ${counted(edgesShown, 'edge or export', 'edges and exports')}, ${change}; ${told}`;
}

function findingText(
  { severity, said, message, code, edge, component }: PlanPolicy['findings'][number],
  { width, palette }: SummaryOptions,
): string {
  const mark = code === undefined ? severity : `${severity}[${printable(code)}]`;
  const about = edge ?? component;
  const place = `${about === undefined ? '' : ` at ${printable(about)}`}${said === undefined ? '' : ` (the policy said ${said})`}: `;
  const [first = '', ...rest] = wrap(message, width - 6, width - 4 - mark.length - place.length);
  return [`    ${palette.severity[severity](mark)}${place}${first}`, ...rest.map((line) => `      ${line}`)].join('\n');
}
