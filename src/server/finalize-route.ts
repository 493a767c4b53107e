/** Finalizing a copy of a workspace once more, or giving it up. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { hasControl } from '../base/control.ts';
import { isObject, type JsonObject, type JsonValue } from '../base/json.ts';
import type { FinalizeHow, FinalizeRefused } from '../runtime/workspaces/finalize-request.ts';
import { jsonText, Refusal, readJson, sendJson } from './exchange.ts';
import type { FinalizedTold } from './interaction-schema.ts';
import type { Served } from './served.ts';

const form = '{"retry": true} or {"abandon": "REASON"}, with "component" for one of them';

export async function finalize(
  { id, finalize: finalizeRun }: Served,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
  const wanted = readFinalize(await readJson(request, undefined, form));
  if (!wanted)
    throw new Refusal(400, {
      code: 'body_invalid',
      message: 'the body does not say what is to be done',
      remedy: `send ${form}`,
    });
  const done = await finalizeRun(wanted.component, wanted.how);
  if ('refused' in done) throw new Refusal(statuses[done.refused.code] ?? 409, done.refused);
  const told: FinalizedTold = { id, workspaces: [...done.workspaces] };
  sendJson(response, 200, jsonText(told));
}

const statuses: Partial<Readonly<Record<FinalizeRefused['code'], number>>> = {
  run_unknown: 404,
  workspace_unknown: 404,
  state_unwritable: 500,
};

/** Undefined for what it is not. */
export function readFinalize(
  body: unknown,
): { readonly component: string | undefined; readonly how: FinalizeHow } | undefined {
  if (!isObject(body as JsonValue | undefined)) return undefined;
  const { component, retry, abandon, ...more } = body as JsonObject;
  if (Object.keys(more).length > 0 || (component !== undefined && typeof component !== 'string')) return undefined;
  if (retry === true && abandon === undefined) return { component, how: { retry } };
  const isReason =
    typeof abandon === 'string' && abandon.trim() !== '' && abandon.length <= 8_192 && !hasControl(abandon);
  return isReason && retry === undefined ? { component, how: { abandon } } : undefined;
}
