/** What was measured of a program and of the place where it runs, as evidence. */
import type { JsonObject } from '../../../base/json.ts';
import type { SelfChecked, Started } from '../../../ports/environment.ts';
import { whileWritable } from '../../journal/writable.ts';

/** Digests of what is in the store. */
export interface Kept {
  readonly program?: string;
  readonly sandbox?: string;
  readonly selfCheck?: string;
}

/** Each answers the digest of what it kept. */
export interface Keep {
  readonly measured: (measured: JsonObject) => string;
  readonly checked: (checked: SelfChecked) => string;
}

/** What is known of the program and its place by the time that the answer is asked for. */
export function keepMeasured({ executed, measured, checked }: Started, keep: Keep): () => Kept {
  const program = executed && whileWritable(() => keep.measured(executed));
  let sandbox: string | undefined;
  void measured.then((found) => {
    sandbox = whileWritable(() => keep.measured(found));
  });
  let selfCheck: string | undefined;
  void checked?.then((found) => {
    selfCheck = whileWritable(() => keep.checked(found));
  });
  return () => ({
    ...(program === undefined ? {} : { program }),
    ...(sandbox === undefined ? {} : { sandbox }),
    ...(selfCheck === undefined ? {} : { selfCheck }),
  });
}
