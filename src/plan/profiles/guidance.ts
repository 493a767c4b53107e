/** What a program is told of its profile, as a file. */
import type { ProfileOf } from './profile-of.ts';
import { rightsOf } from './rights.ts';

/** In front of the text of the profile, in evidence mode. */
export const standingGuidance = `You run to show that something works, and what you do is kept as evidence.
- Install what is needed into your working folder or the cache; HEADGATE_CACHE names the cache where there is one. Nothing is installed for the whole system.
- Start programs on 127.0.0.1. The network of this sandbox is your own: nothing outside reaches it, and it leads nowhere but to your edges and to what was granted.
- Drive browsers and simulators without a display. Chromium needs --headless and --no-sandbox here, since it is in a sandbox already.
- HEADGATE_PERMISSIONS says what you may do without being asked. A program that you start has no more rights than you.
- Keep screenshots, traces and logs as files, and say what you could not assess: that is not the same as passed.
`;

/** Of every declared profile; empty where nothing is to be said. */
export function guidanceOf({ profile }: ProfileOf): string {
  const standing = rightsOf(profile).standingGuidance ? [standingGuidance] : [];
  const own = profile.guidance === undefined ? [] : [ended(profile.guidance)];
  return [...standing, ...own].join('\n');
}

const ended = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);
