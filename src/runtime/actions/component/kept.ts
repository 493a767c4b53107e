/** What was measured of a program and of the place where it runs, as evidence. */
import type { JsonObject } from '../../../base/json.ts';
import type { Started } from '../../../ports/environment.ts';
import { whileWritable } from '../../journal/writable.ts';

/** Digests of what is in the store. */
export interface Kept {
  readonly program?: string;
  readonly sandbox?: string;
}

/** What is known of the program and its place by the time that the answer is asked for. */
export function keepMeasured({ executed, measured }: Started, keep: (measured: JsonObject) => string): () => Kept {
  const program = executed && whileWritable(() => keep(executed));
  let sandbox: string | undefined;
  void measured.then((found) => {
    sandbox = whileWritable(() => keep(found));
  });
  return () => ({
    ...(program === undefined ? {} : { program }),
    ...(sandbox === undefined ? {} : { sandbox }),
  });
}
