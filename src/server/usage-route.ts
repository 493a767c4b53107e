/** What the interposer of an edge tells its run: what a model was used for. */
import type { IncomingMessage } from 'node:http';
import type { UsageAnswer, UsageReport } from '../runtime/budgets/model-usage.ts';
import { Refusal, readJson } from './exchange.ts';

const example = '{"calls": 1}';
const fields = ['calls', 'tokens', 'unmeasured'] as const;
/** Of one report: more is no call that anybody made. */
const most = 1_000_000_000;
const maxBytes = 4096;

/** Throws a refusal. */
export async function readUsage(request: IncomingMessage): Promise<UsageReport> {
  const body = await readJson(request, maxBytes, example);
  const report = isObject(body) ? reportIn(body) : undefined;
  if (report) return report;
  throw new Refusal(400, {
    code: 'body_invalid',
    message: 'the body does not say what was used',
    remedy: `send ${example}, with whole numbers from 0 to ${most} as \`${fields.join('`, `')}\`, and with \`edge\` where you sit on several`,
  });
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function reportIn(body: Readonly<Record<string, unknown>>): UsageReport | undefined {
  const { edge, ...rest } = body;
  if (edge !== undefined && typeof edge !== 'string') return undefined;
  const names = Object.keys(rest);
  const known: readonly string[] = fields;
  if (names.length === 0 || !names.every((name) => known.includes(name) && isCount(rest[name]))) return undefined;
  return body as UsageReport;
}

const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= most;

type Refused = Extract<UsageAnswer, { readonly refused: string }>;

export function usageRefusal(answer: Refused): Refusal {
  if (answer.refused === 'budget')
    return new Refusal(429, {
      code: 'budget_spent',
      message: `\`${answer.budget}\` is used up: ${answer.limit} are all that the profile allows`,
      remedy: 'make no further call; the run ends',
    });
  if (answer.refused === 'over')
    return new Refusal(409, { code: 'run_over', message: 'the run has ended', remedy: 'make no further call' });
  return new Refusal(404, {
    code: 'edge_unknown',
    message: 'you sit on no such edge to a model, or on several',
    remedy: 'name one of the edges on which the plan has put you, as `edge`',
  });
}
