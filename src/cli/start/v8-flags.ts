/**
 * Flags that V8 was given after its start. Under others than those with which code was compiled it takes none, so they are undone while a
 * script is loaded. Who sets them and who loads scripts lie in scripts of their own, so the process keeps what they share.
 */
const key = Symbol.for('headgate.v8-flags-undone');

type Undone = <T>(work: () => T) => T;

const shared = globalThis as { [key]?: Undone };

export function setUndone(undone: Undone): void {
  shared[key] = undone;
}

/** Does it under the flags that V8 started with. */
export const withoutFlags: Undone = (work) => (shared[key] ?? ((run) => run()))(work);
