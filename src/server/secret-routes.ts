/** What a run says of the vaults that its components are bound to, and what it is told of their secrets. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isObject, type JsonObject, type JsonValue } from '../base/json.ts';
import { compareText } from '../base/order.ts';
import { healthFault } from '../runtime/bindings/check-vaults.ts';
import type { RotatedSecret } from '../runtime/bindings/rotation.ts';
import { statusOfFault } from '../runtime/secrets/faults.ts';
import { jsonText, Refusal, readJson, sendJson } from './exchange.ts';
import type { Rotated, VaultsHealth } from './schema.ts';
import type { Served } from './served.ts';

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
}

/** With the status of the first fault, in the order of the names; 200 where every vault can be used. */
export async function tellVaults(served: Served, { response, query }: Asked): Promise<void> {
  const all = await served.vaults();
  const wanted = query.get('vault');
  if (wanted !== null && !Object.hasOwn(all, wanted))
    throw new Refusal(404, {
      code: 'vault_unknown',
      message: `nothing of the run is bound to a vault \`${wanted}\``,
      remedy: 'ask without a name for all of them',
    });
  const vaults = Object.entries(all)
    .filter(([name]) => wanted === null || name === wanted)
    .sort(([a], [b]) => compareText(a, b))
    .map(([vault, { status, code, message, guidance }]) => ({ vault, status, code, message, guidance: [...guidance] }));
  const faults = vaults.flatMap(({ vault, ...health }) => healthFault(vault, health) ?? []);
  const told: VaultsHealth = { id: served.id, vaults };
  sendJson(response, faults[0] ? statusOfFault(faults[0]) : 200, jsonText(told));
}

export async function rotated(served: Served, { request, response }: Asked): Promise<void> {
  const secret = readSecret(await readJson(request));
  if (!secret)
    throw new Refusal(400, {
      code: 'body_invalid',
      message: 'the body does not say which secret was rotated',
      remedy: 'send {"vault": "NAME", "key": "KEY"}',
    });
  const { vault, key } = secret;
  const told: Rotated = { id: served.id, vault, key, reactions: [...(await served.rotated(secret))] };
  sendJson(response, 200, jsonText(told));
}

function readSecret(body: unknown): RotatedSecret | undefined {
  if (!isObject(body as JsonValue | undefined)) return undefined;
  const { vault, key, identity, ...more } = body as JsonObject;
  if (typeof vault !== 'string' || typeof key !== 'string' || Object.keys(more).length > 0) return undefined;
  if (identity !== undefined && typeof identity !== 'string') return undefined;
  return { vault, key, ...(identity === undefined ? {} : { identity }) };
}
