/** Where control groups of version 2 are looked for. */
import { expect, it } from 'vitest';
import { parentsIn } from '../../../../../src/adapters/sandbox/cgroup/find.ts';

const mount = '/sys/fs/cgroup';

it('of a user below the own group, or beside it', () => {
  const v2 = { mount, own: `${mount}/app.slice/term.scope` };
  expect(parentsIn(v2, false)).toEqual([`${mount}/app.slice/term.scope`, `${mount}/app.slice`]);
  expect(parentsIn(v2, true)).toEqual([`${mount}/headgate`, `${mount}/app.slice/term.scope`, `${mount}/app.slice`]);
});

it('never above what is mounted', () => {
  expect(parentsIn({ mount, own: mount }, false)).toEqual([mount]);
});
