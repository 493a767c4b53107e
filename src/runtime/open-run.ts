/** Opens the record of a run, a new one or an earlier one, and refuses it where it is not what was written. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { acquireLock } from '../adapters/files/lock.ts';
import { digestOf } from '../base/digest.ts';
import type { Blocked } from '../ir/blocked.ts';
import type { DeploymentPlan } from '../ir/plan-schema.ts';
import { planFileText } from '../language/plan-file/write.ts';
import { noSpan } from '../ports/tracer.ts';
import type { Clock } from './clock.ts';
import { createFold, type Fold } from './journal/fold.ts';
import { openJournal } from './journal/journal.ts';
import { createRecorder, type Recorder } from './journal/record.ts';
import { createRunSpans } from './journal/spans.ts';
import { apart } from './listen.ts';
import type { RunEvent, SettledOptions } from './run-options.ts';
import { faultsOfRecord } from './state/integrity.ts';
import { alreadyRuns, journalCorrupt, journalMissing, runsElsewhere } from './state/refusals.ts';
import { optionsText } from './state/run-files.ts';
import { createRun, makePrivate, type RunPaths, runPaths, storePath, sweepStaging } from './state/run-folder.ts';
import { urlsWithCredentials } from './state/url-secrets.ts';
import { openStore, type Store } from './store/store.ts';

export interface Opened {
  readonly id: string;
  readonly plan: DeploymentPlan;
  readonly optionsDigest: string;
  readonly paths: RunPaths;
  readonly record: Recorder;
  /** Everything that stands in the journal, as it grows. */
  readonly known: Fold;
  readonly store: Store;
  readonly onEvent: (event: RunEvent) => unknown;
  readonly close: () => Promise<void>;
}

export async function openRun(
  plan: DeploymentPlan,
  options: SettledOptions,
  clock: Clock,
): Promise<Opened | { readonly blocked: readonly Blocked[] }> {
  // One that was begun before may have some, and goes on with what it has.
  const inClear = options.resume ? [] : urlsWithCredentials(options.externals);
  if (inClear.length > 0) return { blocked: inClear };
  makePrivate(options.stateDir);
  sweepStaging(options.stateDir);
  const settings = optionsText(options);
  const files = {
    'options.json': settings,
    'plan.json': planFileText(plan),
  };
  const id = options.resume?.id ?? createRun(options.stateDir, new Date(clock.time()), files);
  const paths = runPaths(options.stateDir, id);
  if (!existsSync(paths.journal)) return { blocked: [journalMissing(id, paths.journal)] };
  const lock = await acquireLock(paths.folder);
  if ('heldBy' in lock) {
    const { heldBy, elsewhere } = lock;
    const record = join(paths.folder, 'owner.json');
    return { blocked: [elsewhere === undefined ? alreadyRuns(id, heldBy?.pid) : runsElsewhere(id, elsewhere, record)] };
  }
  try {
    const journal = openJournal(paths.journal, { runId: id, owner: lock.owner, clock: clock.time });
    if ('corrupt' in journal) {
      await lock.release();
      return { blocked: [journalCorrupt(id, paths.journal, journal.corrupt)] };
    }
    const close = async (): Promise<void> => {
      journal.close();
      // This process may live on, and has the run no longer.
      rmSync(join(paths.folder, 'owner.json'), { force: true });
      await lock.release();
    };
    const known = createFold();
    for (const entry of journal.entries) known.add(entry);
    const optionsDigest = digestOf(settings);
    // What lies there counts as well as what it was read as: nobody is to find a key there that meant nothing.
    const laid = digestOf(readFileSync(paths.options, 'utf8'));
    const store = openStore(storePath(options.stateDir));
    const faults = faultsOfRecord({
      id,
      paths,
      plan,
      sourceFolder: options.sourceFolder,
      options: laid === known.state().options ? optionsDigest : laid,
      state: known.state(),
      store,
      isOver: true,
    });
    if (faults.length > 0) {
      await close();
      return { blocked: faults };
    }
    const onEvent = apart(options.onEvent);
    const about = { 'headgate.run.id': id, 'headgate.plan.digest': plan.planDigest };
    const spans = createRunSpans((options.spans ?? noSpan).start('run', about));
    const record = createRecorder(journal, id, known, (entry) => {
      spans.entry(entry);
      onEvent({ type: 'entry', entry });
    });
    return {
      id,
      plan,
      optionsDigest,
      paths,
      record,
      known,
      store,
      onEvent,
      close: async () => {
        spans.over();
        await close();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
