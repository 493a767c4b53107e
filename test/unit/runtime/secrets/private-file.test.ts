import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { unwritable, writePrivate } from '../../../../src/runtime/secrets/private-file.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const faultOf = (work: () => void): object => {
  try {
    work();
    return {};
  } catch (error) {
    return (error as { fault: object }).fault;
  }
};

describe('a record that cannot be written', () => {
  it.each(['state', 'state/secrets'])(
    'because %s leads to a file is told in words, with a remedy that works',
    (path) => {
      const folder = temp.lay({ state: 'a file' });
      const fault = faultOf(() => writePrivate(join(folder, path, 'registry.json'), '{}'));
      expect(fault).toMatchObject({ code: 'provider_unavailable', detail: 'record_unwritable' });
      expect(JSON.stringify(fault)).not.toMatch(/E[A-Z]{4,}|syscall|mkdir|open '/);
      expect(JSON.stringify(fault)).toContain('--state-dir');
    },
  );

  it.each([
    ['ENOSPC', 'no space is left on the device', 'free some space'],
    ['EACCES', 'permission denied', 'that you can write to'],
  ])('for %s says so', (code, reason, remedy) => {
    const { message, remedy: help } = unwritable('/s/x', Object.assign(new Error(`${code}: raw text`), { code })).fault;
    expect(message).toBe(`/s/x cannot be written: ${reason}`);
    expect(help).toContain(remedy);
  });
});
