/** What bubblewrap is told of the second sandbox. */
import { expect, it } from 'vitest';
import { confineArguments } from '../../../../src/adapters/sandbox/confine.ts';
import { agentIds, programIds } from '../../../../src/adapters/sandbox/ids.ts';

const usual = { cwd: '/shop', filtered: true, nests: false };
const textOf = (more: Partial<typeof usual> = {}, noNesting = true): string =>
  ` ${confineArguments({ noNesting }, { ...usual, ...more }).join(' ')} `;

it('namespaces, no capabilities, nothing of the agent, a /proc and a filter', () => {
  const { uid, gid } = programIds();
  const text = textOf();
  for (const part of [
    `--unshare-user --disable-userns --unshare-pid --uid ${uid} --gid ${gid} --new-session --cap-drop ALL`,
    '--tmpfs /run/headgate/agent --remount-ro /run/headgate/agent --proc /proc --ro-bind /proc/sys /proc/sys',
    '--chdir /shop --seccomp 3',
  ])
    expect(text).toContain(` ${part} `);
});

it('without a filter, and where bubblewrap cannot keep namespaces away', () => {
  expect(textOf({ filtered: false })).not.toContain('seccomp');
  expect(textOf({}, false)).not.toContain('disable-userns');
});

it('one that may make namespaces is not kept from it, and is not root', () => {
  const text = textOf({ nests: true });
  const { uid, gid } = agentIds();
  expect(text).not.toContain('disable-userns');
  expect(text).toContain(` --uid ${uid} --gid ${gid} `);
  expect(uid).not.toBe(0);
});
