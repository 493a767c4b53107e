/** Calls of the JSON protocol of AWS Secrets Manager. One client a vault: its connections and credentials are kept. */
import { isObject, type JsonObject, type JsonValue } from '../../../base/json.ts';
import type { VaultAnswer } from '../../../ports/vault.ts';
import type { CredentialCache } from './credentials/cache.ts';
import { classify, unexpected } from './faults.ts';
import type { Http, HttpAnswer } from './http.ts';
import { repeated, type Tuning } from './retry.ts';
import { createSigner } from './sign.ts';

/** Whether it only reads, so that it may be repeated. */
const operations = {
  CreateSecret: false,
  DeleteSecret: false,
  DescribeSecret: true,
  GetSecretValue: true,
  ListSecrets: true,
  PutSecretValue: false,
  RestoreSecret: false,
  TagResource: false,
  UntagResource: false,
  UpdateSecretVersionStage: false,
} as const;

export type Operation = keyof typeof operations;

/** One operation at AWS. */
export type Call = (operation: Operation, input: JsonObject, signal?: AbortSignal) => Promise<VaultAnswer<JsonObject>>;

export interface ClientParts {
  readonly region: string;
  /** An origin. */
  readonly endpoint: string;
  readonly http: Http;
  readonly credentials: CredentialCache;
  readonly tuning: Tuning;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export function createClient({ region, endpoint, http, credentials, tuning, now }: ClientParts): Call {
  const sign = createSigner({ region, service: 'secretsmanager' });
  const { host } = new URL(endpoint);

  async function once(operation: Operation, body: string, signal?: AbortSignal): Promise<VaultAnswer<JsonObject>> {
    const keys = await credentials.get();
    if ('fault' in keys) return keys;
    const headers = await sign(
      {
        method: 'POST',
        path: '/',
        headers: {
          host,
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `secretsmanager.${operation}`,
        },
        body,
      },
      keys.value,
      now(),
    );
    const { deadline } = tuning;
    const answer = await http.send({ origin: endpoint, path: '/', method: 'POST', headers, body, deadline, signal });
    if ('fault' in answer) return answer;
    const read = readAnswer(operation, answer.value);
    // The next request asks where credentials come from again.
    if ('fault' in read && read.fault.code === 'access_denied' && read.fault.detail !== 'denied')
      credentials.forget(keys.value);
    return read;
  }

  return (operation, input, signal) => {
    const body = JSON.stringify(input);
    const attempt = () => once(operation, body, signal);
    return operations[operation] ? repeated(tuning, () => renewed(attempt), signal) : attempt();
  };
}

/** Credentials that were kept may have expired before their time; those that replace them are tried once. */
async function renewed<T>(attempt: () => Promise<VaultAnswer<T>>): Promise<VaultAnswer<T>> {
  const answer = await attempt();
  return 'fault' in answer && answer.fault.detail === 'credentials_expired' ? attempt() : answer;
}

/** Their answers have no body. */
const withoutBody: ReadonlySet<Operation> = new Set(['TagResource', 'UntagResource']);

function readAnswer(operation: Operation, { status, headers, body }: HttpAnswer): VaultAnswer<JsonObject> {
  if (status === 200 && body === '' && withoutBody.has(operation)) return { value: {} };
  const read = parse(body);
  if (status === 200) return isObject(read) ? { value: read } : { fault: unexpected };
  const written = isObject(read) ? read['__type'] : undefined;
  const told = headers['x-amzn-errortype'];
  const type = typeof written === 'string' ? written : typeof told === 'string' ? told : null;
  return { fault: classify(status, type) };
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
