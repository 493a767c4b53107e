/** Tells every live run of a state folder that a secret has another value now. */
import type { Reacted, RotatedSecret } from '../../runtime/bindings/rotation.ts';
import { runIds } from '../../runtime/state/run-folder.ts';
import { findRunClient } from './client.ts';

export interface RunTold {
  readonly run: string;
  /** Undefined where it did not answer: it goes on with what it has until its components are restarted. */
  readonly reactions: readonly Reacted[] | undefined;
}

/** In the order of the runs. Those that nothing of is bound to the secret are left out; never throws for what a run does. */
export async function tellRotated(stateDir: string, secret: RotatedSecret): Promise<readonly RunTold[]> {
  const told = await Promise.all(
    runIds(stateDir).flatMap((run) => {
      const client = findRunClient(stateDir, run);
      return client ? [client.rotated(secret).then((reactions): RunTold => ({ run, reactions }))] : [];
    }),
  );
  return told.filter(({ reactions }) => reactions === undefined || reactions.length > 0);
}
