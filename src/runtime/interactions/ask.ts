/** What becomes of a request: a new interaction, the one that it was before, or none. Pure. */
import { digestOf } from '../../base/digest.ts';
import { canonicalJson, type JsonObject, type JsonValue } from '../../base/json.ts';
import { type Interaction, type InteractionAsked, sizeOf } from '../journal/interactions.ts';
import type { InteractionFault } from './fault.ts';
import { type InteractionRequest, interactionBounds } from './request.ts';

export interface Asking {
  readonly component: string;
  readonly request: InteractionRequest;
  /** `Idempotency-Key`: with the same one the same request is the same interaction. */
  readonly key?: string | undefined;
  /** How often the component has been asked for again; see `Interaction.generation`. */
  readonly generation: number;
  /** Takes resolved secrets out of a text. */
  readonly redact: (text: string) => string;
}

export type Decided =
  | { readonly known: Interaction }
  | { readonly record: InteractionAsked }
  | { readonly fault: InteractionFault };

/** O(interactions of the run). */
export function decideAsking(all: ReadonlyMap<string, Interaction>, asking: Asking): Decided {
  const { component, generation, redact } = asking;
  const request = redacted(asking.request, redact);
  // What is kept of a key is of no use to anybody who reads the journal, and a key may be anything.
  const key = asking.key === undefined ? undefined : digestOf(JSON.stringify([component, generation, asking.key]));
  const before = key === undefined ? undefined : [...all.values()].find((one) => one.key === key);
  // More may be known to be secret by now than when it was written.
  if (before) return sameText(redacted(before, redact), request) ? { known: before } : { fault: keyReused };
  const own = [...all.values()].filter((one) => one.component === component);
  const tooMany = faultOfNumber(own, request);
  if (tooMany) return { fault: tooMany };
  const { kind, message, payload } = request;
  return {
    record: {
      event: 'interaction-asked',
      id: String(all.size + 1),
      component,
      kind,
      message,
      ...(payload === undefined ? {} : { payload }),
      ...(key === undefined ? {} : { key }),
    },
  };
}

function faultOfNumber(own: readonly Interaction[], request: InteractionRequest): InteractionFault | undefined {
  const { open, all, allBytes } = interactionBounds;
  if (own.length >= all)
    return tooMany(`it has asked ${all} times, and may not ask more often in one run`, 'ask for more in one');
  if (own.filter(({ state }) => state === 'open').length >= open)
    return tooMany(`${open} of what it has asked are not answered yet`, 'wait until some of them are');
  const bytes = own.reduce((sum, { size }) => sum + size, sizeOf(request));
  return bytes > allBytes
    ? tooMany(`what it has asked in this run would have more than ${allBytes} bytes`, 'send less of it')
    : undefined;
}

function redacted({ kind, message, payload }: InteractionRequest, redact: Asking['redact']): InteractionRequest {
  return {
    kind,
    message: redact(message),
    ...(payload === undefined ? {} : { payload: redactedIn(payload, redact) as JsonObject }),
  };
}

/** Keys and numbers may be secrets too. As deep as `payloadDepth` allows. */
function redactedIn(value: JsonValue, redact: Asking['redact']): JsonValue {
  if (typeof value === 'string') return redact(value);
  if (typeof value === 'number') {
    const told = redact(String(value));
    return told === String(value) ? value : told;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one: JsonValue) => redactedIn(one, redact));
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [redact(key), redactedIn(one as JsonValue, redact)]),
  );
}

const sameText = (a: InteractionRequest, b: InteractionRequest): boolean =>
  canonicalJson(a as unknown as JsonValue) === canonicalJson(b as unknown as JsonValue);

const tooMany = (message: string, remedy: string): InteractionFault => ({
  code: 'too_many_interactions',
  message,
  remedy,
});

const keyReused: InteractionFault = {
  code: 'idempotency_key_reused',
  message: 'another request came with this `Idempotency-Key` before',
  remedy: 'give each request a key of its own, and repeat a request as it was',
};
