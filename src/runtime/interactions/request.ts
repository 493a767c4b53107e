/** Reading what a component asks for. It comes from a program that nobody trusts, and is shown to people and kept for good. */
import { hasControl } from '../../base/control.ts';
import { canonicalJson, isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { type InteractionKind, interactionKinds } from '../../ir/workspace-status.ts';

export interface InteractionRequest {
  readonly kind: InteractionKind;
  readonly message: string;
  readonly payload?: JsonObject;
}

export const interactionBounds = {
  /** In UTF-8. */
  messageBytes: 8 * 1024,
  /** As canonical JSON. */
  payloadBytes: 64 * 1024,
  /** Objects and lists within each other, the payload itself counted. */
  payloadDepth: 32,
  /** Characters of an `Idempotency-Key`. */
  keyLength: 200,
  /** Of one component. */
  open: 100,
  all: 1_000,
  /** Of all messages and payloads of one component: what it asks for is kept in the memory of the run, and in its journal. */
  allBytes: 8 * 1024 * 1024,
} as const;

export interface Unfit {
  /** It is more than there may be, and not of another form. */
  readonly isTooLarge: boolean;
  readonly message: string;
  readonly remedy: string;
}

const form = 'send {"kind": "request_confirmation" or "suggest_tasks", "message": TEXT, "payload": OBJECT or nothing}';

/** `more` are names of fields that whoever reads it knows besides. */
export function readInteraction(value: unknown, more: readonly string[] = []): InteractionRequest | Unfit {
  if (!isObject(value as JsonValue | undefined)) return unfit('the body is not a JSON object', form);
  const { kind, message, payload, ...rest } = value as JsonObject;
  const unknown = Object.keys(rest).find((name) => !more.includes(name));
  if (unknown !== undefined) return unfit('the body has a field that is not known', form);
  if (!interactionKinds.includes(kind as InteractionKind)) return unfit('`kind` is none that there is', form);
  const wrong = faultOfMessage(message) ?? (payload === undefined ? undefined : faultOfPayload(payload));
  if (wrong) return wrong;
  return {
    kind: kind as InteractionKind,
    message: message as string,
    ...(payload === undefined ? {} : { payload: payload as JsonObject }),
  };
}

export const isUnfit = (read: object): read is Unfit => 'isTooLarge' in read;

function faultOfMessage(message: JsonValue | undefined): Unfit | undefined {
  if (typeof message !== 'string' || message.trim() === '')
    return unfit('`message` is not a text with words in it', form);
  if (Buffer.byteLength(message) > interactionBounds.messageBytes)
    return tooLarge(`\`message\` has more than ${interactionBounds.messageBytes} bytes`);
  return isPlain(message) ? undefined : notPlain('`message`');
}

function faultOfPayload(payload: JsonValue): Unfit | undefined {
  if (!isObject(payload)) return unfit('`payload` is not a JSON object', form);
  const wrong = faultWithin(payload);
  if (wrong) return wrong;
  return Buffer.byteLength(canonicalJson(payload)) > interactionBounds.payloadBytes
    ? tooLarge(`\`payload\` has more than ${interactionBounds.payloadBytes} bytes`)
    : undefined;
}

/** O(size of the payload), without recursion. */
function faultWithin(payload: JsonObject): Unfit | undefined {
  const left: (readonly [JsonValue, number])[] = [[payload, 1]];
  for (let next = left.pop(); next; next = left.pop()) {
    const [value, depth] = next;
    if (typeof value === 'string' && !isPlain(value)) return notPlain('a text in `payload`');
    if (typeof value === 'number' && !Number.isFinite(value))
      return unfit('a number in `payload` is too large', 'send it as a text');
    if (typeof value !== 'object' || value === null) continue;
    if (depth > interactionBounds.payloadDepth)
      return unfit(
        `\`payload\` is nested deeper than ${interactionBounds.payloadDepth}`,
        'send it flatter, or as a text',
      );
    if (!Array.isArray(value) && !Object.keys(value).every((key) => isPlain(key) && !/[\t\n]/.test(key)))
      return notPlain('a key in `payload`');
    for (const one of Object.values(value)) left.push([one as JsonValue, depth + 1]);
  }
  return undefined;
}

/** Lines and tabs are writing; whatever else acts on a terminal is not. Half of a character cannot be written as UTF-8. */
const isPlain = (text: string): boolean => !hasControl(text.replace(/[\t\n]/g, '')) && !/\p{Surrogate}/u.test(text);

const unfit = (message: string, remedy: string): Unfit => ({ isTooLarge: false, message, remedy });
const tooLarge = (message: string): Unfit => ({
  isTooLarge: true,
  message,
  remedy: 'send less of it, and keep the rest where whoever answers can look at it',
});
const notPlain = (what: string): Unfit =>
  unfit(
    `${what} has a control character in it, or one that turns the direction of text, or half of one`,
    'send text; of what acts on a terminal only line breaks and tabs are taken',
  );

/** Undefined for what is none: visible characters of ASCII, as in any header. */
export const readKey = (given: string): string | undefined =>
  given.length <= interactionBounds.keyLength && /^[\x21-\x7e]+$/.test(given) ? given : undefined;
