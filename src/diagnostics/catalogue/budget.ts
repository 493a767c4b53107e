/** Of budgets that nobody keeps, or that keep a component from ever starting. */
import { define } from '../define.ts';

export const budgetUnsupported = define('settings/budget-unsupported', {
  severity: 'warning',
  title: 'budget that nobody keeps',
  message: (a: { budget: string; profile: string; edges?: readonly string[] }) =>
    a.edges === undefined
      ? `nothing keeps \`${a.budget}\` of profile \`${a.profile}\`: its programs run without a sandbox`
      : `nothing keeps \`${a.budget}\` of profile \`${a.profile}\`: nobody counts what goes to a model over ${a.edges.map((id) => `\`${id}\``).join(', ')}`,
  help: (a) =>
    a.edges === undefined
      ? 'give the profile a sandbox, or remove the budget'
      : 'put the policy `model-meter` on it, and let it tell the run: `policies: { NAME: { grants: { usage: true } } }`',
});

export const budgetNeverStarts = define('settings/budget-never-starts', {
  severity: 'error',
  title: 'component that its budget never lets start',
  message: (a: { profile: string; limit: number; why: string; enough: number }) =>
    `profile \`${a.profile}\` lets ${a.limit} programs run at a time (\`agentConcurrency\`), and ${a.why}`,
  help: (a) => `let ${a.enough} of them run at a time, or give some of them another profile`,
});
