/** The last step of an operation: its audit line, and then its own record goes. Whoever is killed before leaves it to the next one. */
import { lossText, operator } from './context.ts';
import { faultOf } from './fault-error.ts';
import { drop, type KeyWork } from './key-work.ts';
import type { Operation } from './operation-files.ts';
import { readPrivate } from './private-file.ts';

export interface Finished {
  /** The number that was made; null where the provider alone knows. */
  readonly version: number | null;
  /** An earlier command brought it to this point, and may have written its line. */
  readonly byEarlier?: boolean;
}

/** An operation whose line cannot be written is kept, so that the next command writes it. */
export async function finish(work: KeyWork, operation: Operation, { version, byEarlier }: Finished): Promise<void> {
  const { ctx, target, key } = work;
  if (!(byEarlier && isTold(work, operation))) {
    const lost = await ctx.audit.tell({
      actor: 'operator',
      consumer: operator,
      vault: target.name,
      key,
      version: version === null ? null : String(version),
      action: operation.work,
      outcome: 'success',
      errorCode: null,
      operation: operation.id,
    });
    if (lost !== undefined) {
      ctx.notice(lossText(lost));
      return;
    }
  }
  drop(work, operation);
}

/** Also behind a line that was changed. */
function isTold({ ctx }: KeyWork, { id }: Operation): boolean {
  try {
    return readPrivate(ctx.places.audit)?.includes(`"operation":${JSON.stringify(id)}`) === true;
  } catch (error) {
    ctx.notice(`warning: ${faultOf(error).message}`);
    return false;
  }
}
