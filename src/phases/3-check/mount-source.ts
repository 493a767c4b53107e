import type { MountDecl } from '../../ir/manifest.ts';
import { literal } from './literal.ts';

/** What a mount without references in its `from` names. */
export type MountSource =
  /** `''` is the whole config. */
  | { readonly kind: 'config'; readonly path: string }
  | { readonly kind: 'slots' | 'resources' | 'framework'; readonly name: string }
  | { readonly kind: 'unknown'; readonly text: string };

/** Undefined when `from` holds a reference: only lowering can tell what it names. */
export function mountSource(mount: MountDecl): MountSource | undefined {
  const text = literal(mount.from);
  if (text === undefined) return undefined;
  if (text === 'config') return { kind: 'config', path: '' };
  const dot = text.indexOf('.');
  const head = dot < 0 ? text : text.slice(0, dot);
  const rest = text.slice(dot + 1);
  if (dot >= 0 && head === 'config') return { kind: 'config', path: rest };
  if (dot >= 0 && rest !== '' && (head === 'slots' || head === 'resources' || head === 'framework')) {
    return { kind: head, name: rest };
  }
  return { kind: 'unknown', text };
}
