// @ts-check
/** Lets those pass who know the token; or, on the other side of an edge, says it for those who should not know it. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { startProxy } from '../lib/proxy.mjs';

/** @type {{ mode: 'check' | 'add', realm: string, forward: boolean, upgrade: 'pass' | 'refuse' }} */
const settings = JSON.parse(process.env['SETTINGS'] ?? '{}');
const token = process.env['TOKEN'] ?? '';
delete process.env['TOKEN'];
if (!/^[A-Za-z0-9._~+/-]+=*$/.test(token)) {
  console.error('the token is empty, or has characters that a bearer token cannot have');
  process.exit(1);
}

/** Of equal length whatever was sent, so that the comparison takes equally long. @param {string} text */
const digest = (text) => createHash('sha256').update(text).digest();
const expected = digest(token);

/** @param {import('node:http').IncomingMessage} request */
function admit(request) {
  /** @param {number} status @param {string} text @param {string} error */
  const no = (status, text, error) => ({
    status,
    text,
    headers: ['www-authenticate', 'Bearer realm="' + settings.realm + '"' + error, 'cache-control', 'no-store'],
  });
  const given = request.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'authorization');
  if (given.length > 1) return no(400, 'more than one authorization', ', error="invalid_request"');
  const [, said] = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? [];
  if (said === undefined) return no(401, 'a bearer token is needed', '');
  return timingSafeEqual(digest(said), expected) ? undefined : no(401, 'not the token', ', error="invalid_token"');
}

const adds = settings.mode === 'add';
startProxy({
  upgrade: settings.upgrade,
  ...(adds ? { more: ['authorization', 'Bearer ' + token] } : { admit }),
  requestHeader: (name, value) => (name === 'authorization' && (adds || !settings.forward) ? undefined : value),
});
