/** Judges the answer to one question: status, encoding, size, text. */
import type { Dispatcher } from 'undici';
import { printable } from '../../base/printable.ts';
import { type PolicySelections, type ProtocolVersion, protocolHeader, selectionsHeader } from '../../ir/protocol.ts';
import type { PolicyLimits, PolicyPhase } from '../../ports/policy-client.ts';
import { preview } from './preview.ts';
import { readSelections } from './selections.ts';

const previewBytes = 4096;

export type Answer =
  | { readonly text: string; readonly protocol?: ProtocolVersion; readonly selections?: PolicySelections }
  | { readonly phase: PolicyPhase; readonly message: string; readonly help?: string; readonly bodyPreview?: string };

export async function readAnswer(response: Dispatcher.ResponseData, limits: PolicyLimits): Promise<Answer> {
  const { statusCode, headers, body } = response;
  body.on('error', () => {});
  const encoding = headerOf(headers, 'content-encoding');
  const encoded = encoding !== undefined && encoding !== '' && encoding.toLowerCase() !== 'identity';
  if (statusCode < 200 || statusCode > 299) {
    const { bytes } = encoded ? { bytes: Buffer.alloc(0) } : await readUpTo(body, previewBytes);
    return {
      phase: 'status',
      ...statusFault(statusCode, headers),
      ...(bytes.length > 0 ? { bodyPreview: preview(bytes, previewBytes) } : {}),
    };
  }
  if (encoded) {
    return {
      phase: 'encoding',
      message: `the answer has content encoding \`${printable(encoding)}\`, and no encoding was asked for`,
      help: 'send the JSON as it is',
    };
  }
  const limit = limits.maxBodyBytes;
  const length = Number(headerOf(headers, 'content-length') ?? 0);
  const tooLarge = (seen: string): Answer => ({
    phase: 'size',
    message: `the answer is too large: ${seen}, and ${limit} bytes are allowed`,
    help: 'keep texts out of the answer, or raise the limit for policies',
  });
  if (length > limit) return tooLarge(`it says it has ${length} bytes`);
  const { bytes, more } = await readUpTo(body, limit);
  if (more) return tooLarge(`it has more than ${bytes.length - 1} bytes`);
  const answer = decode(bytes);
  if (!('text' in answer)) return answer;
  const selections = readSelections(headerOf(headers, selectionsHeader));
  // What was not offered is no version: whatever else stands there, the answer is what policies have always given.
  const shares = headerOf(headers, protocolHeader) === '2';
  return { ...answer, ...(shares ? { protocol: '2' } : {}), ...(selections ? { selections } : {}) };
}

/** Stops one byte after the limit. */
async function readUpTo(
  body: Dispatcher.ResponseData['body'],
  limit: number,
): Promise<{ readonly bytes: Buffer; readonly more: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit) break;
  }
  return { bytes: Buffer.concat(chunks).subarray(0, limit + 1), more: size > limit };
}

function statusFault(
  status: number,
  headers: Dispatcher.ResponseData['headers'],
): { readonly message: string; readonly help?: string } {
  const line = `HTTP ${status}${reasons[status] === undefined ? '' : ` ${reasons[status]}`}`;
  if (status < 300 || status > 399) return { message: `the answer has status ${line}` };
  const to = headerOf(headers, 'location');
  return {
    message: `the answer is a redirect, ${line}${to === undefined ? '' : ` to \`${printable(to).slice(0, 200)}\``}, and redirects are not followed`,
    help: 'answer the POST to `/` itself',
  };
}

function decode(bytes: Buffer): Answer {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    const again = Buffer.from(bytes.toString('utf8'));
    let at = 0;
    while (at < bytes.length && bytes[at] === again[at]) at++;
    return {
      phase: 'encoding',
      message: `the answer is not UTF-8: byte ${at} does not belong`,
      help: 'send the JSON as UTF-8',
    };
  }
}

export function headerOf(headers: Dispatcher.ResponseData['headers'], name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

const reasons: Readonly<Record<number, string>> = {
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  411: 'Length Required',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};
