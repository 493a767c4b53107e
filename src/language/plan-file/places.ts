/** Where a component of a plan's file in version 2 may have null for a value of `shared`. */
import type { Pointer } from '../../base/json-pointer.ts';

/** Those whose inside is fixed stand there whole or not at all. */
const whole = ['provides', 'resources', 'slots'] as const;
/** Those that are what somebody wrote may also have parts there. */
const inParts = ['childTemplates', 'config', 'configSchema', 'metadata', 'program'] as const;

/** In the order of canonical JSON. */
export const foldedFields: readonly string[] = [...whole, ...inParts].sort();
export const mayHaveParts = (field: string): boolean => (inParts as readonly string[]).includes(field);

/** The steps of an RFC 6901 pointer to such a place; undefined for any other text. */
export function stepsOf(pointer: string): Pointer | undefined {
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return undefined;
  const steps = pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const [field] = steps as [string];
  if (!foldedFields.includes(field)) return undefined;
  return steps.length === 1 || mayHaveParts(field) ? steps : undefined;
}
