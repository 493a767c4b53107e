/** A run as an earlier version of headgate left it, in a state folder of its own. */
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, type JsonObject } from '../../../src/base/json.ts';
import { fold } from '../../../src/runtime/journal/fold.ts';
import { readJournal } from '../../../src/runtime/journal/read.ts';
import { openStore } from '../../../src/runtime/store/store.ts';
import { allBlobs, seal } from '../../../src/runtime/verdict/seal.ts';

export const keptId = '20300101-000000-0000';

/**
 * Copies the fixture; `lines` keeps so many lines of its journal, as if its headgate had been killed there. `sourceFolder` is where
 * its programs start: version 1 bound no options, so a run of it can be moved.
 */
export function keptRun(version: 'v1', stateDir: string, lines?: number, sourceFolder?: string): string {
  cpSync(join('test/fixtures/runs', version), stateDir, { recursive: true });
  const folder = join(stateDir, 'runs', keptId);
  const journal = join(folder, 'journal.ndjson');
  if (lines !== undefined)
    writeFileSync(journal, `${readFileSync(journal, 'utf8').split('\n').slice(0, lines).join('\n')}\n`);
  const options = join(folder, 'options.json');
  if (sourceFolder !== undefined)
    writeFileSync(options, readFileSync(options, 'utf8').replace('/nonexistent/scenario', sourceFolder));
  return folder;
}

/** Gives a kept run that is over the statement that a run writes at its end. */
export function sealKept(stateDir: string): void {
  const folder = join(stateDir, 'runs', keptId);
  const read = readJournal(join(folder, 'journal.ndjson'), keptId);
  if ('corrupt' in read) throw new Error(read.corrupt.reason);
  const store = openStore(join(stateDir, 'store'));
  const sealed = seal({ id: keptId, folder, store, blobs: allBlobs(fold(read.entries)), key: undefined });
  if ('fault' in sealed) throw new Error(sealed.fault);
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A journal whose hashes are right, whatever its lines say; each gets its number and its hash. */
export function forgeJournal(path: string, runId: string, lines: readonly JsonObject[]): void {
  let prev = sha256(`headgate.run ${runId}`);
  const forged = lines.map((line, seq) => {
    const unhashed: JsonObject = { ...line, seq, prev };
    prev = sha256(prev + canonicalJson(unhashed));
    return canonicalJson({ ...unhashed, hash: prev });
  });
  writeFileSync(path, forged.map((line) => `${line}\n`).join(''));
}
