/** Entries as runs write them fit the published schema, and what is not an entry does not. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/base/json.ts';
import { hashOf, rootHash } from '../../../../src/language/journal/entry.ts';
import { migrate } from '../../../../src/language/journal/migrate.ts';
import { component, edge, memoryRun } from '../../../support/run/memory-run.ts';
import { completing, fails, passes, probe, runtimeOf, scripted } from '../../../support/run/probers.ts';

const schema = JSON.parse(readFileSync('schemas/journal.schema.json', 'utf8')) as object;
const fits = new Ajv2020({ strict: false }).compile(schema);
const stamped = (entry: object): JsonObject => ({
  version: 2,
  prev: rootHash('r'),
  owner: { pid: 1, startTime: '2', bootId: 'b' },
  ...entry,
  hash: hashOf({ prev: rootHash('r') }),
});

describe('the schema of the journal', () => {
  it('fits every entry of runs that end in every way', async () => {
    const runs = [
      memoryRun({ components: [component('/a'), component('/b', { after: ['/a'] })], edges: [edge('/a', '/b')] }),
      memoryRun({
        components: [component('/a', { restarts: 1 }), component('/t', { restart: 'never', after: ['/a'] })],
        scripts: { '/a': [{ readyAfter: 0, endsAfter: 5, end: { code: 1, signal: null } }] },
      }),
      memoryRun({
        components: [component('/a')],
        runtime: runtimeOf({ p: probe(), q: probe(), r: probe(false) }, completing('stay', 'p', 'q')),
        probers: { test: scripted({ q: [fails, passes] }).prober },
      }),
    ];
    for (const run of runs) {
      await run.clock.advance(2_000);
      await run.probe();
      run.stop('over', 0);
      await run.outcome;
      for (const entry of run.entries) {
        expect(fits(stamped(entry)), `${JSON.stringify(entry)}: ${JSON.stringify(fits.errors?.slice(0, 3))}`).toBe(
          true,
        );
        expect(fits({ ...stamped(entry), data: { state: 'surprised' } })).toBe(false);
      }
    }
  });

  it('fits what older entries are read as', () => {
    const old = readFileSync('test/fixtures/runs/v1/runs/20300101-000000-0000/journal.ndjson', 'utf8')
      .trim()
      .split('\n');
    expect(old.length).toBeGreaterThan(5);
    for (const line of old) {
      const entry = migrate(JSON.parse(line) as JsonObject);
      expect(fits(entry), `${line}: ${JSON.stringify(fits.errors?.slice(0, 3))}`).toBe(true);
    }
  });
});
