/** `explain SCENARIO|PLAN EDGE|EXPORT|MONIKER`: why something is in the plan as it is, and how it would be without a policy. */
import { dirname, resolve } from 'node:path';
import { createAnswerReplay } from '../../app/answer-replay.ts';
import { type Cli, exitCode } from '../../app/cli.ts';
import { compilePrepared, prepareInput } from '../../app/compiled.ts';
import type { SharedFlags } from '../../app/flags.ts';
import { isPlanFile, readPlanFile } from '../../app/plan-file.ts';
import { planPlaces } from '../../app/plan-places.ts';
import { rootFrom, sourceDirFrom } from '../../app/tree.ts';
import { UsageError } from '../../app/usage-error.ts';
import { unifiedDiff } from '../../base/line-diff.ts';
import { suggest } from '../../base/suggest.ts';
import { connectionsOf, type ExplainContext, explain, prepareExplain, subjectsOf } from '../../plan/explain/explain.ts';
import { explanationText, graphText } from '../../plan/explain/text.ts';

export interface ExplainFlags extends SharedFlags {
  readonly format?: 'text' | 'json';
  readonly without?: string;
  readonly sourceDir?: string;
  readonly stateDir?: string;
}

export async function explainGraph(
  cli: Cli,
  path: string,
  id: string | undefined,
  flags: ExplainFlags,
): Promise<number> {
  const file = resolve(cli.cwd, path);
  if (await isPlanFile(file)) {
    if (flags.without !== undefined)
      throw new UsageError('--without links the scenario again, which a plan cannot do; name the scenario');
    const plan = await readPlanFile(file, path);
    const folder = sourceDirFrom(flags.sourceDir, cli) ?? dirname(file);
    const ctx = prepareExplain(
      plan,
      await planPlaces(plan, folder, { cwd: cli.cwd, root: rootFrom(flags, cli) ?? folder }),
    );
    await cli.out(render({ now: ctx }, needed(id), flags));
    return exitCode.ok;
  }
  const prepared = await prepareInput(cli, path, flags);
  if (!prepared) return exitCode.errors;
  const answers = createAnswerReplay();
  const first = await compilePrepared(cli, prepared, { client: answers.record });
  if (!first) return exitCode.errors;
  const now = prepareExplain(first.compiled.plan, first.placeOf);
  if (flags.without === undefined) {
    await cli.out(render({ now }, needed(id), flags));
    return exitCode.ok;
  }
  checkPolicy(now, flags.without);
  checkId(now, id);
  const second = await compilePrepared(cli, prepared, { client: answers.replay, without: [flags.without] });
  if (!second) return exitCode.errors;
  await cli.out(render({ now, changed: prepareExplain(second.compiled.plan, second.placeOf) }, id, flags));
  return exitCode.ok;
}

function needed(id: string | undefined): string {
  if (id === undefined) throw new UsageError('name an edge, an export or a component after the scenario');
  return id;
}

interface Both {
  readonly now: ExplainContext;
  readonly changed?: ExplainContext;
}

function render({ now, changed }: Both, id: string | undefined, { format, without }: ExplainFlags): string {
  checkId(now, id);
  const shown = (ctx: ExplainContext): string =>
    id === undefined ? graphText(ctx) : explanationText(explain(ctx, id));
  if (format === 'json') {
    const data = (ctx: ExplainContext): object =>
      id === undefined ? { edges: connectionsOf(ctx) } : { explained: explain(ctx, id) };
    const other = changed ? { without: { policy: without, ...data(changed) } } : {};
    return `${JSON.stringify({ version: 1, ...data(now), ...other }, null, 2)}\n`;
  }
  if (!changed) return shown(now);
  const difference = unifiedDiff(id ?? 'graph', shown(now), shown(changed));
  return difference === '' ? `without \`${without}\` nothing is different here\n` : difference;
}

/** Refuses a name that stands for nothing in the plan. */
export function checkId(ctx: ExplainContext, id: string | undefined): void {
  if (id === undefined || explain(ctx, id).length > 0) return;
  const known = subjectsOf(ctx);
  const near = nearest(id, known);
  const hint =
    near.length === 0
      ? `edges are called like \`${known.find((name) => name.includes('.')) ?? '/consumer.slot'}\`, exports \`exports.NAME\`, components by their moniker`
      : `did you mean ${near.map((name) => `\`${name}\``).join(' or ')}?`;
  throw new UsageError(`nothing in the plan is called \`${id}\`; ${hint}`);
}

/** The nearest by spelling; else those that the text is a part of. */
function nearest(id: string, known: readonly string[]): readonly string[] {
  const near = suggest(id, known);
  if (near !== undefined) return [near];
  const part = id.toLowerCase();
  return known.filter((name) => name.toLowerCase().includes(part)).slice(0, 5);
}

function checkPolicy(ctx: ExplainContext, name: string): void {
  const names = ctx.plan.policies.flatMap(({ policy, scope, use }) => [
    policy,
    `${scope === '/' ? '' : scope}/${use}`,
    use,
  ]);
  if (names.includes(name)) return;
  const near = suggest(name, names);
  const refs = [...new Set(ctx.plan.policies.map(({ policy }) => `\`${policy}\``))].join(', ');
  const hint =
    near === undefined ? (refs === '' ? 'it has none' : `its policies: ${refs}`) : `did you mean \`${near}\`?`;
  throw new UsageError(`--without ${name}: the scenario has no such policy; ${hint}`);
}
