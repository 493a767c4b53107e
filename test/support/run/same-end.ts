/** What has to hold after any fault: of a run of the tasks `one` and `two`, which have their effect once. */
import { expect } from 'vitest';
import { headgate, type RunOptions } from './cli-run.ts';
import { checkChain, endRecord, journalLines, unfinished } from './journal.ts';
import { expectNoProcess, storedLines } from './leftovers.ts';
import { recover } from './sweep.ts';

/**
 * The same end as without a fault; or it says that it cannot know, of a task that was cut off before it came to its end, and is told
 * to do it again.
 */
export async function expectSameEndOf(scenario: string, options: RunOptions, what: string): Promise<void> {
  const { id, end } = recover(scenario, options);
  const chain = checkChain(options.stateDir, id);
  expect(chain, `${what}: ${chain.said}`).toMatchObject({ whole: true, tornBytes: 0 });
  await expectNoProcess(options.stateDir);
  const counts = storedLines(options.stateDir, 'count');
  if (end.status === 0) {
    expect([...counts].sort(), `${what}\n${end.stderr}`).toEqual(['one', 'two']);
    expect(unfinished(options.stateDir, id), what).toEqual([]);
    expectVerified(id, options, what);
    return;
  }
  expect(end.status, `${what}\n${end.stdout}\n${end.stderr}`).toBe(3);
  expect(end.stderr, what).toMatch(/blocked\[outcome_unknown\]/);
  expect(new Set(counts).size, `${what}: an effect was had twice`).toBe(counts.length);
  const attempts = journalLines(options.stateDir, id).filter(({ type }) => type === 'intent');
  for (const moniker of redoOf(end)) {
    const attempt = attempts.findLast(({ actionId }) => actionId === `task.run:${moniker}`)?.attempt ?? 0;
    expect(endRecord(options.stateDir, id, moniker, attempt), `${what}: the end of ${moniker} was known`).toMatch(
      /^$|"signal":"SIG|"code":1(?:37|43)/,
    );
  }
  const again = headgate(['resume', id, ...redoOf(end).flatMap((moniker) => ['--redo', moniker])], options);
  expect(again.status, `${what}\n${again.stderr}`).toBe(0);
  expect(unfinished(options.stateDir, id), what).toEqual([]);
  expectVerified(id, options, what);
}

/** Whatever was killed, the folder of a run that is over says what became of it, whole. */
function expectVerified(id: string, options: RunOptions, what: string): void {
  const verified = headgate(['verify-run', id], { ...options, args: [] });
  expect(verified.status, `${what}\n${verified.stdout}${verified.stderr}`).toBe(0);
}

const redoOf = ({ stderr }: { readonly stderr: string }): readonly string[] =>
  [...stderr.matchAll(/--redo (\S+?)`/g)].map((match) => match[1] as string);
