/** Answers that go on as long as the run does. Each reader has its own pace, and none holds more than a piece in memory. */
import type { ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { createLogTail } from '../app/log-tail.ts';
import { runPaths } from '../runtime/state/run-folder.ts';
import { type EventSink, eventText } from './event-hub.ts';
import { writeTo } from './exchange.ts';
import { openReplay } from './journal-replay.ts';
import type { DroppedEvent } from './schema.ts';
import type { Served } from './served.ts';

/** How long the rest may still be taken by a reader that was dropped. */
const lingerMs = 60_000;

function startStream(response: ServerResponse, type: string): void {
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' });
  response.flushHeaders();
}

/** `after` is the last entry that the reader has. */
export async function streamEvents(served: Served, response: ServerResponse, after: number | undefined): Promise<void> {
  const { hub, id } = served;
  const from = after ?? hub.last();
  startStream(response, 'text/event-stream');
  if (!(await writeTo(response, eventText('run', { id, lastEventId: from }, from)))) return;
  const sent = await replay(served, response, from);
  if (sent === undefined) return;
  if (sent < hub.last()) {
    const gone: DroppedEvent = { reason: 'the journal holds less than was written to it', lastEventId: sent };
    response.end(eventText('dropped', gone));
    return;
  }
  // In the same turn in which there was nothing more to replay, so that no entry is lost or told twice.
  const leave = hub.attach(sinkOf(response));
  response.on('close', leave);
}

/** Sends what stands in the journal after `from`; answers the last that was sent, or undefined when the reader is gone. */
async function replay(served: Served, response: ServerResponse, from: number): Promise<number | undefined> {
  const { hub, id, stateDir } = served;
  let sent = from;
  if (sent >= hub.last()) return sent;
  const journal = await openReplay(runPaths(stateDir, id).journal);
  try {
    while (sent < hub.last()) {
      const entries = await journal.next();
      if (entries.length === 0) return sent;
      const missed = entries.filter(({ seq }) => seq > sent);
      if (!(await writeTo(response, missed.map((entry) => eventText('entry', entry, entry.seq)).join(''))))
        return undefined;
      sent = Math.max(sent, entries.at(-1)?.seq ?? sent);
    }
    return sent;
  } finally {
    void journal.close();
  }
}

export function sinkOf(response: ServerResponse): EventSink {
  return {
    write: (text) => {
      if (!response.destroyed && !response.writableEnded) response.write(text);
    },
    pending: () => response.writableLength,
    end: () => {
      response.end();
      const late = setTimeout(() => response.destroy(), lingerMs).unref();
      response.on('close', () => clearTimeout(late));
    },
  };
}

export async function streamLogs(
  { id, stateDir, monikers, hub }: Served,
  response: ServerResponse,
  { component, follow }: { readonly component: string | undefined; readonly follow: boolean },
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  startStream(response, 'application/x-ndjson');
  const tail = createLogTail({
    folder: runPaths(stateDir, id).logs,
    monikers: () => monikers,
    ...(component === undefined ? {} : { moniker: component }),
    once: !follow,
  });
  while (!gone.signal.aborted) {
    const seen = hub.talked();
    const isOver = hub.ended() !== undefined;
    for (let lines = tail.next(); lines.length > 0; lines = tail.next()) {
      if (!(await writeTo(response, lines.map((line) => `${JSON.stringify(line)}\n`).join('')))) return;
      // Others have their turn between two pieces.
      await turn();
    }
    if (!follow || isOver) break;
    await hub.talk(seen, gone.signal);
  }
  response.end();
}
