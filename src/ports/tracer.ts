/** For whoever wants to see where the time goes: spans, which are named pieces of it, one inside another. */

/** Names, digests, counts and outcomes: never a value of config or of a secret, and nothing that a program said. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** Where spans begin: a trace, or a span that is under way. */
export interface SpanScope {
  readonly start: (name: string, attributes?: SpanAttributes) => Span;
}

export interface Span extends SpanScope {
  /** W3C Trace Context of this span, for whoever is asked on its behalf; undefined where nobody traces. */
  readonly traceparent: string | undefined;
  /** Something that happened in it, and took no time. */
  readonly note: (name: string, attributes?: SpanAttributes) => void;
  /** With a `fault`, which is a word and no text, it has failed. A second call does nothing. */
  readonly end: (attributes?: SpanAttributes, fault?: string) => void;
}

/** Stands for every span where nobody traces. */
export const noSpan: Span = {
  start: () => noSpan,
  traceparent: undefined,
  note: () => {},
  end: () => {},
};

/** A span around a piece of work. What is thrown ends it as failed, and goes on. */
export async function inSpan<T>(
  scope: SpanScope,
  name: string,
  work: (span: Span) => T | Promise<T>,
  attributes: SpanAttributes = {},
): Promise<T> {
  const span = scope.start(name, attributes);
  try {
    const result = await work(span);
    span.end();
    return result;
  } catch (error) {
    span.end({}, 'thrown');
    throw error;
  }
}
