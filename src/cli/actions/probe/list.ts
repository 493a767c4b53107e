import { type Cli, exitCode } from '../../../app/cli.ts';
import { exitCodeOf } from '../../../runtime/gate/outcome.ts';
import { probesOf, requiredProbes } from '../../../runtime/probes/completion.ts';
import { readRunFiles } from '../../../runtime/state/run-files.ts';
import { statusOf } from '../../../runtime/status.ts';
import { blockedText, refusedText } from '../../blocked-text.ts';
import { verdictOf } from '../../probe-text.ts';
import { table } from '../../table.ts';
import { findRun, type RunsFlags, stateDir } from '../runs.ts';

export async function probeListCommand(cli: Cli, named: string, flags: RunsFlags): Promise<number> {
  const dir = stateDir(cli, flags);
  const id = findRun(dir, named);
  const files = readRunFiles(dir, id);
  if (!files || 'blocked' in files) {
    await cli.err(refusedText(files ? [files.blocked] : [], id));
    return exitCodeOf.BLOCKED;
  }
  const status = statusOf(dir, id);
  const found = new Map((status?.runtimeProbeEvidence ?? []).map((one) => [one.probe, one]));
  const required = requiredProbes(files.plan);
  const probes = probesOf(files.plan).map(([probe, { kind }]) => ({
    probe,
    kind,
    required: required.includes(probe),
    last: found.get(probe) ?? null,
  }));
  if (flags.format === 'json') await cli.out(`${JSON.stringify({ version: 1, id, probes }, null, 2)}\n`);
  else {
    const rows = probes.map(({ probe, kind, required: isRequired, last }) => [
      probe,
      kind,
      isRequired ? 'yes' : 'no',
      last ? verdictOf(last) : 'not run',
      last?.summary ?? '-',
    ]);
    await cli.out(
      rows.length === 0
        ? `run ${id} has no probes\n`
        : table([['PROBE', 'KIND', 'REQUIRED', 'VERDICT', 'WHAT IT FOUND'], ...rows]),
    );
  }
  const faults = (status?.blocked ?? []).filter(({ gate }) => gate.startsWith('evidence_'));
  for (const one of faults) await cli.err(blockedText(one));
  return faults.length > 0 ? exitCodeOf.BLOCKED : exitCode.ok;
}
