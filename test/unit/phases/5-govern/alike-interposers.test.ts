/** Interposers that are alike are judged once, and each edge that they are put on is judged all the same. */
import { expect, it } from 'vitest';
import { rootSpace } from '../../../../src/language/config/compose.ts';
import { plainAnswer } from '../../../../src/phases/5-govern/answer.ts';
import { validateAnswer } from '../../../../src/phases/5-govern/validate/validate-answer.ts';
import { answering, attachment, interposition, targets, targetsSpeaking } from './harness.ts';

function rulesBroken(text: string, shown = targets): readonly string[] {
  const answer = plainAnswer(text);
  if (!answer) throw new Error('it is read');
  const space = rootSpace(null);
  return validateAnswer({ answer, scope: { schema: null, space }, targets: shown }).map(
    ({ rule, interposition: index }) => `${rule} of ${index}`,
  );
}

const second = (change: object): string =>
  answering(interposition(), interposition({}, [{ ...attachment, ...change }]));

it.each([
  ['another kind of edge', { target: 2 }, ['V14 of 1', 'V16 of 1']],
  ['an edge that was not shown', { target: 99 }, ['V11 of 1']],
  ['storage', { target: 3 }, ['V12 of 1']],
  ['a slot that it does not have', { interposer_slot: 'x' }, ['V13 of 1']],
  ['a provide that it does not have', { interposer_provide: 'x' }, ['V15 of 1']],
])('the second on %s', (_, change, broken) => {
  expect(rulesBroken(second(change))).toEqual(broken);
});

it('the second on nothing, and the second on an edge of another protocol', () => {
  expect(rulesBroken(answering(interposition(), interposition({}, [])))).toEqual(['V1 of 1']);
  expect(rulesBroken(second({}), targetsSpeaking('tcp'))).toEqual(['protocol of 0', 'protocol of 1']);
});

it('what is wrong with both is found', () => {
  const wrong = interposition({ config: {} });
  expect(rulesBroken(answering(wrong, wrong))).toEqual(['V2 of 0', 'V2 of 1']);
});
