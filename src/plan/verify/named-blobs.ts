/** Which blobs of the store something names: the one place that knows where their digests stand. */
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';

/** Of the data of an entry, and of the predicate of an evidence statement. */
const fields = ['sandbox', 'program', 'environment', 'evidence', 'blobs', 'merge'] as const;
/** Of what an entry says of a workspace. */
const ofWorkspace = ['baseline', 'git', 'report'] as const;

export const isBlobDigest = (value: JsonValue | undefined): value is string =>
  typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value);

/** In the order of the fields; `blobs` is a list of digests, or of names with them. */
export function blobsIn(data: JsonObject): readonly string[] {
  const workspace = data['workspace'];
  const inWorkspace = isObject(workspace) ? ofWorkspace.map((field) => workspace[field]).filter(isBlobDigest) : [];
  const own = fields.flatMap((field) => {
    const value = data[field];
    const values = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
    return values.map((one) => (isObject(one) ? one['digest'] : one)).filter(isBlobDigest);
  });
  return [...own, ...inWorkspace];
}
