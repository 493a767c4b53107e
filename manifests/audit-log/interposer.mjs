// @ts-check
/** Writes a line for every exchange over one edge: who asked what of whom, and how it went. No body, no header, no query. */
import { startProxy } from '../lib/proxy.mjs';

/** @type {{ edge: string, from: string, to: string, path: boolean, upgrade: 'pass' | 'refuse' }} */
const settings = JSON.parse(process.env['SETTINGS'] ?? '{}');
const { edge, from, to } = settings;
let seq = 0;

startProxy({
  upgrade: settings.upgrade,
  done: ({ method, target, started, status, sent, received, outcome }) => {
    const [path] = target.split('?');
    const line = {
      time: new Date().toISOString(),
      seq: seq++,
      edge,
      from,
      to,
      method,
      ...(settings.path ? { path } : {}),
      status,
      outcome,
      request_bytes: sent,
      response_bytes: received,
      ms: Math.round((performance.now() - started) * 10) / 10,
    };
    process.stdout.write(JSON.stringify(line) + '\n');
  },
});
