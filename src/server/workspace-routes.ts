/** What a run is told about conflicts of its workspaces. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Resolution } from '../runtime/journal/resolutions.ts';
import { statusOf } from '../runtime/status.ts';
import { jsonText, Refusal, readJson, sendJson } from './exchange.ts';
import type { Served } from './served.ts';
import type { Resolved } from './workspace-schema.ts';

export async function resolve(
  served: Served,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
  const resolutions = readResolutions(await readJson(request));
  if (!resolutions)
    throw new Refusal(400, {
      code: 'body_invalid',
      message: 'the body does not say whose side counts where',
      remedy: 'send {"resolutions": [{"copy": "ID", "path": "PATH", "take": "local"}]}; `take` is local or remote',
    });
  const workspaces = statusOf(served.stateDir, served.id)?.workspaces ?? [];
  const unknown = resolutions.find(
    ({ copy, path }) =>
      !workspaces.some(({ id, conflicts }) => id === copy && conflicts.some((one) => one.path === path)),
  );
  if (unknown)
    throw new Refusal(404, {
      code: 'conflict_unknown',
      message: `the run has no conflict at \`${unknown.path}\` of a copy \`${unknown.copy}\``,
      remedy: 'send a copy and a path as `GET /v1/run` has them',
    });
  const refused = await served.resolve(resolutions);
  if (refused) throw new Refusal(409, refused);
  const told: Resolved = { id: served.id, resolutions: [...resolutions] };
  sendJson(response, 200, jsonText(told));
}

function readResolutions(body: unknown): readonly Resolution[] | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const { resolutions, ...more } = body as { readonly resolutions?: unknown };
  if (Object.keys(more).length > 0 || !Array.isArray(resolutions) || resolutions.length === 0) return undefined;
  return resolutions.every(isResolution) ? resolutions : undefined;
}

function isResolution(value: unknown): value is Resolution {
  if (typeof value !== 'object' || value === null) return false;
  const { copy, path, take, ...more } = value as Readonly<Record<string, unknown>>;
  const isTaken = take === 'local' || take === 'remote';
  return Object.keys(more).length === 0 && typeof copy === 'string' && typeof path === 'string' && isTaken;
}
