/** The list of commands. */
import type { Cli } from '../app/cli.ts';
import { accept } from './commands/accept.ts';
import { attest } from './commands/attest.ts';
import { authority } from './commands/authority.ts';
import { check } from './commands/check.ts';
import { compile } from './commands/compile.ts';
import { contract } from './commands/contract.ts';
import { emit } from './commands/emit.ts';
import { explain } from './commands/explain.ts';
import { finalize } from './commands/finalize.ts';
import { fmt } from './commands/fmt.ts';
import { init } from './commands/init.ts';
import { interactions } from './commands/interactions.ts';
import { lint } from './commands/lint.ts';
import { logs } from './commands/logs.ts';
import { policy } from './commands/policy.ts';
import { probe } from './commands/probe.ts';
import { ps } from './commands/ps.ts';
import { reject } from './commands/reject.ts';
import { resume } from './commands/resume.ts';
import { run as runScenario } from './commands/run.ts';
import { secrets } from './commands/secrets.ts';
import { server } from './commands/server.ts';
import { status } from './commands/status.ts';
import { stop } from './commands/stop.ts';
import { supportBundle } from './commands/support-bundle.ts';
import { trust } from './commands/trust.ts';
import { verifyRun } from './commands/verify-run.ts';
import { workspace } from './commands/workspace.ts';
import type { CommandDefinition, CommandGroup } from './definition.ts';
import { runCommandLine } from './run-command-line.ts';

/** In the order of the help. */
const commands: readonly (CommandDefinition | CommandGroup)[] = [
  check,
  compile,
  emit,
  fmt,
  lint,
  init,
  explain,
  attest,
  policy,
  trust,
  runScenario,
  ps,
  status,
  logs,
  stop,
  resume,
  interactions,
  accept,
  reject,
  finalize,
  probe,
  workspace,
  authority,
  verifyRun,
  contract,
  supportBundle,
  secrets,
  server,
];

/** Answers the exit code. Throws only for a fault of headgate. */
export const run = (argv: readonly string[], cli: Cli): Promise<number> => runCommandLine(commands, argv, cli);
