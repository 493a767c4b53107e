/** What keeps a sandbox from being made is told apart, so that the remedy is the one that helps. */
import { expect, it } from 'vitest';
import { bubblewrapFault, type KernelFacts, kernelFacts } from '../../../../src/adapters/sandbox/unavailable.ts';

const open: KernelFacts = { most: 9, unprivileged: undefined, apparmor: undefined, filtered: false, unmapped: false };
const refused =
  'bwrap: No permissions to create new namespace, likely because the kernel does not allow non-privileged user namespaces.';

it.each<[string, string, Partial<KernelFacts>, RegExp]>([
  ['no user namespaces', refused, { most: 0, filtered: true }, /^let there be .*user\.max_user_namespaces=/],
  ['none left', 'bwrap: Creating new namespace failed: nesting depth exceeded (ENOSPC)', {}, /max_user_namespaces/],
  ['Debian', refused, { unprivileged: 0 }, /unprivileged_userns_clone=1/],
  ['Ubuntu', 'bwrap: setting up uid map: Permission denied', { apparmor: 1 }, /AppArmor profile with `userns,`/],
  ['Ubuntu', 'bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted', { apparmor: 1 }, /AppArmor profile/],
  ['a filter', refused, { filtered: true }, /^let the seccomp profile of this container allow `clone`, `unshare`/],
  [
    'a filter that refuses mounts',
    'bwrap: Failed to make / slave: Operation not permitted',
    {},
    /^let this container mount/,
  ],
  [
    'covered /proc',
    "bwrap: Can't mount proc on /newroot/proc: Operation not permitted",
    {},
    /^show this container the whole/,
  ],
  [
    'root that is not mapped',
    'bwrap: setting up uid map: Operation not permitted',
    { unmapped: true, filtered: true },
    /SETFCAP/,
  ],
  ['root that is', refused, { unmapped: true, filtered: true }, /^let the seccomp profile/],
  ['nothing that is known', refused, {}, /^look whether user namespaces are allowed/],
  ['something else', 'bwrap: execvp true: No such file or directory', { most: 0 }, /^install bubblewrap/],
  ['nothing', '', { filtered: true }, /^install bubblewrap/],
])('%s', (_, stderr, facts, remedy) => {
  const fault = bubblewrapFault(`something before\n${stderr}\n`, { ...open, ...facts });
  expect(fault.remedy).toMatch(remedy);
  expect(fault.remedy).not.toContain('--no-sandbox');
  expect(fault.help).toBe(`${fault.remedy}, or pass \`--no-sandbox\` to run policies with all your rights`);
  if (stderr !== '') expect(fault.message).toBe(`bubblewrap says: ${stderr.slice('bwrap: '.length)}`);
});

it('what the kernel says is read', () => {
  expect(kernelFacts()).toMatchObject({
    most: expect.any(Number),
    filtered: expect.any(Boolean),
    unmapped: expect.any(Boolean),
  });
});
