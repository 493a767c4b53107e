/** The table of commands. Each is loaded when it is called, so that none pays for another. */
import { Command, CommanderError, Option } from 'commander';
import { type Cli, exitCode } from './cli.ts';
import type { CheckFlags } from './commands/check.ts';
import type { CompileFlags } from './commands/compile.ts';
import type { FmtFlags } from './commands/fmt.ts';
import type { InitFlags } from './commands/init.ts';
import { UsageError } from './usage-error.ts';
import { version } from './version.ts';

/** Answers the exit code. Throws only for a fault of headgate. */
export async function run(argv: readonly string[], cli: Cli): Promise<number> {
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    await cli.out(`${version}\n`);
    return exitCode.ok;
  }
  let code: number = exitCode.ok;
  const texts: Promise<void>[] = [];
  const program = createProgram(cli, (result) => {
    code = result;
  });
  for (const command of [program, ...program.commands]) {
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
      const [name] = argv;
      await cli.err(`error: ${error.message}\nSee \`headgate ${name} --help\`.\n`);
      return exitCode.usage;
    }
    if (!(error instanceof CommanderError)) throw error;
    code = error.exitCode === 0 ? exitCode.ok : exitCode.usage;
  }
  await Promise.all(texts);
  return code;
}

const collect = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value];

function createProgram(cli: Cli, finish: (code: number) => void): Command {
  const program = new Command('headgate')
    .description('Links component manifests and HTTP policies into a deterministic, explained deployment plan.')
    .version(version, '-V, --version')
    .showHelpAfterError('(add --help for the list of commands and options)')
    .helpCommand(false);

  const check = program
    .command('check')
    .description('report every problem of scenarios; runs no policy unless told')
    .argument(
      '[PATH...]',
      'manifests, URLs, folders with all scenarios below them, or - for standard input; the current folder unless given',
    )
    .option(
      '--format <FORMAT[=FILE]>',
      'text (to standard error), json, sarif or github (to standard output); with a path, to that file; repeatable',
      collect,
    )
    .option('--apply-policies', 'run the policies too, and check what they answer')
    .option('--stdin-file <PATH>', 'check standard input (the path -) as if it were this file')
    .action(async (paths: readonly string[], flags: CheckFlags) => {
      const { checkCommand } = await import('./commands/check.ts');
      finish(await checkCommand(cli, paths, flags));
    });
  shared(check);

  const compile = program
    .command('compile')
    .description('link a scenario, ask its policies, and write the plan')
    .argument('<SCENARIO>', 'a manifest, a folder that holds one, a bundle, or a URL')
    .option(
      '--emit <KIND=PATH>',
      'write an output (plan, ir, bundle) to a file or folder, or to standard output as `-`; repeatable',
      collect,
    )
    .action(async (path: string, flags: CompileFlags) => {
      const { compileCommand } = await import('./commands/compile.ts');
      finish(await compileCommand(cli, path, flags));
    });
  shared(compile);

  program
    .command('fmt')
    .description('lay out manifests in one style; comments stay, and so does what they mean')
    .argument(
      '[PATH...]',
      'files, folders with all manifests below them, or - for standard input; the current folder unless given',
    )
    .option('--check', 'write nothing; list the files that would change, and fail if there are any')
    .option('--stdin-file <PATH>', 'the name of what standard input (the path -) holds')
    .action(async (paths: readonly string[], flags: FmtFlags) => {
      const { fmtCommand } = await import('./commands/fmt.ts');
      finish(await fmtCommand(cli, paths, flags));
    });

  program
    .command('init')
    .description('write a scenario with a policy and a test that pass at once')
    .argument('[DIR]', 'folder to write into; made when it is not there', '.')
    .addOption(
      new Option('--lang <LANGUAGE>', 'language of the programs, the policy and the test')
        .choices(['typescript', 'python'])
        .default('typescript'),
    )
    .option('--name <NAME>', 'name of the project; that of the folder unless given')
    .action(async (folder: string, flags: InitFlags) => {
      const { initCommand } = await import('./commands/init.ts');
      finish(await initCommand(cli, folder, flags));
    });

  program
    .command('explain')
    .description('print what a diagnostic code means, with an example of the mistake and of its repair')
    .argument('<CODE>', 'for example link/unbound-slot')
    .action(async (code: string) => {
      const { explainCommand } = await import('./commands/explain.ts');
      finish(await explainCommand(cli, code));
    });
  return program;
}

/** Options of every command that compiles. */
function shared(command: Command): void {
  command
    .option('-D, --deny <CODE>', 'turn a warning into an error: its code, or `warnings` for all; repeatable', collect)
    .option(
      '--settings <FILE>',
      'settings to use for everything, instead of the headgate.yaml beside or above each manifest',
    )
    .option('--config <FILE>', 'root config for policies, for what the environment does not give')
    .option('--policy <NAME=URL>', 'ask a policy that is already running instead of starting it; repeatable', collect)
    .option('--no-sandbox', 'run policies without a sandbox: with all your rights')
    .option('--policy-timeout <TIME>', 'how long all policies together may take, such as 90s or 500ms')
    .option('--max-answer-bytes <BYTES>', 'how large the answer of a policy may be')
    .option('--timings', 'print the time each phase took to standard error');
}
