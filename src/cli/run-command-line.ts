/** Finds the command that was typed among those that there are, and runs it. */
import { Command, CommanderError } from 'commander';
import { type Cli, exitCode } from '../app/cli.ts';
import { RefusedError } from '../app/refused.ts';
import { UsageError } from '../app/usage-error.ts';
import { version } from '../base/version.ts';
import { printable } from '../diagnostics/render/width.ts';
import { exitCodeOf } from '../runtime/gate/outcome.ts';
import { refusedText } from './blocked-text.ts';
import type { CommandDefinition, Definition } from './definition.ts';

/** Answers the exit code. Throws only for a fault of headgate. */
export async function runCommandLine(
  definitions: readonly Definition[],
  argv: readonly string[],
  cli: Cli,
): Promise<number> {
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    await cli.out(`${version}\n`);
    return exitCode.ok;
  }
  let code: number = exitCode.ok;
  const texts: Promise<void>[] = [];
  // The command that is typed first is the one that is meant, and no other has to be made then.
  const typed = await Promise.all(definitions.filter(({ name }) => name === argv[0]).map(whole));
  const program = createProgram(typed.length > 0 ? typed : definitions, cli, (result) => {
    code = result;
  });
  for (const command of withSubcommands(program)) {
    command.exitOverride().configureOutput({
      writeOut: (text) => texts.push(cli.out(text)),
      writeErr: (text) => texts.push(cli.err(text)),
      getOutHelpWidth: () => cli.width,
      getErrHelpWidth: () => cli.width,
      outputError: (text, write) => write(text),
    });
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof UsageError) {
      // What follows is no line of its own: it may quote what somebody else wrote.
      const message = error.message.split('\n').map(printable).join('\n  ');
      await cli.err(`error: ${message}\nSee \`${meant(program, argv)} --help\`.\n`);
      return exitCode.usage;
    }
    if (error instanceof RefusedError) {
      await cli.err(refusedText([error.blocked]));
      return exitCodeOf.BLOCKED;
    }
    if (!(error instanceof CommanderError)) throw error;
    code = error.exitCode === 0 ? exitCode.ok : exitCode.usage;
  }
  await Promise.all(texts);
  return code;
}

function createProgram(definitions: readonly Definition[], cli: Cli, finish: (code: number) => void): Command {
  const program = new Command('headgate')
    .description('Links component manifests and HTTP policies into a deterministic, explained deployment plan.')
    .version(version, '-V, --version')
    .showHelpAfterError('(add --help for the list of commands and options)')
    .helpCommand(false);
  for (const definition of definitions) addDefinition(program, definition, cli, finish);
  return program;
}

function addDefinition(
  parent: Command,
  definition: Definition,
  cli: Cli,
  finish: (code: number) => void,
  options: { readonly isDefault?: boolean } = {},
): void {
  if ('action' in definition) {
    addCommand(parent, definition, cli, finish, options);
    return;
  }
  const { name, summary, commands, usual } = definition;
  const group = parent.command(name).description(summary).helpCommand(false);
  for (const inner of typeof commands === 'function' ? [] : commands)
    addDefinition(group, inner, cli, finish, { isDefault: inner.name === usual });
}

/** With the commands that are loaded only when they are needed. */
async function whole(definition: Definition): Promise<Definition> {
  if ('action' in definition || typeof definition.commands !== 'function') return definition;
  return { ...definition, commands: await definition.commands() };
}

function addCommand(
  parent: Command,
  { name, summary, syntax, action }: CommandDefinition,
  cli: Cli,
  finish: (code: number) => void,
  options: { readonly isDefault?: boolean } = {},
): void {
  // The parameters follow from the syntax, which no type can say.
  const perform = action as (cli: Cli, ...typed: unknown[]) => Promise<number>;
  const command = syntax(parent.command(name, options).description(summary));
  command.action(async (...typed: unknown[]) => {
    // commander gives the command itself as the last.
    finish(await perform(cli, ...typed.slice(0, -1)));
  });
}

/** The command with those around it, such as `headgate policy serve`. */
function meant(program: Command, argv: readonly string[]): string {
  const names = ['headgate'];
  let command: Command | undefined = program;
  for (const word of argv) {
    command = command.commands.find((inner) => inner.name() === word);
    if (!command) break;
    names.push(word);
  }
  return names.join(' ');
}

const withSubcommands = (command: Command): readonly Command[] => [
  command,
  ...command.commands.flatMap((inner) => withSubcommands(inner)),
];
