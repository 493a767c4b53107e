/** Runs a program in the place of a component. It passes when the program exits as expected within its budget. */
import { exitText } from '../../base/exit-text.ts';
import type { HeadlessRunProbe } from '../../ir/plan-probe-schema.ts';
import { bounds, executionDetails, notExited } from './ended.ts';
import type { Prober } from './probe.ts';
import { keepText, oneLine } from './text.ts';

export const headlessRun: Prober<HeadlessRunProbe> = async (probe, context) => {
  const { argv, component, cwd, env, budgetSeconds, expectExit } = probe;
  const stdin = probe.stdin === undefined ? undefined : await context.file(probe.stdin);
  const shown = argv.map(context.redact);
  const what = oneLine(`\`${shown.join(' ')}\` in ${component}`);
  if (probe.stdin !== undefined && stdin === undefined)
    return {
      passed: null,
      outcome: 'error',
      summary: `${probe.stdin}, which it is to read, is not what it was when the plan was made`,
      details: { argv: shown },
      blobs: {},
    };
  const executed = await context.place.execute(component, {
    argv,
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
    ...(stdin === undefined ? {} : { stdin }),
    ...bounds(budgetSeconds),
    signal: context.signal,
  });
  const stdout = keepText(executed.stdout, context);
  const stderr = keepText(executed.stderr, context);
  const passed = executed.code === expectExit;
  const other = oneLine(`${what}: ${exitText(executed.code, executed.signal)}, and ${expectExit} was expected`);
  return {
    ...(notExited(executed, what, budgetSeconds, context.redact) ?? {
      passed,
      outcome: 'completed',
      summary: passed ? oneLine(`${what} exited with ${expectExit}`) : other,
    }),
    details: {
      argv: shown,
      expectExit,
      ...executionDetails(executed),
      stdout: stdout.details,
      stderr: stderr.details,
    },
    blobs: { stdout: stdout.blob, stderr: stderr.blob },
  };
};
