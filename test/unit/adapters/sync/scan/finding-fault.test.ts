import { expect, it } from 'vitest';
import { placeText } from '../../../../../src/adapters/sync/git/faults.ts';
import { faultOf } from '../../../../../src/adapters/sync/scan/finding-fault.ts';

it.each([
  [{ code: 'workspace_unreadable', path: 'a\n', detail: 'EACCES' }, '`a%0A` cannot be read: permission denied'],
  [{ code: 'workspace_unreadable', path: '', detail: 'EIO' }, 'the source `/src` cannot be read: EIO'],
  [{ code: 'workspace_changing', path: '' }, 'the source `/src` changed while it was read'],
  [{ code: 'workspace_changing', path: 'a' }, '`a` changes while it is read'],
  [{ code: 'workspace_too_large', path: '', detail: '4' }, 'the workspace holds more than 4 entries'],
  [{ code: 'workspace_nested_mount', path: 'a' }, '`a` is another file system, mounted in the workspace'],
  [
    { code: 'workspace_link_leaves', path: 'a', detail: '/x' },
    'a link in the source `/src` leads out of the workspace: `a` to `/x`',
  ],
  [{ code: 'workspace_ignore_too_large', path: '.gitignore' }, '`.gitignore` is larger than 1 MiB'],
] as const)('%j is said as: %s', (finding, message) => {
  const fault = faultOf(finding, { root: '/src', isCopy: false });
  expect(fault).toMatchObject({ code: finding.code, message });
  expect(fault.remedy).not.toBe('');
});

it('names a place as it is called, so that it can be typed: copies have `%` in their names', () => {
  const root = '/state/workspaces/run/w%3A%2F\n/files';
  const side = { root, isCopy: true };
  const shown = '/state/workspaces/run/w%3A%2F%0A/files';
  expect(faultOf({ code: 'workspace_unreadable', path: '', detail: 'EIO' }, side).message).toContain(`\`${shown}\``);
  expect(faultOf({ code: 'workspace_link_leaves', path: 'a', detail: '/x' }, side).message).toContain(`\`${shown}\``);
  expect(placeText('/srv/100%/src')).toBe('/srv/100%/src');
});
