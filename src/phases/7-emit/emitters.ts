import { suggest } from '../../base/suggest.ts';
import { bundle } from './bundle/bundle.ts';
import type { Emitter } from './emitter.ts';
import { ir } from './ir.ts';
import { lock } from './lock.ts';
import { plan } from './plan.ts';

const all = { bundle, ir, lock, plan } satisfies Readonly<Record<string, Emitter>>;

export type EmitKind = keyof typeof all;

/** Every `--emit` kind, by name. */
export const emitters: Readonly<Record<EmitKind, Emitter>> = all;

export const emitKinds: readonly EmitKind[] = (Object.keys(all) as EmitKind[]).sort();

export const isEmitKind = (kind: string): kind is EmitKind => Object.hasOwn(emitters, kind);

/** Throws for a kind that does not exist: a slip of the program that asks, which no scenario can cause. */
export function emitterOf(kind: string): Emitter {
  if (isEmitKind(kind)) return emitters[kind];
  const near = suggest(String(kind), emitKinds);
  const hint = near === undefined ? '' : `did you mean \`${near}\`? `;
  throw new RangeError(
    `emit(${JSON.stringify(kind)}): there is no such kind of output; ${hint}kinds: ${emitKinds.join(', ')}`,
  );
}
