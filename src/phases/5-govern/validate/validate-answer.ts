import type { Interposer, Interposition } from '../../../ir/answer.ts';
import { checkSchemaProfileJson } from '../../../language/schema/profile.ts';
import { follow, type Pointer } from '../../../language/syntax/pointer.ts';
import { type AnswerProblem, maxProblems, placeIn, showPath } from '../answer-problem.ts';
import { emptyAttachments } from './empty-attachments.ts';
import type { AnswerContext, AnswerRule, Report, Subject } from './rule.ts';
import { ofAttachments, ofInterposer, rules } from './rules.ts';

export type { AnswerContext } from './rule.ts';

/**
 * Everything that is wrong with a decoded answer: all interpositions, all rules. What only follows from a reported problem is
 * left out. O(size of the answer), the config schemas aside.
 */
export function validateAnswer(context: AnswerContext): readonly AnswerProblem[] {
  const { answer } = context;
  const problems: AnswerProblem[] = [];
  let found = 0;
  const told = new Set<string>();
  const sound = new Set<Interposer>();
  for (const [index, interposition] of answer.interpositions.entries()) {
    const { interposer } = interposition;
    const isSound = sound.has(interposer);
    const subject = isSound ? { interposition, context, ...without } : subjectOf(interposition, context);
    let isAtFault = false;
    // The one that is asked: there are thousands of interpositions, and a function for each rule of each would be many.
    let rule: AnswerRule = emptyAttachments;
    const report: Report = (pointer, message, attachment) => {
      isAtFault ||= !isSound && ofInterposer.has(rule);
      const path = showPath(pathIn(interposition, index, pointer));
      // What is wrong with a template is said once.
      if (path.startsWith('templates')) {
        const fault = `${rule.id} ${path} ${message()}`;
        if (told.has(fault)) return;
        told.add(fault);
      }
      if (++found > maxProblems) return;
      const { node } = interposition;
      problems.push({
        rule: rule.id,
        path,
        message: message(),
        ...placeIn(answer.source, node ? follow(node, pointer).node.range.start : 0),
        interposition: index,
        ...(attachment === undefined ? {} : { attachment }),
      });
    };
    for (const next of isSound ? ofAttachments : rules) {
      rule = next;
      rule.check(subject, report);
    }
    if (!isAtFault) sound.add(interposer);
  }
  const last = problems.at(-1);
  if (last && found > maxProblems) {
    const message = `${last.message}; ${found - maxProblems} more faults of this answer are not listed`;
    problems[problems.length - 1] = { ...last, message };
  }
  return problems;
}

/** What the other rules do not ask. */
const without: Pick<Subject, 'schemaProblems' | 'schema'> = { schemaProblems: [], schema: undefined };

/** `pointer` leads from the interposition as version 1 has it. */
function pathIn({ template }: Interposition, index: number, pointer: Pointer): Pointer {
  const [first, second, ...rest] = pointer;
  if (!template || first !== 'interposer') return ['interpositions', index, ...pointer];
  if (second === 'config' && template.override) return ['interpositions', index, 'config', ...rest];
  return ['templates', template.name, ...pointer.slice(1)];
}

function subjectOf(interposition: Interposition, context: AnswerContext): Subject {
  const { config, configSchema } = interposition.interposer;
  const schemaProblems = configSchema ? checkSchemaProfileJson(configSchema) : [];
  const usable = configSchema ? schemaProblems.length === 0 : config === null;
  return { interposition, context, schemaProblems, schema: usable ? configSchema : undefined };
}
