import type { PolicyAsk, PolicyCall, PolicyOutcome } from '../../ports/policy-client.ts';
import { noSpan, type Span, type SpanAttributes } from '../../ports/tracer.ts';
import type { Question } from './ask.ts';

/** A span for each question that is asked, inside the one around all of them. Neither request nor answer is in it, only their size. */
export function followCalls(
  questions: readonly Pick<Question, 'view' | 'entry'>[],
  asks: readonly PolicyAsk[],
  around: Span,
): (ask: PolicyAsk) => PolicyCall {
  // Sizes are not counted for nobody.
  if (around === noSpan) return () => ({ span: noSpan, settled: () => {} });
  const byId = new Map(asks.map((ask, index) => [ask.id, questions[index]]));
  return (ask) => {
    const question = byId.get(ask.id);
    const named: SpanAttributes = question
      ? { 'headgate.scope': question.view.scope.moniker, 'headgate.policy': question.entry.ref }
      : {};
    const span = around.start('policy.call', {
      ...named,
      'headgate.policy.running': 'url' in ask.to,
      'headgate.request.bytes': bytesOf(ask.body),
    });
    return { span, settled: (outcome) => span.end(told(outcome), outcome.ok ? undefined : outcome.phase) };
  };
}

const told = (outcome: PolicyOutcome): SpanAttributes =>
  outcome.ok
    ? { 'headgate.outcome': 'succeeded', 'headgate.answer.bytes': bytesOf(outcome.text) }
    : { 'headgate.outcome': 'failed', 'headgate.failure.phase': outcome.phase };

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
