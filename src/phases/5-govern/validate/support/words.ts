import { suggest } from '../../../../base/suggest.ts';
import type { Capability } from '../../../../ir/manifest.ts';
import { cutList, quote } from '../../../../language/schema/assertions.ts';

/** `` `http` ``, or `` `http` (profile `v2`) ``. */
export const shownCapability = ({ kind, profile }: Capability): string =>
  profile === null ? `\`${kind}\`` : `\`${kind}\` (profile ${quote(profile)})`;

export const sameCapability = (a: Capability, b: Capability): boolean => a.kind === b.kind && a.profile === b.profile;

/** How a message goes on after naming something that is not there. */
export function instead(name: string, known: readonly string[], what: string): string {
  const near = known.length > 100 ? undefined : suggest(name, known);
  if (near !== undefined) return `did you mean \`${near}\`?`;
  return known.length === 0 ? `there are no ${what}` : `the ${what} are ${cutList(known.map((one) => `\`${one}\``))}`;
}
