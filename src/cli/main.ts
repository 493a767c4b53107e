import { exitCode } from '../app/cli.ts';
import { createInterrupt } from '../app/interrupt.ts';
/** The command line's process: streams, signals, exit codes. What is typed is read in program.ts. */
import { version } from '../base/version.ts';
import { createPatience } from './patience.ts';
import { run } from './program.ts';
import { createTerminal } from './terminal.ts';

const signals = { SIGINT: 130, SIGTERM: 143 } as const;

const terminal = createTerminal(process.env);
const interrupt = createInterrupt();

function crash(error: unknown): void {
  void import('./crash.ts')
    .then(({ crashReport }) => terminal.err(crashReport(error, process.env, version)))
    .then(() => process.exit(exitCode.bug));
}

process.on('uncaughtException', crash);
/** Ctrl-C goes to all processes of a terminal, and `npx` passes it on once more: within this time it is the same one. */
const echoMs = 250;
let asked: number | undefined;
for (const [name, code] of Object.entries(signals)) {
  process.on(name, () => {
    if (asked !== undefined) {
      if (performance.now() - asked < echoMs) return;
      // Held work may end at once in its own way, one time; nothing else is waited for.
      const { hurry } = interrupt;
      delete interrupt.hurry;
      if (!hurry) process.exit(code);
      hurry();
      return;
    }
    asked = performance.now();
    void interrupt.stop().then(() => {
      terminal.status?.('');
      process.exit(interrupt.exitCode ?? code);
    });
  });
}

const now = (): number => performance.now();

function workingFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

const cwd = workingFolder();
if (cwd === undefined) {
  void terminal
    .err('error: the current folder no longer exists; change to one that does\n')
    .then(() => process.exit(exitCode.errors));
} else {
  // The code is set rather than taken from a natural end, so that nothing left open by a library can hold the process.
  run(process.argv.slice(2), { ...terminal, env: process.env, cwd, interrupt, now, onBytes: createPatience() }).then(
    async (code) => {
      const lost = await terminal.reportLoss();
      process.exit(lost && code === exitCode.ok ? exitCode.errors : code);
    },
    crash,
  );
}
