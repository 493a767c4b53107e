// @ts-check
/** A token bucket for one edge: `burst` requests at once, `rate` a second in the long run. */
import { startProxy } from '../lib/proxy.mjs';

/** @type {{ rate: number, burst: number, upgrade: 'pass' | 'refuse' }} */
const settings = JSON.parse(process.env['SETTINGS'] ?? '{}');
const { rate, burst } = settings;
let tokens = burst;
let filled = performance.now();

startProxy({
  upgrade: settings.upgrade,
  admit: () => {
    const now = performance.now();
    tokens = Math.min(burst, tokens + ((now - filled) / 1000) * rate);
    filled = now;
    if (tokens >= 1) {
      tokens -= 1;
      return undefined;
    }
    const seconds = Math.max(1, Math.ceil((1 - tokens) / rate));
    return { status: 429, text: 'too many requests over this edge', headers: ['retry-after', String(seconds)] };
  },
});
