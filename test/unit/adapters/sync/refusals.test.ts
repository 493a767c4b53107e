import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { linkFault, mountFault, mountsBelow, rootOf, systemRefusal } from '../../../../src/adapters/sync/refusals.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

describe('a root', () => {
  it.each([
    ['/', 'it is a folder of the system'],
    ['/etc', 'it is a folder of the system'],
    ['/etc/ssh', 'it is a folder of the system'],
    ['/usr', 'it is a folder of the system'],
    ['/usr/lib/git-core', 'it is a folder of the system'],
    ['/proc', 'it is a folder of the system'],
    ['/proc/self/cwd', 'it is a folder of the system'],
    ['/sys/kernel', 'it is a folder of the system'],
    ['/dev', 'it is a folder of the system'],
    ['/dev/shm', 'it is a folder of the system'],
    ['/tmp', 'it is a folder of the system'],
    ['/var', 'it is a folder of the system'],
    ['/home', 'it is a folder of the system'],
    ['/home/ada', 'it is a whole home folder'],
    ['/home/bob', 'it is a whole home folder'],
    ['/run/user/1000', 'it is a whole home folder'],
  ])('of the system is refused: %s', (path, why) => {
    expect(systemRefusal(path, '/home/ada')).toEqual({
      code: 'workspace_system_root',
      message: `\`${path}\` cannot be a workspace: ${why}`,
      remedy: 'name the folder of one project',
    });
  });

  it.each([
    ['/srv/people/ada', 'it is a whole home folder'],
    ['/srv/people', 'a whole home folder lies in it'],
  ])('that is, or holds, a home at an unusual place is refused: %s', (path, why) => {
    expect(systemRefusal(path, '/srv/people/ada')?.message).toContain(why);
    expect(systemRefusal(path, '/home/ada')).toBeUndefined();
  });

  it('may be a project', () => {
    for (const path of [
      '/home/ada/project',
      '/srv/app',
      '/dev/shm/x',
      '/usr/src/app',
      '/etcetera',
      '/tmp/x',
      '/workspaces/a',
    ])
      expect(systemRefusal(path, '/home/ada')).toBeUndefined();
  });

  it('is that of the account, whatever HOME says', () => {
    expect(systemRefusal(userInfo().homedir, '/nonexistent')?.code).toBe('workspace_system_root');
    expect(systemRefusal(homedir())?.code).toBe('workspace_system_root');
  });

  it('is judged by its real path', () => {
    const link = join(temp.path, 'innocent');
    symlinkSync('/etc', link);
    expect(rootOf(link)).toMatchObject({
      fault: { code: 'workspace_system_root', message: expect.stringContaining('`/etc`') },
    });
    mkdirSync(join(temp.path, 'project'));
    symlinkSync('project', join(temp.path, 'other'));
    expect(rootOf(join(temp.path, 'other'))).toEqual({ real: join(temp.path, 'project'), mounts: [] });
  });

  it('has to be a folder that is there', () => {
    writeFileSync(join(temp.path, 'file'), '');
    expect(rootOf(join(temp.path, 'file'))).toMatchObject({
      fault: {
        code: 'workspace_unreadable',
        message: `the folder \`${temp.path}/file\` cannot be read: it is not a folder`,
      },
    });
    expect(rootOf(join(temp.path, 'none'))).toMatchObject({
      fault: { code: 'workspace_unreadable', message: expect.stringContaining('there is no such file') },
    });
  });
});

it('mounts are those below, whatever bytes they are named with', () => {
  const line = (at: string): string => `36 35 98:0 / ${at} rw shared:1 - ext4 /dev/x rw\n`;
  const table = ['/w', '/w/a\\040b', '/w/c/\xff', '/w2', '/', '/w/c/\xff'].map(line).join('');
  expect(mountsBelow('/w', table)).toEqual(['a b', 'c/\xff']);
  expect(mountsBelow('/w/c', table)).toEqual(['\xff']);
});

it('faults name the path', () => {
  expect(mountFault('a\n').message).toBe('`a%0A` is another file system, mounted in the workspace');
  const source = { root: '/home/me/src', isCopy: false };
  const [one, many] = [1, 7].map((count) =>
    linkFault(
      Array.from({ length: count }, (_, i) => ({ path: `a${i}`, target: '/etc/\x1b' })),
      source,
    ),
  );
  expect(one).toEqual({
    code: 'workspace_link_leaves',
    path: 'a0',
    message: 'a link in the source `/home/me/src` leads out of the workspace: `a0` to `/etc/%1B`',
    remedy: 'make it lead to files of the workspace, or leave it out with `exclude`',
  });
  expect(many?.message).toBe(
    `links in the source \`/home/me/src\` lead out of the workspace: ${[0, 1, 2, 3, 4].map((i) => `\`a${i}\` to \`/etc/%1B\``).join(', ')} and 2 more`,
  );
  const inCopy = linkFault([{ path: 'a', target: '/x' }], { root: '/state/copy\n', isCopy: true });
  expect(inCopy.message).toBe('a link in the copy `/state/copy%0A` leads out of the workspace: `a` to `/x`');
  expect(inCopy.remedy).toContain('from the copy');
});
