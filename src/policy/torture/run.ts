/** Runs every case, and asks an ordinary question after each: a policy that was harmed is noticed at once. */
import { setMaxListeners } from 'node:events';
import { type Case, cases, type Torture } from './cases.ts';
import { compareAnswers, failed, judgeAnswer, passed, skipped, type Verdict, warning } from './judge.ts';
import { type Question, smallScope } from './questions.ts';
import { type Address, send } from './send.ts';

export interface CaseResult extends Verdict {
  readonly name: string;
  readonly about: string;
  readonly ms: number;
}

/** A policy that was started for this. */
export interface Started {
  readonly stop: () => Promise<void>;
  /** How it ended, once it has. */
  readonly ended: Promise<string>;
}

export interface TortureOptions extends Address {
  readonly started?: Started;
  readonly onCase: (name: string) => void;
}

export async function runTorture(options: TortureOptions): Promise<readonly CaseResult[]> {
  const { onCase, started, ...address } = options;
  // Many requests at once listen to it.
  setMaxListeners(0, address.signal);
  const results: CaseResult[] = [];
  const question = smallScope();
  const baseline = await send(address, { body: question.body });
  const first = judgeAnswer(baseline, question, address.maxBytes);
  const on: Torture = { ...address, baseline };
  // Everything else is held against this answer.
  let lost = first.result === 'passed' ? undefined : 'there is no good answer to an ordinary question';
  for (const one of cases) {
    if (address.signal.aborted) break;
    onCase(one.name);
    const result = lost !== undefined && one.name !== 'small-scope' ? untried(one, lost) : await runCase(one, on);
    const steady = results.some(({ name, result }) => name === 'repeated' && result === 'passed');
    const harmed = lost === undefined && result.result !== 'skipped' ? await harm(on, question, steady) : undefined;
    results.push(harmed === undefined ? result : { ...result, ...failed(`after it: ${harmed}`) });
    lost ??= harmed === undefined ? undefined : `\`${one.name}\` harmed the policy`;
  }
  results.push(await terminate(on, started, lost));
  return results;
}

const untried = ({ name, about }: Case, why: string): CaseResult => ({ name, about, ms: 0, ...skipped(why) });

async function runCase({ name, about, run }: Case, on: Torture): Promise<CaseResult> {
  const began = performance.now();
  const verdict = await run(on);
  return { name, about, ms: Math.round(performance.now() - began), ...verdict };
}

/** It still answers; and as before, if it ever did. */
async function harm(on: Torture, question: Question, steady: boolean): Promise<string | undefined> {
  const reply = await send(on, { body: question.body });
  const when = 'asked an ordinary question';
  const alive = judgeAnswer(reply, question, on.maxBytes);
  if (alive.result === 'failed') return `${when}: ${alive.detail}`;
  const verdict = steady ? compareAnswers(on.baseline, reply, when) : undefined;
  return verdict?.result === 'failed' ? verdict.detail : undefined;
}

/** Only of a policy that was started here. */
async function terminate(on: Torture, started: Started | undefined, lost: string | undefined): Promise<CaseResult> {
  const about = 'SIGTERM while it is asked';
  const name = 'terminate';
  if (!started || lost !== undefined) {
    return {
      name,
      about,
      ms: 0,
      ...skipped(lost ?? 'it was started by somebody else: give its manifest to have it started'),
    };
  }
  const began = performance.now();
  const question = smallScope();
  const asked = send(on, { body: question.body, pieces: { count: 4, pauseMs: 50 } });
  await new Promise((done) => setTimeout(done, 60));
  const stopped = started.stop();
  const reply = await asked;
  const how = await started.ended;
  await stopped;
  const ms = Math.round(performance.now() - began);
  const told = 'fault' in reply ? reply.fault : `answered with status ${reply.status}`;
  const verdict = /SIGKILL/.test(how)
    ? warning(`it did not end within 5 s of SIGTERM, and was killed; ${told}`)
    : passed(`it ${how}; ${told}`);
  return { name, about, ms, ...verdict };
}
