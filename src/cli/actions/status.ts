import { type Cli, exitCode } from '../../app/cli.ts';
import { findRunClient } from '../../app/run-control/client.ts';
import { UsageError } from '../../app/usage-error.ts';
import { printable } from '../../diagnostics/render/width.ts';
import { exitCodeOf } from '../../runtime/gate/outcome.ts';
import type { ProfileSummary } from '../../runtime/profiles/summary.ts';
import { type RunStatus, statusOf } from '../../runtime/status.ts';
import { basisText } from '../basis-text.ts';
import { blockedText } from '../blocked-text.ts';
import { budgetTable } from '../budget-text.ts';
import { interactionSummary } from '../interaction-text.ts';
import { probeTable, retryOf } from '../probe-text.ts';
import { rotationTable } from '../rotation-text.ts';
import { table } from '../table.ts';
import { verdictText } from '../verdict-text.ts';
import { workspaceTable } from '../workspace-text.ts';
import { findRun, type RunsFlags, stateDir } from './runs.ts';

export async function statusCommand(cli: Cli, named: string, flags: RunsFlags): Promise<number> {
  const dir = stateDir(cli, flags);
  const id = findRun(dir, named);
  const status = await readStatus(dir, id);
  if (!status) throw new UsageError(`run \`${named}\` has not begun`);
  await cli.out(
    flags.format === 'json' ? `${JSON.stringify({ version: 1, ...status }, null, 2)}\n` : statusText(status),
  );
  for (const { gate, reasons, remedy } of status.warnings ?? []) {
    const until = gate === 'program_changed' ? '; as long as this is so, it is not started again' : '';
    await cli.err(`warning[${gate}]: ${reasons.join('; ')}${until}\n  = help: ${remedy}\n`);
  }
  if (status.state !== 'CORRUPT' && !status.blocked.some(isOfRecord)) return exitCode.ok;
  for (const one of status.blocked) await cli.err(blockedText(one));
  return exitCodeOf.BLOCKED;
}

/** Undefined before it has begun. */
export async function readStatus(dir: string, id: string): Promise<RunStatus | undefined> {
  // Whoever runs it knows best; with nobody there, its folder says what is so.
  const asked = await findRunClient(dir, id)?.status();
  return asked === undefined ? statusOf(dir, id) : (JSON.parse(asked) as RunStatus);
}

/** What it was judged by is not what was written down. */
const isOfRecord = ({ gate }: RunStatus['blocked'][number]): boolean =>
  gate === 'evidence_missing' || gate === 'evidence_corrupt';

/** Its name, mode, sandbox and the permissions that count. */
const profileText = (profile: ProfileSummary | undefined): string =>
  typeof profile?.name === 'string'
    ? `${profile.name} (${profile.mode}, ${profile.sandbox}, ${profile.permissions.effective})`
    : '-';

function statusText(status: RunStatus): string {
  const {
    id,
    state,
    components,
    exports,
    storage,
    reasons,
    completionBasis,
    runtimeProbeEvidence = [],
    budgets = [],
    rotations = [],
    workspaces = [],
    interactions = [],
    verdict,
  } = status;
  const declared = components.some(({ profile }) => typeof profile?.name === 'string');
  const rows = components.map((one) => [
    one.moniker,
    one.state,
    one.pid === null ? '-' : String(one.pid),
    String(one.restarts),
    one.lastExit ?? '-',
    ...(declared ? [profileText(one.profile)] : []),
  ]);
  const parts = [
    `${id} ${state}\n`,
    ...(verdict ? [`  verdict ${verdictText(verdict)}\n`] : []),
    completionBasis === undefined ? '' : `  ${basisText(completionBasis, workspaces)}\n`,
    ...reasons.map((reason) => `  ${printable(reason)}\n`),
    ...Object.entries(exports).map(([name, url]) => `  ${printable(name)} ${url}\n`),
    ...storage.map((one) => `  ${printable(one.id)} ${printable(one.size)} ${one.limit}\n`),
    budgetTable(budgets),
    rows.length > 0
      ? table([['COMPONENT', 'STATE', 'PID', 'RESTARTS', 'LAST END', ...(declared ? ['PROFILE'] : [])], ...rows])
      : '',
    rotationTable(rotations),
    workspaceTable(id, workspaces),
    interactionSummary(id, interactions),
    probeTable(runtimeProbeEvidence, retryOf(id, state === 'RUNNING')),
  ];
  return parts.join('');
}
