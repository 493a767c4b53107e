/** Of budgets that nobody keeps, or that keep a component from ever starting. */
import { define } from '../define.ts';

type BudgetGap =
  | { readonly why: 'no-sandbox' }
  | { readonly why: 'container'; readonly components: readonly string[] }
  | { readonly why: 'no-meter'; readonly edges: readonly string[] };
const gapHelp: Readonly<Record<BudgetGap['why'], string>> = {
  'no-sandbox': 'give the profile a sandbox, or remove the budget',
  container: 'give what runs in a container a profile of its own, and bounds of its own in `limits`',
  'no-meter':
    'put the policy `model-meter` on it, and let it tell the run: `policies: { NAME: { grants: { usage: true } } }`',
};
const named = (all: readonly string[]): string => all.map((one) => `\`${one}\``).join(', ');
function gapText(gap: BudgetGap): string {
  if (gap.why === 'no-sandbox') return 'its programs run without a sandbox';
  if (gap.why === 'container') return `nobody counts what ${named(gap.components)} takes in a container`;
  return `nobody counts what goes to a model over ${named(gap.edges)}`;
}
export const budgetUnsupported = define('settings/budget-unsupported', {
  severity: 'warning',
  title: 'budget that nobody keeps',
  message: (a: { budget: string; profile: string; gap: BudgetGap }) =>
    `nothing keeps \`${a.budget}\` of profile \`${a.profile}\`: ${gapText(a.gap)}`,
  help: ({ gap: { why } }) => gapHelp[why],
});
export const budgetNeverStarts = define('settings/budget-never-starts', {
  severity: 'error',
  title: 'component that its budget never lets start',
  message: (a: { profile: string; limit: number; why: string; enough: number }) =>
    `profile \`${a.profile}\` lets ${a.limit} programs run at a time (\`agentConcurrency\`), and ${a.why}`,
  help: (a) => `let ${a.enough} of them run at a time, or give some of them another profile`,
});
