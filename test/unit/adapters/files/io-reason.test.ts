import { describe, expect, it } from 'vitest';
import { ioReason, readReason } from '../../../../src/adapters/files/io-reason.ts';

const failed = (code: string): NodeJS.ErrnoException => Object.assign(new Error('x went wrong'), { code });

describe('why something could not be written', () => {
  it.each([
    ['EACCES', 'permission denied', 'write to a folder that is yours, or change its permissions'],
    [
      'EPERM',
      'the system does not permit it',
      'look at its owner and its attributes (`lsattr`), or write to another place',
    ],
    ['EROFS', 'the file system is read-only', 'write to another place'],
    ['ENOSPC', 'no space is left on the device', 'free some space, or write to another place'],
    ['EDQUOT', 'your disk quota is used up', 'free some space, or write to another place'],
    ['ENAMETOOLONG', 'the name is too long', 'give a shorter one'],
    ['EISDIR', 'it is a folder', 'give the path of a file'],
    ['ENOENT', 'its folder is gone', 'create the folder, or give another path'],
    ['ENOTDIR', 'a part of its path is not a folder', 'give a path through folders only'],
    ['ELOOP', 'its symbolic links go round in a circle', 'remove one of the links, or give another path'],
    ['EIO', 'EIO x went wrong', undefined],
  ])('%s: %s', (code, reason, remedy) => {
    expect(ioReason(failed(code))).toEqual({ reason, remedy });
  });

  it('names its code once where nobody has words for it', () => {
    const { reason } = ioReason(Object.assign(new Error('EINVAL: invalid argument, write'), { code: 'EINVAL' }));
    expect(reason).toBe('EINVAL: invalid argument, write');
  });

  it('is another thing than why it could not be read, where it is not there', () => {
    expect(readReason(failed('ENOENT'))).toBe('there is no such file');
    expect(readReason(failed('ELOOP'))).toBe('its symbolic links go round in a circle');
  });
});
