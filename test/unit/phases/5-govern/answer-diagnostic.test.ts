import { expect, test } from 'vitest';
import { at } from '../../../../src/base/span.ts';
import { decodeAnswer } from '../../../../src/phases/5-govern/answer.ts';
import { answerDiagnostic } from '../../../../src/phases/5-govern/answer-diagnostic.ts';
import { rules } from '../../../../src/phases/5-govern/validate/rules.ts';
import { answering, attachment, interposition, validated } from './harness.ts';

const about = { scope: '/shop', policy: '#audit.apply' };
const place = { at: at('scenario.yaml', { start: 3, end: 9 }), label: 'named here' };

test('says whose answer, for which scope, and where in it', () => {
  const text = answering(interposition({}, [{ ...attachment, target: 9 }]));
  const [problem] = validated(text);
  if (!problem) throw new Error('a problem is expected');
  const diagnostic = answerDiagnostic(problem, about, place);
  expect(diagnostic).toMatchObject({
    code: 'govern/answer-unknown-target',
    aliases: ['compiler::overlay_pass_invalid_interposition_plan'],
    severity: 'error',
    ...place,
  });
  expect(diagnostic.message).toBe(
    [
      'answer of policy `#audit.apply` for scope `/shop`, at `interpositions[0].attachments[0].target`',
      `(line 1, column ${text.indexOf('9,') + 1}): the request has no edge with the number 9; it shows 7 edges`,
    ].join(' '),
  );
});

test('shows how an answer that is no JSON began, and nothing of one that is', () => {
  const helpOf = (text: string): string => {
    const [problem] = decodeAnswer(text).problems;
    if (!problem) throw new Error('a problem is expected');
    const { aliases, help = '' } = answerDiagnostic(problem, about, place);
    expect(aliases).toEqual(['compiler::overlay_pass_interposition_plan_deserialize']);
    return help;
  };
  expect(helpOf('<html>oops</html>')).toBe('the answer began:\n<html>oops</html>');
  expect(helpOf('{"SECRET": 1}')).not.toContain('SECRET');
  expect(helpOf('')).toContain('{"interpositions": []}');
});

test('every rule has a code of its own', () => {
  const problem = { path: 'x', message: 'y' };
  const codes = ['json' as const, 'shape' as const, ...rules.map((rule) => rule.id)].map(
    (rule) => answerDiagnostic({ rule, ...problem }, about, place).code,
  );
  expect(new Set(codes).size).toBe(rules.length + 2);
  expect(codes.every((code) => code.startsWith('govern/answer-'))).toBe(true);
});
