/** How a command says what may be typed, what `--help` tells of it, and what it does. */
import { type Command, Option } from 'commander';
import type { Cli } from '../app/cli.ts';

export interface CommandDefinition {
  readonly name: string;
  /** One line, in the list of commands. */
  readonly summary: string;
  /** Arguments and options, in the order of the help. */
  readonly syntax: (command: Command) => Command;
  /** Arguments come in their order, the flags last. Code is imported in here, so that no command pays for another. */
  readonly action: (cli: Cli, ...typed: never[]) => Promise<number>;
}

export type Definition = CommandDefinition | CommandGroup;

export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  /** A function where they are loaded only when one of them is typed. */
  readonly commands: readonly Definition[] | (() => Promise<readonly Definition[]>);
  /** The name of the command that is meant when none of them is named. */
  readonly usual?: string;
}

/** For options that may be given several times. */
export const collect = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value];

export const textOrJson = (): Option =>
  new Option('--format <FORMAT>', 'how it is told').choices(['text', 'json']).default('text');

export const proveOption = (): Option => new Option('--prove-enforcement', 'try every edge from inside every sandbox');

export const signKeyOption = (): Option => new Option('--sign-key <FILE>', 'key that signs the verdict');

/** Where a command looks for runs. */
export const withStateDir = (command: Command): Command =>
  command.option('--state-dir <DIR>', 'where runs are kept; $XDG_STATE_HOME/headgate unless given');

/** The run that a command is about. */
export const withRun = (command: Command): Command =>
  command.argument('[RUN]', 'its id or the beginning of it; the last one unless given', 'last');

/** What `--root` means, wherever it may be given. */
export const rootOption: string =
  'folder that every local file of a scenario lies in; the checkout around the root manifest unless given, or its folder';

/** Options of every command that compiles, and who gets values of the root config. */
export function withCompileOptions(command: Command, configured = 'policies'): Command {
  return command
    .option('-D, --deny <CODE>', 'turn a warning into an error: its code, or `warnings` for all; repeatable', collect)
    .option(
      '--settings <FILE>',
      'settings to use for everything, instead of the headgate.yaml beside or above each manifest',
    )
    .option('--trust-settings', 'let the settings give what rights they ask for, for this once; see `headgate trust`')
    .option('--config <FILE>', `root config for ${configured}, for what the environment does not give`)
    .option('--policy <NAME=URL>', 'ask a policy that is already running instead of starting it; repeatable', collect)
    .option('--no-sandbox', 'run policies without a sandbox: with all your rights')
    .option('--policy-timeout <TIME>', 'how long all policies together may take, such as 90s or 500ms')
    .option('--max-answer-bytes <BYTES>', 'how large the answer of a policy may be')
    .option(
      '--frozen',
      'start no policy and fetch nothing: take every answer from the lock, and fail where it has none',
    )
    .option('--lock <FILE>', 'the lock; headgate.lock beside the scenario unless given')
    .option('--root <DIR>', rootOption)
    .option(
      '--allow-url <URL>',
      'a URL on this machine or a private network that manifests may name; a * at its end stands for all that begin so; repeatable',
      collect,
    )
    .option('--allow-remote-policies', 'run policies from the network that the lock does not pin')
    .option('--timings', 'print the time each phase took to standard error');
}

/** What was asked, and what is said to it. */
export const withAnswer = (command: Command): Command =>
  withStateDir(
    command
      .argument('<RUN>', 'its id or the beginning of it, or `last`')
      .argument('<ID>', 'of what was asked; `headgate interactions` lists it')
      .option('--reason <TEXT>', 'one line that is kept with the answer')
      .addOption(signKeyOption())
      .addOption(textOrJson()),
  );
