/** What the operator sees of interactions, and does about them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { hasControl } from '../base/control.ts';
import { isObject, type JsonObject, type JsonValue } from '../base/json.ts';
import { unknownInteraction } from '../runtime/interactions/fault.ts';
import type { Answered } from '../runtime/interactions/interactions.ts';
import { interactionBounds } from '../runtime/interactions/request.ts';
import { jsonText, Refusal, readJson, sendJson } from './exchange.ts';
import { readRequest, refusalOf } from './interaction-body.ts';
import type { InteractionsTold, InteractionTold } from './interaction-schema.ts';
import type { Served } from './served.ts';

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly id: string;
}

export function tellInteractions({ id, interactions }: Served, { response }: Asked): void {
  const told: InteractionsTold = { id, interactions: [...interactions.all()] };
  sendJson(response, 200, jsonText(told));
}

export function tellInteraction({ id: run, interactions }: Served, { response, id }: Asked): void {
  const found = interactions.all().find((one) => one.id === id);
  if (!found) throw refusalOf(unknownInteraction(run));
  const told: InteractionTold = found;
  sendJson(response, 200, jsonText(told));
}

/** For a component: the operator says for which. */
export async function askFor(served: Served, { request, response }: Asked): Promise<void> {
  const { request: wanted, key, body } = await readRequest(request, ['component']);
  const asked = served.interactions.ask(componentIn(served, body['component']), wanted, key);
  if ('fault' in asked) throw refusalOf(asked.fault);
  const told: InteractionTold = asked.interaction;
  sendJson(response, asked.isNew ? 201 : 200, jsonText(told), { location: `/v1/interactions/${told.id}` });
}

function componentIn({ monikers, asks }: Served, given: unknown): string {
  const component = given === undefined ? asks : given;
  if (typeof component === 'string' && monikers.includes(component)) return component;
  if (typeof component === 'string')
    throw refusalOf({
      code: 'component_unknown',
      message: 'the run has no such component',
      remedy: 'give a moniker as `GET /v1/run` has it',
    });
  throw new Refusal(400, {
    code: 'body_invalid',
    message: 'the body does not say for which component this is asked',
    remedy: 'give its moniker as `component`',
  });
}

export const accept = (served: Served, asked: Asked): Promise<void> => answer(served, asked, 'accepted');
export const reject = (served: Served, asked: Asked): Promise<void> => answer(served, asked, 'rejected');

async function answer(
  { interactions }: Served,
  { request, response, id }: Asked,
  said: 'accepted' | 'rejected',
): Promise<void> {
  const reason = reasonIn(await readJson(request, undefined, '{"reason": "as agreed"}, or no body'));
  const answered: Answered = interactions.answer({ id, answer: said, reason });
  if ('fault' in answered) throw refusalOf(answered.fault);
  const told: InteractionTold = answered.interaction;
  sendJson(response, 200, jsonText(told));
}

function reasonIn(body: unknown): string | undefined {
  if (body === undefined) return undefined;
  const { reason, ...more } = isObject(body as JsonValue) ? (body as JsonObject) : { reason: null };
  const isText = typeof reason === 'string' && Buffer.byteLength(reason) <= interactionBounds.messageBytes;
  if (Object.keys(more).length === 0 && (reason === undefined || (isText && !hasControl(reason)))) return reason;
  throw new Refusal(400, {
    code: 'body_invalid',
    message: 'the body does not say why',
    remedy: 'send {"reason": TEXT} with one line of at most 8 KiB, or no body',
  });
}
