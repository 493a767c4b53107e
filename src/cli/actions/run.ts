import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { run } from '../../api/run.ts';
import { type Cli, exitCode } from '../../app/cli.ts';
import { type SharedFlags, splitPair } from '../../app/flags.ts';
import { findInput } from '../../app/input.ts';
import { judgeReported } from '../../app/judge.ts';
import { localPath } from '../../app/local-path.ts';
import { planConfigFaults } from '../../app/plan-config.ts';
import { isPlanFile, parsePlanBytes } from '../../app/plan-file.ts';
import { compileInput, type Setup, setUp, untrustedFor } from '../../app/session.ts';
import { createSettingsFiles } from '../../app/settings-files.ts';
import { traced } from '../../app/tracing.ts';
import { rootFrom, treesOf } from '../../app/tree.ts';
import { askedByPlan, type Untrusted, untrusted } from '../../app/trust/judge-trust.ts';
import { UsageError } from '../../app/usage-error.ts';
import { printable } from '../../diagnostics/render/width.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import type { Span } from '../../ports/tracer.ts';
import { exitCodeOf, type Outcome } from '../../runtime/gate/outcome.ts';
import { withoutSandbox } from '../../runtime/profiles/check-profiles.ts';
import type { Run, RunOptions, RunSettings } from '../../runtime/run.ts';
import { stateDirOf } from '../../runtime/state/run-folder.ts';
import { type RunStatus, statusOf } from '../../runtime/status.ts';
import { basisText } from '../basis-text.ts';
import { refusedText } from '../blocked-text.ts';
import { waitsText } from '../interaction-text.ts';
import { report } from '../report.ts';
import { type AttestedFlags, checkAttestedFlags, notAttested } from '../run-attested.ts';
import { detach } from '../run-detached.ts';
import { createTeller, type Teller } from '../run-lines.ts';
import { filesFor, type PlaceFlags, placeFrom } from '../run-place.ts';
import { type RunReports, runReports, writeRunReports } from '../run-report/write.ts';
import { slotsFrom } from '../slots.ts';
import { readSignKey, sealedText } from '../verdict-text.ts';
import { keptText } from '../workspace-text.ts';

export interface RunFlags extends SharedFlags, AttestedFlags, Pick<PlaceFlags, 'on' | 'context' | 'namespace' | 'yes'> {
  readonly slot?: readonly string[];
  readonly export?: readonly string[];
  readonly stateDir?: string;
  readonly sourceDir?: string;
  readonly detach?: boolean;
  readonly grace?: string;
  readonly signKey?: string;
  readonly proveEnforcement?: boolean;
  readonly report?: readonly string[];
}

export async function runCommand(cli: Cli, path: string, flags: RunFlags): Promise<number> {
  const settings = { externals: slotsFrom(flags), exportPorts: portsFrom(flags) };
  checkAttestedFlags(flags);
  const on = placeFrom(flags);
  const signKey = await readSignKey(cli, flags.signKey);
  const reports = await runReports(flags.report, cli.cwd, treesOf([path], cli.cwd, rootFrom(flags, cli)));
  if (flags.detach) return detach(cli, stateDirOf(cli.env, flags.stateDir, cli.cwd));
  return traced(cli, 'headgate run', async (spans) => {
    const setup = await setUp(cli, flags);
    const found = await planOf(cli, path, flags, setup, spans);
    if (typeof found === 'number') return found;
    const blocked = await notAttested(cli, flags, { ...found, shown: path });
    if (blocked) {
      await cli.err(refusedText([blocked]));
      return exitCodeOf.BLOCKED;
    }
    const files = on && (await filesFor(cli, on, found.plan));
    if (on && !files) return exitCode.usage;
    const options = {
      ...settings,
      ...(on && files ? { on, files } : {}),
      // For policies it says what it always did; of the run it is kept where a program asks for it.
      ...(flags.sandbox === false && withoutSandbox(found.plan).length > 0 ? { noSandbox: true } : {}),
      sourceFolder: found.sourceFolder,
      ...(found.root === undefined ? {} : { root: found.root }),
      stateDir: stateDirOf(cli.env, flags.stateDir, cli.cwd),
      env: cli.env,
      spans,
      ...(setup.rootConfig ? { configFile: setup.rootConfig } : {}),
      ...(signKey === undefined ? {} : { signKey }),
      ...(flags.proveEnforcement ? { proveEnforcement: true } : {}),
    };
    return execute(cli, found.plan, options, reports);
  });
}

interface Planned extends Pick<RunSettings, 'sourceFolder' | 'root'> {
  readonly plan: DeploymentPlan;
  readonly planBytes: Uint8Array;
}

/** A number is the exit code of what was told already. */
async function planOf(cli: Cli, path: string, flags: RunFlags, setup: Setup, spans: Span): Promise<Planned | number> {
  const file = resolve(cli.cwd, path);
  if (await isPlanFile(file)) {
    if (flags.settings !== undefined)
      throw new UsageError('--settings: a plan says itself how it runs; give the settings when you compile it');
    const sourceFolder = resolve(cli.cwd, flags.sourceDir ?? dirname(file));
    // Read once: what is verified is what runs.
    const { plan, planBytes } = parsePlanBytes(await readFile(file), path);
    // What was signed is judged by its signature; any other plan may come from anywhere.
    const signed = flags.attestation !== undefined;
    const refused = signed ? undefined : untrusted(cli.env, askedByPlan(file, path, plan, sourceFolder), flags);
    if (refused) return blockedAs(cli, refused);
    const told = [...setup.diagnostics, ...planConfigFaults(plan, setup.rootConfig, setup.rootConfigWritten)];
    if (told.some(({ severity }) => severity === 'error')) {
      await report(cli, { diagnostics: told, sources: setup.sources, input: path }, [{ name: 'text' }]);
      return exitCode.usage;
    }
    return { plan, planBytes, sourceFolder, ...rooted(setup.root) };
  }
  const input = await findInput(path, cli.cwd);
  const told = 'diagnostic' in input ? (input.diagnostics ?? [input.diagnostic]) : [];
  const early = [...told, ...setup.diagnostics];
  if ('diagnostic' in input || early.length > 0) {
    await report(cli, { diagnostics: early, sources: setup.sources, input: path }, [{ name: 'text' }]);
    return exitCode.usage;
  }
  const refused = await untrustedFor(cli, input, setup);
  if (refused) return blockedAs(cli, refused);
  const session = await compileInput(cli, input, setup, { askPolicies: true, spans });
  const settings = createSettingsFiles(cli.cwd, flags.settings);
  const judged = await judgeReported(session, settings, cli.cwd, { deny: flags.deny ?? [], asked: true });
  const code = await report(cli, { ...judged, input: path }, [{ name: 'text' }]);
  const { compiled } = session.result;
  if (code !== exitCode.ok || !compiled) return exitCode.usage;
  const sourceFolder = flags.sourceDir === undefined ? folderOf(compiled.folder) : resolve(cli.cwd, flags.sourceDir);
  if (flags.sourceDir !== undefined) checkVaultsSeen(compiled.plan, localPath(compiled.folder), sourceFolder);
  const root = setup.root ?? (flags.sourceDir === undefined ? setup.treeOf(input.url)?.folder : undefined);
  return { plan: compiled.plan, planBytes: Buffer.from(compiled.planText, 'utf8'), sourceFolder, ...rooted(root) };
}

/** Vaults were judged where the settings are; from another folder, their names would lead elsewhere. */
function checkVaultsSeen({ runtime }: DeploymentPlan, from: string | undefined, sourceFolder: string): void {
  if (from === undefined || resolve(from) === sourceFolder) return;
  for (const [name, vault] of Object.entries(runtime?.vaults ?? {})) {
    if (vault.provider !== 'local_encrypted') continue;
    const files = [vault.file, ...('file' in vault.key ? [vault.key.file] : [])];
    const moved = files.find((file) => !file.startsWith('/') && !file.startsWith('~/'));
    if (moved !== undefined)
      throw new UsageError(
        `--source-dir: \`${moved}\` of vault \`${name}\` would be looked for in \`${sourceFolder}\`, and not where the settings say; write it there as an absolute path, or with \`~/\``,
      );
  }
}

const rooted = (root: string | undefined): Pick<Planned, 'root'> => (root === undefined ? {} : { root });

async function blockedAs(cli: Cli, { blocked }: Untrusted): Promise<number> {
  await cli.err(refusedText([blocked]));
  return exitCodeOf.BLOCKED;
}

const folderOf = (url: string): string => localPath(url) ?? '/';

/** Runs to the end, telling what happens; answers the exit code. Also for runs that are resumed. */
export async function execute(
  cli: Cli,
  plan: DeploymentPlan,
  options: RunOptions & { readonly stateDir: string },
  reports: RunReports,
): Promise<number> {
  const lines = createTeller(cli);
  return cli.interrupt.hold(async () => {
    let judged: (state: string) => void = () => {};
    let waits: (ids: readonly string[]) => void = () => {};
    const begun = await run(plan, {
      ...options,
      onEvent: (event) => {
        if (event.type === 'entry' && event.entry.action === null && event.entry.type === 'progress') {
          const { data } = event.entry;
          if (data.event === 'judged') judged('basis' in data ? 'passed' : 'blocked');
        }
        if (event.type === 'entry' && event.entry.type === 'intent') waits(event.entry.data.waitsFor ?? []);
        return lines.tell(event);
      },
    });
    if ('blocked' in begun) return finish(cli, { state: 'BLOCKED', blocked: begun.blocked }, lines, options.resume?.id);
    followInterrupts(cli, begun);
    waits = (ids) => {
      if (ids.length > 0) void cli.out(waitsText(begun.id, ids));
    };
    const readied = begun.ready.then((isReady) => (isReady ? tellReady(cli, begun) : undefined));
    const report = (): Promise<boolean> => writeRunReports(cli, reports, options.stateDir, begun.id, plan);
    let told: Promise<unknown> = readied;
    judged = (state) => {
      told = told.then(async () => {
        await report();
        await cli.out(`judged ${begun.id} ${state}\n`);
      });
    };
    await readied;
    const outcome = await begun.done;
    await told;
    const isReported = await report();
    await lines.settled();
    const workspaces = plan.runtime?.workspaces ? statusOf(options.stateDir, begun.id)?.workspaces : undefined;
    await cli.err(keptText(workspaces ?? []));
    const code = await finish(cli, outcome, lines, begun.id, workspaces);
    const sealed = begun.verdict();
    if (sealed) await cli.err(sealedText(sealed, begun.id));
    cli.interrupt.exitCode = code === exitCode.ok && !isReported ? exitCode.errors : code;
    return cli.interrupt.exitCode;
  });
}

async function tellReady(cli: Cli, begun: Run): Promise<void> {
  for (const [name, url] of Object.entries(begun.exports())) await cli.out(`${printable(name)} ${url}\n`);
  await cli.out(`ready ${begun.id}\n`);
}

function followInterrupts(cli: Cli, begun: Run): void {
  const stop = (): void => {
    begun.stop('interrupted');
    // Killed and written down as ended, so that nobody takes it for a run whose headgate was lost.
    cli.interrupt.hurry = () => begun.stop('interrupted twice', 0);
  };
  if (cli.interrupt.signal.aborted) stop();
  else cli.interrupt.signal.addEventListener('abort', stop, { once: true });
}

async function finish(
  cli: Cli,
  outcome: Outcome,
  lines: Teller,
  id?: string,
  workspaces?: RunStatus['workspaces'],
): Promise<number> {
  await lines.settled();
  if (outcome.state === 'BLOCKED') {
    await cli.err(refusedText(outcome.blocked, id));
    return exitCodeOf.BLOCKED;
  }
  if (outcome.state === 'FAILED') for (const reason of outcome.reasons) await cli.err(`failed: ${printable(reason)}\n`);
  // Whoever pressed Ctrl-C knows why.
  if (outcome.state === 'CANCELLED' && outcome.reason.startsWith('budget: '))
    await cli.err(`cancelled: ${printable(outcome.reason)}\n`);
  const told = outcome.state === 'COMPLETE' ? ` (${basisText(outcome.basis, workspaces)})` : '';
  await cli.err(`${outcome.state}${told}${id === undefined ? '' : ` ${id}`}\n`);
  return exitCodeOf[outcome.state];
}

function portsFrom(flags: RunFlags): Readonly<Record<string, number>> {
  const ports: Record<string, number> = {};
  for (const given of flags.export ?? []) {
    const [name, text] = splitPair(given) ?? [given, ''];
    const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
    if (port < 1 || port > 65_535) throw new UsageError(`--export takes NAME=PORT, and was given \`${given}\``);
    if (Object.hasOwn(ports, name)) throw new UsageError(`--export names \`${name}\` twice`);
    ports[name] = port;
  }
  return ports;
}
