/** Reading what is asked for, from whoever asks, and saying what became of it. */
import type { IncomingMessage } from 'node:http';
import type { InteractionFault } from '../runtime/interactions/fault.ts';
import { type InteractionRequest, isUnfit, readInteraction, readKey } from '../runtime/interactions/request.ts';
import { Refusal, readJson } from './exchange.ts';

/** As much as the largest message and payload take, with room for how they are written. */
export const maxInteractionBytes = 160 * 1024;

const example = '{"kind": "request_confirmation", "message": "May I?"}';

export interface ReadRequest {
  readonly request: InteractionRequest;
  readonly key: string | undefined;
  /** Of the fields that were allowed besides. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Throws a refusal. `more` are fields that may be there besides. */
export async function readRequest(request: IncomingMessage, more: readonly string[] = []): Promise<ReadRequest> {
  const key = keyIn(request);
  const body = await readJson(request, maxInteractionBytes, example);
  const read = readInteraction(body, more);
  if (isUnfit(read)) {
    const { isTooLarge, message, remedy } = read;
    throw new Refusal(isTooLarge ? 413 : 400, {
      code: isTooLarge ? 'body_too_large' : 'body_invalid',
      message,
      remedy,
    });
  }
  return { request: read, key, body: body as Readonly<Record<string, unknown>> };
}

function keyIn({ headers, headersDistinct }: IncomingMessage): string | undefined {
  const given = headers['idempotency-key'];
  if (given === undefined) return undefined;
  const isOne = headersDistinct['idempotency-key']?.length === 1;
  const key = typeof given === 'string' && isOne ? readKey(given) : undefined;
  if (key !== undefined) return key;
  throw new Refusal(400, {
    code: 'key_invalid',
    message: 'the header `Idempotency-Key` is none',
    remedy: 'give it once, with 1 to 200 visible characters of ASCII and no space',
  });
}

const statuses: Readonly<Record<InteractionFault['code'], number>> = {
  too_many_interactions: 429,
  idempotency_key_reused: 422,
  component_unknown: 404,
  interaction_unknown: 404,
  interaction_answered: 409,
  workspace_not_finalized: 409,
  verdict_signed: 409,
  run_over: 409,
};

export const refusalOf = (fault: InteractionFault): Refusal => new Refusal(statuses[fault.code], fault);
