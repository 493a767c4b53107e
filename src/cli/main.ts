#!/usr/bin/env node
/** The command line's process: streams, signals, exit codes. What is typed is read in program.ts. */
import { exitCode } from './cli.ts';
import { crashReport } from './crash.ts';
import { createInterrupt } from './interrupt.ts';
import { run } from './program.ts';
import { createTerminal } from './terminal.ts';
import { version } from './version.ts';

const signals = { SIGINT: 130, SIGTERM: 143 } as const;

const terminal = createTerminal(process.env);
const interrupt = createInterrupt();

function crash(error: unknown): void {
  void terminal.err(crashReport(error, process.env, version)).then(() => process.exit(exitCode.bug));
}

process.on('uncaughtException', crash);
for (const [name, code] of Object.entries(signals)) {
  let asked = false;
  process.on(name, () => {
    // A second signal does not wait for anything.
    if (asked) process.exit(code);
    asked = true;
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
  run(process.argv.slice(2), { ...terminal, env: process.env, cwd, interrupt, now }).then(async (code) => {
    const lost = await terminal.reportLoss();
    process.exit(lost && code === exitCode.ok ? exitCode.errors : code);
  }, crash);
}
