/** The list of commands. */
import type { Cli } from '../app/cli.ts';
import type { CommandDefinition, CommandGroup } from './definition.ts';
import { attest } from './definitions/attest.ts';
import { check } from './definitions/check.ts';
import { compile } from './definitions/compile.ts';
import { explain } from './definitions/explain.ts';
import { fmt } from './definitions/fmt.ts';
import { init } from './definitions/init.ts';
import { logs } from './definitions/logs.ts';
import { policy } from './definitions/policy.ts';
import { ps } from './definitions/ps.ts';
import { resume } from './definitions/resume.ts';
import { run as runScenario } from './definitions/run.ts';
import { status } from './definitions/status.ts';
import { stop } from './definitions/stop.ts';
import { runCommandLine } from './run-command-line.ts';

/** In the order of the help. */
const commands: readonly (CommandDefinition | CommandGroup)[] = [
  check,
  compile,
  fmt,
  init,
  explain,
  attest,
  policy,
  runScenario,
  ps,
  status,
  logs,
  stop,
  resume,
];

/** Answers the exit code. Throws only for a fault of headgate. */
export const run = (argv: readonly string[], cli: Cli): Promise<number> => runCommandLine(commands, argv, cli);
