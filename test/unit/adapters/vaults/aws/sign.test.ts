/** The public vectors of Signature Version 4, through the function that signs every request of a vault. They lie beside the project. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSigner, type Unsigned } from '../../../../../src/adapters/vaults/aws/sign.ts';

const folder = resolve('../shared/data/sigv4');
const present = existsSync(folder);
const names = present ? readdirSync(folder).sort() : [];

interface Context {
  readonly credentials: { readonly access_key_id: string; readonly secret_access_key: string; readonly token?: string };
  readonly normalize: boolean;
  readonly region: string;
  readonly service: string;
  readonly sign_body: boolean;
  readonly timestamp: string;
  readonly omit_session_token?: boolean;
}

const read = (name: string, file: string): string =>
  readFileSync(join(folder, name, file), 'utf8').replaceAll('\r\n', '\n');

function requestOf(text: string): Unsigned {
  const end = text.indexOf('\n\n');
  const [first = '', ...lines] = (end < 0 ? text : text.slice(0, end)).trimEnd().split('\n');
  const target = first.slice(first.indexOf(' ') + 1, first.lastIndexOf(' HTTP/'));
  const [path = '', search = ''] = target.split('?');
  const headers: Record<string, string> = {};
  let last = '';
  for (const line of lines) {
    if (/^\s/.test(line)) {
      headers[last] += ` ${line.trim()}`;
      continue;
    }
    const at = line.indexOf(':');
    last = line.slice(0, at).toLowerCase();
    const value = line.slice(at + 1);
    // A header that is sent several times is one whose values are joined.
    headers[last] = last in headers ? `${headers[last]},${value}` : value;
  }
  const query: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(search.replaceAll('+', '%2B')))
    query[name] = name in query ? [query[name] as string, value].flat() : value;
  return { method: first.split(' ')[0] as string, path, query, headers, body: end < 0 ? '' : text.slice(end + 2) };
}

async function signatureOf(name: string): Promise<string | undefined> {
  const context = JSON.parse(read(name, 'context.json')) as Context;
  const request = requestOf(read(name, 'request.txt'));
  const { region, service, normalize, sign_body, credentials } = context;
  const sign = createSigner({ region, service, normalisePath: normalize, bodyHeader: sign_body });
  const sessionToken = context.omit_session_token ? undefined : credentials.token;
  const headers = await sign(
    // What is not normalised is signed as it goes over the wire, where there are no spaces.
    { ...request, path: normalize ? request.path : request.path.replaceAll(' ', '%20') },
    {
      accessKeyId: credentials.access_key_id,
      secretAccessKey: credentials.secret_access_key,
      ...(sessionToken === undefined ? {} : { sessionToken }),
    },
    Date.parse(context.timestamp),
  );
  const { authorization = '' } = headers;
  expect(authorization).toContain(`Credential=${credentials.access_key_id}/20150830/${region}/${service}/aws4_request`);
  return /Signature=([0-9a-f]{64})$/.exec(authorization)?.[1];
}

if (!present) console.log('sigv4: ../shared/data/sigv4 is not here, the vectors were not signed');

describe('003-C4.3: signing', () => {
  it.runIf(process.env['CI'])('has its vectors where everything is proved', () => {
    expect(names).toHaveLength(38);
  });

  it.each(names)('%s', async (name) => {
    expect(await signatureOf(name)).toBe(read(name, 'header-signature.txt').trim());
  });

  it('has a signature for each request, credential, region and second', async () => {
    const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'one' };
    const request: Unsigned = { method: 'POST', path: '/', headers: { host: 'a.example' }, body: '{}' };
    const of = async (region: string, asked: Unsigned, used: typeof keys, now: number) =>
      (await createSigner({ region, service: 'secretsmanager' })(asked, used, now))['authorization'];
    const all = [
      await of('eu-west-1', request, keys, 1e12),
      await of('eu-west-2', request, keys, 1e12),
      await of('eu-west-1', { ...request, body: '{"a":1}' }, keys, 1e12),
      await of('eu-west-1', { ...request, headers: { host: 'b.example' } }, keys, 1e12),
      await of('eu-west-1', request, { ...keys, secretAccessKey: 'two' }, 1e12),
      await of('eu-west-1', request, keys, 1e12 + 1000),
    ];
    expect(new Set(all).size).toBe(all.length);
    expect(await of('eu-west-1', request, keys, 1e12)).toBe(all[0]);
  });
});
