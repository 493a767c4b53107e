/** What every test file of runs has: folders of its own, runs that end with their test, and nothing left of them. */
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import { createTempFolder } from '../temp-folder.ts';
import { type LiveRun, type RunOptions, startRun } from './cli-run.ts';
import { expectNoProcess } from './leftovers.ts';

export interface Runs {
  readonly folder: string;
  /** Files of a scenario laid down; the path of its root. */
  readonly lay: (files: Readonly<Record<string, string>>) => string;
  /** With a state folder that nobody has used. */
  readonly options: (more?: Partial<RunOptions>) => RunOptions;
  /** Stopped at the end of the test, if not before. */
  readonly start: (scenario: string, options: RunOptions) => Promise<LiveRun>;
}

export function useRuns(): Runs {
  const temp = createTempFolder();
  let running: LiveRun[] = [];
  let states = 0;
  afterEach(async () => {
    for (const run of running) await run.stop();
    running = [];
    await expectNoProcess(temp.path);
  });
  afterAll(temp.remove);
  return {
    folder: temp.path,
    lay: (files) => join(temp.lay(files), 'scenario.json'),
    options: (more = {}) => ({ stateDir: join(temp.path, `state${states++}`), cwd: temp.path, ...more }),
    start: async (scenario, options) => {
      const run = await startRun(scenario, options);
      running.push(run);
      return run;
    },
  };
}

/** Of an export; what went wrong, where nothing answered. */
export async function textOf(url: string | undefined): Promise<string> {
  try {
    return await (await fetch(url ?? 'no export', { signal: AbortSignal.timeout(20_000) })).text();
  } catch (error) {
    return String(error);
  }
}

/** These children's `http`, under their names. */
export const exported = (...names: readonly string[]): object => ({
  exports: Object.fromEntries(names.map((name) => [name, `#${name}.http`])),
});
