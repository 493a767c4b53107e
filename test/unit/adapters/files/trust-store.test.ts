/** What counts as kept by the user: what another user owns does not, whatever its mode says. */
import { chownSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTrustStore, trustFolder } from '../../../../src/adapters/files/trust-store.ts';
import { isRoot, user } from '../../../support/run/as-user.ts';

let top = '';
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'headgate-trust-')));
});
afterEach(() => rmSync(top, { recursive: true }));

const env = (): { readonly XDG_CONFIG_HOME: string } => ({ XDG_CONFIG_HOME: join(top, 'config') });
function kept(): { readonly folder: string; readonly file: string } {
  const store = openTrustStore(env());
  store.remember('/shop/headgate.yaml', 'sha256:1');
  const folder = store.folder as string;
  return { folder, file: join(folder, readdirSync(folder)[0] as string) };
}
const read = () => openTrustStore(env()).read('/shop/headgate.yaml');

it('what was remembered is read, of that path and of no other', () => {
  kept();
  expect(read()).toEqual({ digest: 'sha256:1' });
  expect(openTrustStore(env()).read('/shop/other.yaml')).toEqual({});
});

// Root opens what anybody owns, so for root the owner alone tells whose it is.
describe.skipIf(!isRoot)('of another user', () => {
  it.each([
    ['the file', ({ file }: ReturnType<typeof kept>) => file],
    ['the folder', ({ folder }: ReturnType<typeof kept>) => folder],
    ['the folder above', ({ folder }: ReturnType<typeof kept>) => dirname(folder)],
  ])('%s is not believed', (_, which) => {
    const path = which(kept());
    chownSync(path, user, user);
    expect(read()).toEqual({ fault: `\`${path}\` belongs to another user` });
  });

  it.each(['headgate', 'headgate/trust'])('nothing is written into a folder: %s', (name) => {
    const folder = trustFolder(env()) as string;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chownSync(join(top, 'config', name), user, user);
    expect(() => openTrustStore(env()).remember('/shop/headgate.yaml', 'sha256:1')).toThrow(/belongs to another user/);
    expect(readdirSync(folder)).toEqual([]);
  });
});
