import * as D from '../../diagnostics/catalogue/answer.ts';
import type { Definition, Place } from '../../diagnostics/define.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { AnswerProblem, AnswerRuleId } from './answer-problem.ts';

const definitions: Readonly<Record<AnswerRuleId, Definition<D.AnswerFault>>> = {
  json: D.answerNotJson,
  shape: D.answerShape,
  'unknown-template': D.answerUnknownTemplate,
  V1: D.answerEmptyAttachments,
  V2: D.answerMissingConfigSchema,
  V3: D.answerInvalidConfigSchema,
  V4: D.answerInvalidConfig,
  V5: D.answerMissingProgram,
  V6: D.answerInvalidProgram,
  V7: D.answerMissingEndpoint,
  V8: D.answerUnknownEndpoint,
  V9: D.answerDuplicateTarget,
  V10: D.answerDuplicateSlot,
  V11: D.answerUnknownTarget,
  V12: D.answerUnsupportedTarget,
  V13: D.answerUnknownSlot,
  V14: D.answerSlotMismatch,
  V15: D.answerUnknownProvide,
  V16: D.answerProvideMismatch,
  'unattached-slot': D.answerUnattachedSlot,
  'ambiguous-name': D.answerAmbiguousName,
  'storage-provide': D.answerStorageProvide,
  'invalid-resource': D.answerInvalidResource,
  'mounted-slot': D.answerMountedSlot,
  protocol: D.answerProtocol,
};

/** `place` is the list entry that named the policy: an answer has no file of its own. */
export function answerDiagnostic(
  problem: AnswerProblem,
  about: { readonly scope: string; readonly policy: string },
  place: Place,
): Diagnostic {
  const { rule, path, message: reason, line, column, preview } = problem;
  const shown = line === undefined || column === undefined ? '' : ` (line ${line}, column ${column})`;
  const definition = definitions[rule];
  const help = preview === undefined ? undefined : `the answer began:\n${preview}`;
  return definition({ ...about, path, place: shown, reason }, { ...place, ...(help === undefined ? {} : { help }) });
}
