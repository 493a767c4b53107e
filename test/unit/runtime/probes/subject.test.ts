/** What evidence is about, and what is in it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../../../src/base/digest.ts';
import type { PlanProbe } from '../../../../src/ir/plan-probe-schema.ts';
import type { DeploymentPlan } from '../../../../src/ir/plan-schema.ts';
import { fold, type RunState } from '../../../../src/runtime/journal/fold.ts';
import { subjectOf } from '../../../../src/runtime/probes/subject.ts';
import { readProbeEvidence } from '../../../../src/runtime/store/evidence.ts';
import { component, type MemoryRun, memoryRun } from '../../../support/run/memory-run.ts';
import { passes, probe, runtimeOf, scripted } from '../../../support/run/probers.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const task = (moniker: string) => component(moniker, { restart: 'never' });
const service = (moniker: string) => component(moniker);
const shortTask = [{ readyAfter: 0, endsAfter: 10 }];

const gatesOf = (outcome: object): readonly string[] =>
  'blocked' in outcome
    ? (outcome.blocked as { gate: string; subject: string }[]).map((b) => `${b.gate} ${b.subject}`)
    : [];

describe('what was looked at', () => {
  const named = (name: string, text: string): string => {
    const folder = temp.lay({ [name]: text });
    return folder;
  };
  const over = (
    sourceFolder: string,
    digest: string,
    answers: Parameters<typeof scripted>[0],
    before: MemoryRun | undefined,
  ) => {
    const { prober, asked } = scripted(answers);
    const run = memoryRun({
      components: [service('/web')],
      runtime: runtimeOf({ a: probe(true, { document: 'doc.json' }), b: probe() }),
      probers: { test: prober },
      sourceFolder,
      sources: [{ name: 'doc.json', digest, kind: 'probe' }],
      ...(before ? { before: before.entries, blobs: before.blobs } : {}),
    });
    return { run, asked };
  };
  const digest = 'sha256:q1MKE+RZFJgrefm34/uplM/R8/si9xzqGvvwK0YMbR0=';

  it('must be the same before and after: else nothing was found out', async () => {
    const folder = named('doc.json', 'one');
    const { run } = over(
      folder,
      digest,
      {
        a: () => {
          writeFileSync(join(folder, 'doc.json'), 'two');
          return passes;
        },
      },
      undefined,
    );
    await run.clock.advance(0);
    const outcome = await run.outcome;
    expect(gatesOf(outcome)).toEqual(['probe_runner_error a']);
    expect(JSON.stringify(outcome)).toContain('subject_moved: file doc.json changed while the probe ran');
  });

  it('of one probe is not that of another: a changed file of one has it alone run again', async () => {
    const folder = named('doc.json', 'one');
    const first = over(folder, digest, {}, undefined);
    await first.run.clock.advance(0);
    expect(await first.run.outcome).toMatchObject({ state: 'COMPLETE' });
    writeFileSync(join(folder, 'doc.json'), 'two');
    const second = over(folder, digest, {}, first.run);
    await second.run.clock.advance(0);
    await second.run.outcome;
    expect(second.asked).toEqual(['a']);
  });

  it('evidence for a subject that changed after the probe is missing, and not good', async () => {
    const folder = named('doc.json', 'one');
    const { run } = over(
      folder,
      digest,
      {
        b: () => {
          writeFileSync(join(folder, 'doc.json'), 'two');
          return passes;
        },
      },
      undefined,
    );
    await run.clock.advance(0);
    expect(gatesOf(await run.outcome)).toEqual(['probe_evidence_missing a']);
  });

  it('of a task is one attempt of it: asked for again, it is looked at again', async () => {
    const { prober, asked } = scripted({});
    const given = {
      components: [task('/once')],
      scripts: { '/once': shortTask },
      runtime: runtimeOf({ a: probe() }),
      probers: { test: prober },
    };
    const first = memoryRun(given);
    await first.clock.advance(20);
    expect(await first.outcome).toMatchObject({ state: 'COMPLETE' });
    const resumed = memoryRun({ ...given, before: first.entries, blobs: first.blobs });
    await resumed.clock.advance(20);
    expect(await resumed.outcome).toMatchObject({ state: 'COMPLETE' });
    expect(asked).toEqual(['a']);
    const redone = memoryRun({ ...given, before: first.entries, blobs: first.blobs, redo: ['/once'] });
    await redone.clock.advance(20);
    expect(await redone.outcome).toMatchObject({ state: 'COMPLETE' });
    expect(asked).toEqual(['a', 'a']);
  });
});

describe('a copy of a workspace', () => {
  const [baseline, report, other] = ['b', 'r', 'o'].map((text) => digestOf(text));
  const subjectWith = (copies: Readonly<Record<string, object>>) =>
    subjectOf(
      {
        plan: { planDigest: digestOf('plan'), sources: [], components: [] } as unknown as DeploymentPlan,
        sourceFolder: '/nonexistent',
        state: {
          environment: undefined,
          programs: new Map(),
          actions: new Map(),
          copies: new Map(Object.entries(copies)) as unknown as RunState['copies'],
        },
      },
      probe() as unknown as PlanProbe,
    );
  const finalized = { prepared: false, finalize: 'succeeded', baseline, report };

  it('is a part of what a probe looks at: what it was made of, and what was taken over from it', () => {
    const all = [
      subjectWith({}),
      subjectWith({ 'src:/a': finalized }),
      subjectWith({ 'src:/a': { ...finalized, baseline: other } }),
      subjectWith({ 'src:/a': { ...finalized, report: other } }),
      subjectWith({ 'src:/a': { prepared: true, finalize: 'pending', baseline } }),
      subjectWith({ 'src:/b': finalized }),
      subjectWith({ 'src:/a': finalized, 'src:/b': finalized }),
    ];
    expect(new Set(all.map(({ digest }) => digest)).size).toBe(all.length);
    expect(all.at(-1)?.subjects.map(({ name }) => name)).toEqual(['plan', 'workspace src:/a', 'workspace src:/b']);
  });

  it('is the same in whatever order copies were made, and whether it is still there or not', () => {
    const one = subjectWith({ 'src:/a': finalized, 'src:/b': finalized });
    const same = subjectWith({ 'src:/b': finalized, 'src:/a': { ...finalized, prepared: true, reason: 'x' } });
    expect(same).toEqual(one);
  });
});

describe('evidence', () => {
  it('is a statement about plan, place and files, with everything that the probe left, and no secret', async () => {
    const kept: string[] = [];
    const { prober } = scripted({
      a: ({ keep }) => {
        const stdout = keep(Buffer.from('the hunter2 said'));
        kept.push(stdout, keep(Buffer.from([0xff, 0xfe])));
        return {
          ...passes,
          summary: 'saw\n hunter2\u001b[31m',
          details: { exitCode: 0, nested: { text: ['hunter2'] } },
          blobs: { stdout },
        };
      },
    });
    const run = memoryRun({
      components: [service('/web')],
      runtime: runtimeOf({ a: probe(true, { argv: ['./x'] }) }),
      probers: { test: prober },
      redact: (text) => text.replaceAll('hunter2', '[secret]'),
    });
    await run.clock.advance(0);
    await run.outcome;
    const digest = fold(run.entries).probes.get('a')?.evidence ?? '';
    const text = Buffer.from(run.store.get(digest) ?? []).toString();
    expect(text).not.toContain('hunter2');
    expect(JSON.parse(text)).toMatchObject({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'plan' }, { name: 'environment' }],
      predicate: {
        probe: 'a',
        probeKind: 'test',
        passed: true,
        outcome: 'completed',
        summary: 'saw [secret]·[31m',
        argv: ['./x'],
        exitCode: 0,
        details: { nested: { text: ['[secret]'] } },
        blobs: [{ name: 'stdout', digest: kept[0] }],
        startedAt: '2030-01-01T00:00:00.000Z',
        durationSeconds: 0,
        signed: false,
      },
    });
    expect(Buffer.from(run.store.get(kept[0] ?? '') ?? []).toString()).toBe('the [secret] said');
    expect([...(run.store.get(kept[1] ?? '') ?? [])]).toEqual([0xff, 0xfe]);
    expect(readProbeEvidence(run.store, digest)).toMatchObject({
      subjectDigest: fold(run.entries).probes.get('a')?.found.subject,
    });
    run.blobs.delete(kept[0] ?? '');
    expect(readProbeEvidence(run.store, digest)).toBe('gone');
  });
});
