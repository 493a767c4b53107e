// @ts-check
/** Delays some requests over one edge and fails some. The same seed gives the same fate to the same number of the request. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProxy } from '../lib/proxy.mjs';

/**
 * @type {{ edge: string, seed: number, delayPercent: number, delayMs: number, abortPercent: number, abortStatus: number,
 *   upgrade: 'pass' | 'refuse' }}
 */
const settings = JSON.parse(process.env['SETTINGS'] ?? '{}');
const { edge, seed, delayPercent, delayMs, abortPercent, abortStatus } = settings;
let count = 0;

/** Two numbers from 0 up to 100, made of the seed, the edge and the number of the request alone. */
function draw() {
  const bytes = createHash('sha256')
    .update(JSON.stringify([seed, edge, count++]))
    .digest();
  return [bytes.readUInt32BE(0), bytes.readUInt32BE(4)].map((n) => (n / 2 ** 32) * 100);
}

startProxy({
  upgrade: settings.upgrade,
  admit: async (_request, exchange, response) => {
    const [forDelay = 0, forAbort = 0] = draw();
    if (forDelay < delayPercent) await sleep(delayMs);
    if (forAbort >= abortPercent) return undefined;
    if (abortStatus !== 0)
      return { status: abortStatus, text: 'this fault was injected', headers: ['headgate-fault', 'abort'] };
    exchange.outcome = 'broken';
    response.socket?.resetAndDestroy();
    response.destroy();
    return undefined;
  },
});
