/** Reads what is asked of a check server, and no more than may be asked. */
import type { Socket } from 'node:net';
import { maxManifestBytes } from '../../language/syntax/limits.ts';
import type { Question } from './wire.ts';

export interface Asked {
  readonly question: Question;
  readonly stdin: Uint8Array;
}

/** The variables of a process are bounded by the kernel, to about this. */
const maxLine = 8 * 1024 * 1024;

/** Undefined when the other end is gone, or says something else. */
export function readQuestion(client: Socket): Promise<Asked | undefined> {
  return new Promise((done) => {
    let chunks: Buffer[] = [];
    let size = 0;
    let question: Question | undefined;
    let wanted = 0;
    client.on('close', () => done(undefined));
    client.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (!question) {
        if (size > maxLine) return done(undefined);
        if (!chunk.includes('\n')) return;
        const all = Buffer.concat(chunks);
        const end = all.indexOf('\n');
        question = parse(all.toString('utf8', 0, end));
        wanted = question?.kind === 'check' ? question.stdin : 0;
        // Standard input is read until it is too large for a manifest, in pieces.
        if (!question || wanted > 2 * maxManifestBytes) return done(undefined);
        chunks = [all.subarray(end + 1)];
        size = all.length - end - 1;
      }
      if (size >= wanted) done({ question, stdin: Buffer.concat(chunks).subarray(0, wanted) });
    });
  });
}

function parse(line: string): Question | undefined {
  try {
    const found = JSON.parse(line) as Question | null;
    if (found?.kind === 'status' || found?.kind === 'stop') return found;
    const isCheck =
      found?.kind === 'check' &&
      typeof found.identity === 'string' &&
      typeof found.cwd === 'string' &&
      Number.isSafeInteger(found.stdin) &&
      found.stdin >= 0 &&
      Array.isArray(found.argv) &&
      found.argv.every((one) => typeof one === 'string') &&
      typeof found.env === 'object' &&
      found.env !== null;
    return isCheck ? found : undefined;
  } catch {
    return undefined;
  }
}
