/** What may not be kept in options.json, which is a file in clear. */
import type { Blocked } from '../../ir/blocked.ts';

export const holdsCredentials = (url: string): boolean => {
  if (!URL.canParse(url)) return /^[^/]*\/\/[^/]*@/.test(url);
  const { username, password } = new URL(url);
  return username !== '' || password !== '';
};

/** Words behind the name of the slot, and the remedy. */
export const credentialsFault = 'its URL has a user name or a password, and a run keeps its options in clear';
export const credentialsRemedy = (slot: string): string =>
  `store the whole URL with \`headgate secrets set VAULT/KEY\`, and pass --slot ${slot}=secret://VAULT/KEY`;

export const urlsWithCredentials = (externals: Readonly<Record<string, string>>): readonly Blocked[] =>
  Object.entries(externals)
    .filter(([, url]) => holdsCredentials(url))
    .map(([slot]) => ({
      gate: 'slot_invalid',
      subject: `slots.${slot}`,
      reasons: [credentialsFault],
      remedy: credentialsRemedy(slot),
    }));
