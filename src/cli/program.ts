/** The table of commands. Each is loaded when it is called, so that none pays for another. */
import { Command, CommanderError, Option } from 'commander';
import { type Cli, exitCode } from './cli.ts';
import type { CheckFlags } from './commands/check.ts';
import type { CompileFlags } from './commands/compile.ts';
import type { FmtFlags } from './commands/fmt.ts';
import type { InitFlags } from './commands/init.ts';
import type { RunFlags } from './commands/run.ts';
import type { LogsFlags, ResumeFlags, RunsFlags } from './commands/runs.ts';
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
    .option('--fix', 'mend what can be mended without a doubt: old spellings, a missing `weak`')
    .option('--fix-unused', 'also remove declarations that nothing uses')
    .option('--fix-dry-run', 'print what --fix would change as a diff, and write nothing')
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
  runCommands(program, cli, finish);
  return program;
}

/** Commands of the runtime. */
function runCommands(program: Command, cli: Cli, finish: (code: number) => void): void {
  const stateDir = ['--state-dir <DIR>', 'where runs are kept; $XDG_STATE_HOME/headgate unless given'] as const;
  const json = (): Option =>
    new Option('--format <FORMAT>', 'how it is told').choices(['text', 'json']).default('text');
  const run = program
    .command('run')
    .description('run a scenario or a plan on this machine, every edge enforced')
    .argument('<SCENARIO|PLAN>', 'a scenario, which is compiled first, or a plan')
    .option('--slot <NAME=URL>', 'what a slot of the root leads to; repeatable', collect)
    .option(
      '--export <NAME=PORT>',
      'the port of an export on 127.0.0.1; any free one unless given; repeatable',
      collect,
    )
    .option('--detach', 'go on in the background; ends when everything is ready')
    .option('--source-dir <DIR>', 'where the manifests of a plan are; its own folder unless given')
    .option(...stateDir)
    .action(async (path: string, flags: RunFlags) => {
      const { runCommand } = await import('./commands/run.ts');
      finish(await runCommand(cli, path, flags));
    });
  shared(run);
  const named = '[RUN]';
  const about = 'its id or the beginning of it; the last one unless given';
  program
    .command('ps')
    .description('list the runs')
    .addOption(json())
    .option(...stateDir)
    .action(async (flags: RunsFlags) => {
      const { psCommand } = await import('./commands/runs.ts');
      finish(await psCommand(cli, flags));
    });
  program
    .command('status')
    .description('tell what a run and its components are doing')
    .argument(named, about, 'last')
    .addOption(json())
    .option(...stateDir)
    .action(async (id: string, flags: RunsFlags) => {
      const { statusCommand } = await import('./commands/runs.ts');
      finish(await statusCommand(cli, id, flags));
    });
  program
    .command('logs')
    .description('print what the programs of a run said')
    .argument(named, about, 'last')
    .argument('[MONIKER]', 'one component; all of them unless given')
    .option('-f, --follow', 'go on as long as the run does')
    .option(...stateDir)
    .action(async (id: string, moniker: string | undefined, flags: LogsFlags) => {
      const { logsCommand } = await import('./commands/runs.ts');
      finish(await logsCommand(cli, id, moniker, flags));
    });
  program
    .command('stop')
    .description('end a run: programs are asked to end, and ended when they do not')
    .argument(named, about, 'last')
    .option(...stateDir)
    .action(async (id: string, flags: RunsFlags) => {
      const { stopCommand } = await import('./commands/runs.ts');
      finish(await stopCommand(cli, id, flags));
    });
  program
    .command('resume')
    .description('go on with a run whose headgate was ended')
    .argument(named, about, 'last')
    .option('--redo <MONIKER>', 'run a task again whose effect is not known; repeatable', collect)
    .option('--config <FILE>', 'root config, for what the environment does not give')
    .option('--detach', 'go on in the background; ends when everything is ready')
    .option(...stateDir)
    .action(async (id: string, flags: ResumeFlags) => {
      const { resumeCommand } = await import('./commands/runs.ts');
      finish(await resumeCommand(cli, id, flags));
    });
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
