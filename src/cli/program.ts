/** The table of commands. Each is loaded when it is called, so that none pays for another. */
import { Command, CommanderError, Option } from 'commander';
import { type Cli, exitCode } from '../app/cli.ts';
import { UsageError } from '../app/usage-error.ts';
import { version } from '../base/version.ts';
import type { AttestFlags, AttestKeygenFlags } from './commands/attest.ts';
import type { AttestVerifyFlags } from './commands/attest-verify.ts';
import type { CheckFlags } from './commands/check.ts';
import type { CompileFlags } from './commands/compile.ts';
import type { ExplainFlags } from './commands/explain-graph.ts';
import type { FmtFlags } from './commands/fmt.ts';
import type { InitFlags } from './commands/init.ts';
import type { LogsFlags } from './commands/logs.ts';
import type { PolicyInitFlags } from './commands/policy/init.ts';
import type { PolicyRecordFlags } from './commands/policy/record.ts';
import type { PolicyServeFlags } from './commands/policy/serve.ts';
import type { PolicyTestFlags } from './commands/policy/test.ts';
import type { PolicyTortureFlags } from './commands/policy/torture.ts';
import type { ResumeFlags } from './commands/resume.ts';
import type { RunFlags } from './commands/run.ts';
import type { RunsFlags } from './commands/runs.ts';

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
      await cli.err(`error: ${error.message}\nSee \`${meant(program, argv)} --help\`.\n`);
      return exitCode.usage;
    }
    if (!(error instanceof CommanderError)) throw error;
    code = error.exitCode === 0 ? exitCode.ok : exitCode.usage;
  }
  await Promise.all(texts);
  return code;
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
      'write an output (plan, ir, bundle, lock) to a file or folder, or to standard output as `-`; repeatable; unless given, a terminal shows a summary, and a pipe gets the plan',
      collect,
    )
    .option('--verify-order', 'warn of edges whose interposers depend on the order of a list of policies')
    .option(
      '--verify-fixpoint',
      'ask policies again about the rewritten graph, and warn of those that would insert more',
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

  const explain = program
    .command('explain')
    .description(
      'print what a diagnostic code means, or why an edge, export or component of a scenario or plan is as it is',
    )
    .argument('<SUBJECT>', 'a code such as link/unbound-slot; else a scenario or a plan')
    .argument(
      '[NAME]',
      'an edge such as /caller.agent, an export such as exports.status, or a component such as /caller',
    )
    .addOption(new Option('--format <FORMAT>', 'how it is told').choices(['text', 'json']).default('text'))
    .option('--source-dir <DIR>', 'where the manifests of a plan are; its own folder unless given')
    .option('--without <POLICY>', 'show what would be different without this policy; all edges unless NAME is given')
    .action(async (subject: string, name: string | undefined, flags: ExplainFlags) => {
      const { explainCommand } = await import('./commands/explain.ts');
      finish(await explainCommand(cli, subject, name, flags));
    });
  shared(explain);
  attestCommands(program, cli, finish);
  policyCommands(program, cli, finish);
  runCommands(program, cli, finish);
  return program;
}

/** Commands about signed plans. */
function attestCommands(program: Command, cli: Cli, finish: (code: number) => void): void {
  const attest = program
    .command('attest')
    .description('sign a plan, or verify a signed one; `attest SCENARIO|PLAN …` signs')
    .helpCommand(false);
  const sign = attest
    .command('sign', { isDefault: true })
    .description('sign a plan, with everything that it was made of')
    .argument('<SCENARIO|PLAN>', 'a scenario, which is compiled first, or a plan')
    .requiredOption('--key <FILE>', 'private key: Ed25519 in PEM (PKCS8)')
    .requiredOption('--out <FILE>', 'the attestation; - for standard output')
    .action(async (path: string, flags: AttestFlags) => {
      const { attestCommand } = await import('./commands/attest.ts');
      finish(await attestCommand(cli, path, flags));
    });
  shared(sign);
  const verify = attest
    .command('verify')
    .description('tell whether a key vouches for a plan; needs no network')
    .argument('<FILE>', 'the attestation')
    .requiredOption('--key <FILE>', 'public key: Ed25519 in PEM (SPKI)')
    .requiredOption('--plan <FILE>', 'the plan that it is about')
    .option('--relink <SCENARIO>', 'also compile this scenario, frozen where it has a lock, and want the same bytes')
    .addOption(new Option('--format <FORMAT>', 'how it is told').choices(['text', 'json']).default('text'))
    .action(async (path: string, flags: AttestVerifyFlags) => {
      const { attestVerifyCommand } = await import('./commands/attest-verify.ts');
      finish(await attestVerifyCommand(cli, path, flags));
    });
  shared(verify);
  attest
    .command('keygen')
    .description('make a pair of keys, and print the id of it')
    .requiredOption('--out <FILE>', 'where the private key goes; the public one goes to FILE.pub')
    .action(async (flags: AttestKeygenFlags) => {
      const { attestKeygenCommand } = await import('./commands/attest.ts');
      finish(await attestKeygenCommand(cli, flags));
    });
}

/** Commands for people who write policies. */
function policyCommands(program: Command, cli: Cli, finish: (code: number) => void): void {
  const policy = program.command('policy').description('write, test and run policies').helpCommand(false);
  const record = policy
    .command('record')
    .description('ask the policies of a scenario, and write a lock that a frozen compile takes their answers from')
    .argument('<SCENARIO>', 'a manifest, a folder that holds one, a bundle, or a URL')
    .option('--out <DIR>', 'folder to write headgate.lock and headgate.lock.d into; that of the scenario unless given')
    .action(async (path: string, flags: PolicyRecordFlags) => {
      const { policyRecordCommand } = await import('./commands/policy/record.ts');
      finish(await policyRecordCommand(cli, path, flags));
    });
  shared(record);
  policy
    .command('init')
    .description('write a policy with its manifest, config and tests, which pass at once')
    .argument('[DIR]', 'folder to write into; made when it is not there', '.')
    .addOption(
      new Option('--lang <LANGUAGE>', 'language of the policy and of its tests')
        .choices(['ts', 'python'])
        .default('ts'),
    )
    .option('--name <NAME>', 'name of the policy; that of the folder unless given')
    .action(async (folder: string, flags: PolicyInitFlags) => {
      const { policyInitCommand } = await import('./commands/policy/init.ts');
      finish(await policyInitCommand(cli, folder, flags));
    });
  policy
    .command('serve')
    .description('serve a policy while you work on it, and start it anew when a file changes')
    .argument('<FILE>', 'a module that exports a policy, or the manifest of a policy, or a folder that holds one')
    .option('--port <PORT>', 'port to listen on; 0 for any free one', '18120')
    .option('--host <ADDRESS>', 'address to listen on', '127.0.0.1')
    .option('--config <FILE>', 'config of the policy')
    .action(async (file: string, flags: PolicyServeFlags) => {
      const { policyServeCommand } = await import('./commands/policy/serve.ts');
      finish(await policyServeCommand(cli, file, flags));
    });
  const test = policy
    .command('test')
    .description('run the tests that lie beside policies: scenarios, and what must come of them')
    .argument(
      '[PATH...]',
      'files of tests, or folders with all *.policy-test.yaml below them; the current folder unless given',
    )
    .option(
      '--format <FORMAT[=FILE]>',
      'text (to standard error), json or junit (to standard output); with a path, to that file; repeatable',
      collect,
    )
    .option('--filter <TEXT>', 'only tests with this text in `FILE: NAME`')
    .option('--coverage', 'tell which edges each policy was shown, which it put interposers on, and which a test names')
    .action(async (paths: readonly string[], flags: PolicyTestFlags) => {
      const { policyTestCommand } = await import('./commands/policy/test.ts');
      finish(await policyTestCommand(cli, paths, flags));
    });
  shared(test);
  policy
    .command('torture')
    .description('put a policy through well-formed and hostile requests, and check that it lives and answers')
    .argument('<URL|FILE>', 'a policy that runs, or its manifest or module, which is then started without a sandbox')
    .addOption(
      new Option('--format <FORMAT>', 'text (to standard error), or json (to standard output as well)')
        .choices(['text', 'json'])
        .default('text'),
    )
    .option('--out <FILE>', 'write the results as JSON')
    .option('--badge <FILE>', 'write a badge, in the form that shields.io reads')
    .option('--config <FILE>', 'config of the policy, when it is started')
    .option('--policy-timeout <TIME>', 'how long one answer may take, such as 500ms; 10s unless given')
    .option('--max-answer-bytes <BYTES>', 'how large an answer may be; 1 MiB unless given')
    .action(async (policy: string, flags: PolicyTortureFlags) => {
      const { policyTortureCommand } = await import('./commands/policy/torture.ts');
      finish(await policyTortureCommand(cli, policy, flags));
    });
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
    .option('--attestation <FILE>', 'run nothing but the plan that this attestation is about')
    .option('--key <FILE>', 'public key that must have signed the attestation')
    .option(...stateDir)
    .action(async (path: string, flags: RunFlags) => {
      const { runCommand } = await import('./commands/run.ts');
      finish(await runCommand(cli, path, flags));
    });
  shared(run, 'programs and policies');
  const named = '[RUN]';
  const about = 'its id or the beginning of it; the last one unless given';
  program
    .command('ps')
    .description('list the runs')
    .addOption(json())
    .option(...stateDir)
    .action(async (flags: RunsFlags) => {
      const { psCommand } = await import('./commands/ps.ts');
      finish(await psCommand(cli, flags));
    });
  program
    .command('status')
    .description('tell what a run and its components are doing')
    .argument(named, about, 'last')
    .addOption(json())
    .option(...stateDir)
    .action(async (id: string, flags: RunsFlags) => {
      const { statusCommand } = await import('./commands/status.ts');
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
      const { logsCommand } = await import('./commands/logs.ts');
      finish(await logsCommand(cli, id, moniker, flags));
    });
  program
    .command('stop')
    .description('end a run: programs are asked to end, and ended when they do not')
    .argument(named, about, 'last')
    .option(...stateDir)
    .action(async (id: string, flags: RunsFlags) => {
      const { stopCommand } = await import('./commands/stop.ts');
      finish(await stopCommand(cli, id, flags));
    });
  program
    .command('resume')
    .description('go on with a run whose headgate was ended')
    .argument(named, about, 'last')
    .option('--redo <MONIKER>', 'run a task again, though it has ended or may have had its effect; repeatable', collect)
    .option('--config <FILE>', 'root config for programs, for what the environment does not give')
    .option('--detach', 'go on in the background; ends when everything is ready')
    .option(...stateDir)
    .action(async (id: string, flags: ResumeFlags) => {
      const { resumeCommand } = await import('./commands/resume.ts');
      finish(await resumeCommand(cli, id, flags));
    });
}

/** Options of every command that compiles, and who gets values of the root config. */
function shared(command: Command, configured = 'policies'): void {
  command
    .option('-D, --deny <CODE>', 'turn a warning into an error: its code, or `warnings` for all; repeatable', collect)
    .option(
      '--settings <FILE>',
      'settings to use for everything, instead of the headgate.yaml beside or above each manifest',
    )
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
    .option('--allow-remote-policies', 'run policies from the network that the lock does not pin')
    .option('--timings', 'print the time each phase took to standard error');
}
