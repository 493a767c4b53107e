/** Tags say whose a secret is. */
import type { JsonObject, JsonValue } from '../../../base/json.ts';
import { isObject } from '../../../base/json.ts';
import type { AwsPlace } from './place.ts';

export type Tags = ReadonlyMap<string, string>;

const managedBy = 'managed-by';
const owner = 'provider-owner';
/** Of a secret that is being removed: if it is seen alive, it is as good as removed. */
export const removedTag = 'headgate-removed';

const ownership = ({ prefix, namespace }: AwsPlace): readonly (readonly [string, string])[] => [
  [managedBy, 'headgate'],
  [owner, prefix],
  ['namespace', namespace],
];

export const tagsOf = (place: AwsPlace, key: string): readonly JsonObject[] =>
  [...ownership(place), ['secret-key', key] as const].map(([Key, Value]) => ({ Key, Value }));

export function readTags(value: JsonValue | undefined): Tags {
  const pairs = (Array.isArray(value) ? (value as readonly JsonValue[]) : []).flatMap((tag) => {
    if (!isObject(tag)) return [];
    const { Key, Value } = tag;
    return typeof Key === 'string' ? [[Key, typeof Value === 'string' ? Value : ''] as const] : [];
  });
  return new Map(pairs);
}

/** Whether this vault may write to it. */
export const isOurs = (place: AwsPlace, key: string, tags: Tags): boolean =>
  ownership(place).every(([name, value]) => tags.get(name) === value) && tags.get('secret-key') === key;

/** Some headgate manages it: another namespace, another prefix. */
export const isOfAnother = (place: AwsPlace, tags: Tags): boolean =>
  tags.get(managedBy) === 'headgate' && ownership(place).some(([name, value]) => tags.get(name) !== value);
