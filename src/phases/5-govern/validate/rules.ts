import { ambiguousName } from './ambiguous-name.ts';
import { duplicateSlot } from './duplicate-slot.ts';
import { duplicateTarget } from './duplicate-target.ts';
import { emptyAttachments } from './empty-attachments.ts';
import { invalidConfig } from './invalid-config.ts';
import { invalidConfigSchema } from './invalid-config-schema.ts';
import { invalidProgram } from './invalid-program.ts';
import { invalidResource } from './invalid-resource.ts';
import { missingConfigSchema } from './missing-config-schema.ts';
import { missingEndpoint } from './missing-endpoint.ts';
import { missingProgram } from './missing-program.ts';
import { mountedSlot } from './mounted-slot.ts';
import { protocol } from './protocol.ts';
import { provideMismatch } from './provide-mismatch.ts';
import type { AnswerRule } from './rule.ts';
import { slotMismatch } from './slot-mismatch.ts';
import { storageProvide } from './storage-provide.ts';
import { unattachedSlot } from './unattached-slot.ts';
import { unknownEndpoint } from './unknown-endpoint.ts';
import { unknownProvide } from './unknown-provide.ts';
import { unknownSlot } from './unknown-slot.ts';
import { unknownTarget } from './unknown-target.ts';
import { unsupportedTarget } from './unsupported-target.ts';

/**
 * First the interposer by itself, then its attachments, then both together. The first that reports at a place is the one that a
 * reader meets first, so causes stand before effects; a rule leaves out what merely follows from another one's problem.
 */
export const rules: readonly AnswerRule[] = [
  emptyAttachments,
  missingConfigSchema,
  invalidConfigSchema,
  invalidConfig,
  missingProgram,
  invalidProgram,
  ambiguousName,
  invalidResource,
  mountedSlot,
  storageProvide,
  missingEndpoint,
  unknownEndpoint,
  duplicateTarget,
  duplicateSlot,
  unknownTarget,
  unsupportedTarget,
  unknownSlot,
  slotMismatch,
  unknownProvide,
  provideMismatch,
  protocol,
  unattachedSlot,
];

/** Those of an interposer by itself: what is sound at one edge is so at the next. */
export const ofInterposer: ReadonlySet<AnswerRule> = new Set([
  missingConfigSchema,
  invalidConfigSchema,
  invalidConfig,
  missingProgram,
  invalidProgram,
  ambiguousName,
  invalidResource,
  mountedSlot,
  storageProvide,
  missingEndpoint,
  unknownEndpoint,
]);

export const ofAttachments: readonly AnswerRule[] = rules.filter((rule) => !ofInterposer.has(rule));
