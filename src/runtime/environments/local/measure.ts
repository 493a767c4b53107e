/** Which bytes are executed, of whatever program: one of the scenario or one of the system. */
import { stat } from 'node:fs/promises';
import { digestOfFile } from '../../../adapters/files/digest-of-file.ts';
import type { Executed } from '../../../adapters/sandbox/locate.ts';
import type { JsonObject } from '../../../base/json.ts';

/** Answers what is kept as evidence: no path of this machine but those that the command line and the script say themselves. */
export type Measure = (executed: readonly Executed[]) => Promise<JsonObject | undefined>;

/** A file is read once as long as it is the same: many components run one interpreter. `digestOf` is for tests. */
export function createMeasure(digestOf: (path: string) => Promise<string | undefined> = whole): Measure {
  const known = new Map<string, Promise<string | undefined>>();
  const measured = async ({ path, file }: Executed): Promise<JsonObject> => {
    const identity = await identityOf(file);
    const digest = identity === undefined ? undefined : (known.get(identity) ?? digestOf(file));
    if (identity !== undefined && digest) known.set(identity, digest);
    // A program may be executable and not readable.
    return { path, digest: (await digest) ?? null };
  };
  return async (executed) => {
    const [program, ...interpreters] = await Promise.all(executed.map(measured));
    if (!program) return undefined;
    return interpreters.length === 0 ? program : { ...program, interpreters };
  };
}

const whole = (path: string): Promise<string | undefined> => digestOfFile(path, Number.POSITIVE_INFINITY);

/** Of what links lead to. Whoever writes to a file changes its times. */
async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino, mtimeNs, ctimeNs, size } = await stat(path, { bigint: true });
    return [dev, ino, mtimeNs, ctimeNs, size].join(' ');
  } catch {
    return undefined;
  }
}
