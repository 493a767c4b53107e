/** On whose authority the run acts, and an operator who takes some of it back. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { maxReason } from '../runtime/authority/revoke-reason.ts';
import { jsonText, Refusal, readJson, sendJson } from './exchange.ts';
import { readRevokeRequest } from './revoke-request.ts';
import type { Served } from './served.ts';

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export function tellAuthority({ authority }: Served, { response }: Exchange): void {
  sendJson(response, 200, jsonText(authority()));
}

export async function revoke(served: Served, { request, response }: Exchange): Promise<void> {
  const wanted = readRevokeRequest(await readJson(request));
  if (!wanted)
    throw new Refusal(400, {
      code: 'body_invalid',
      message: 'the body does not say what is revoked, and why',
      remedy: `send {"id": "DELEGATION", "reason": "TEXT"}, with one line of at most ${maxReason} characters`,
    });
  const refused = served.revoke(wanted.id, wanted.reason);
  if (refused) throw new Refusal(refused.code === 'delegation_unknown' ? 404 : 409, refused);
  sendJson(response, 200, jsonText(served.authority()));
}
