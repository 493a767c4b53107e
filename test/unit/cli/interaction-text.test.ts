import { describe, expect, it } from 'vitest';
import { interactionSummary } from '../../../src/cli/interaction-text.ts';
import type { InteractionStatus } from '../../../src/ir/workspace-status.ts';

const one = (id: string, kind: InteractionStatus['kind'], state: InteractionStatus['state'] = 'open') =>
  ({ id, kind, state, component: '/a', message: 'do it' }) as InteractionStatus;
const suggestions = (count: number) => Array.from({ length: count }, (_, i) => one(`s${i}`, 'suggest_tasks'));

describe('what `status` says of interactions', () => {
  it('is nothing where there are none', () => {
    expect(interactionSummary('RUN', [])).toBe('');
  });

  it('names each confirmation and what is answered, and of many open suggestions the first', () => {
    const rest = [one('c1', 'request_confirmation'), one('old', 'suggest_tasks', 'accepted')];
    const lines = interactionSummary('RUN', [...suggestions(100), ...rest]).split('\n');
    const ids = lines.slice(1, 8).map((line) => line.split(' ')[0]);
    expect(ids).toEqual(['s0', 's1', 's2', 's3', 's4', 'c1', 'old']);
    expect(lines).toContain('  headgate accept RUN c1, or headgate reject RUN c1');
    expect(lines.at(-2)).toBe('  and 95 more suggestions that are open: headgate interactions RUN');
    expect(lines).toHaveLength(1 + 7 + 6 + 2);
  });

  it('says nothing of more where there are few', () => {
    expect(interactionSummary('RUN', suggestions(5))).not.toContain('more');
    expect(interactionSummary('RUN', suggestions(6))).toContain('and 1 more suggestion that is open');
  });
});
