import type { JsonObject } from '../../../base/json.ts';
import type { Answer, Interposition } from '../../../ir/answer.ts';
import type { ConfigSpace } from '../../../ir/config.ts';
import type { Protocol } from '../../../ir/graph.ts';
import type { Capability } from '../../../ir/manifest.ts';
import type { SchemaPointerProblem } from '../../../language/schema/profile.ts';
import type { Pointer } from '../../../language/syntax/pointer.ts';
import type { AnswerRuleId } from '../answer-problem.ts';

/** What an answer is held against. */
export interface AnswerContext {
  readonly answer: Answer;
  /** An interposer's config is composed as that of a child of the scope's root. */
  readonly scope: { readonly schema: JsonObject | null; readonly space: ConfigSpace };
  /** Edges and exports of the request, by their number in it. */
  readonly targets: ReadonlyMap<number, AnswerTarget>;
}

export interface AnswerTarget {
  readonly capability: Capability;
  /** Of the endpoint behind it, also where the request does not show that; absent where no program of the scenario serves it. */
  readonly protocol?: Protocol | undefined;
}

/** One interposition, with what several rules would otherwise work out again. */
export interface Subject {
  readonly interposition: Interposition;
  readonly context: AnswerContext;
  readonly schemaProblems: readonly SchemaPointerProblem[];
  /** Null without one; undefined when there should be one and it cannot be used, so that what is in it is not asked. */
  readonly schema: JsonObject | null | undefined;
}

/** `pointer` leads from the interposition to the fault. The message is only made when it is shown. */
export type Report = (pointer: Pointer, message: () => string, attachment?: number) => void;

export interface AnswerRule {
  readonly id: AnswerRuleId;
  readonly check: (subject: Subject, report: Report) => void;
}
