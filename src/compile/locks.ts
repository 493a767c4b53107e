import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { createSink, type Sink } from '../diagnostics/sink.ts';
import type { OpenLock } from '../ir/lock.ts';
import { protocolVersion } from '../ir/protocol.ts';
import { lockName } from '../language/lock/format.ts';
import { loadSyntax } from '../language/syntax/parse.ts';
import type { CompileOptions } from './options.ts';

export interface Locks {
  /** Answers for the policies. */
  readonly frozen?: OpenLock;
  /** Says which policies from the network may run. */
  readonly pins?: OpenLock;
  /** Why there are no pins. */
  readonly faults?: readonly Diagnostic[];
}

/** A live compile does without a lock unless it needs a pin, so that a lock of another version can be recorded again. */
export async function openLocks(options: Pick<CompileOptions, 'lock' | 'frozen'>, sink: Sink): Promise<Locks> {
  const { lock, frozen } = options;
  if (!frozen && (!lock || lock.text === null)) return {};
  const [{ readLock }] = await Promise.all([import('../language/lock/read-lock.ts'), loadSyntax('json5')]);
  if (!lock) {
    readLock({ file: lockName, text: null, recordings: new Map() }, protocolVersion, sink);
    return {};
  }
  const faults = frozen ? sink : createSink();
  const open = readLock(lock, protocolVersion, faults);
  if (!open) return { faults: frozen ? [] : faults.diagnostics };
  return { pins: open, ...(frozen ? { frozen: open } : {}) };
}
