import { describe, expect, it } from 'vitest';
import { openVault } from '../../../../src/adapters/vaults/open.ts';
import { createSink } from '../../../../src/diagnostics/sink.ts';
import { readSettings } from '../../../../src/language/settings/index.ts';
import { loadSyntax } from '../../../../src/language/syntax/parse.ts';
import { byOperator } from '../../../../src/runtime/authority/authority.ts';

await loadSyntax('yaml');
const place = { folder: '/', home: '/', env: {}, now: () => 0 };
const provider = 'gcp_secret_manager';

describe('003-C4.8: a vault of a provider that is coming soon', () => {
  it('is read and told, and is in no plan', () => {
    const sink = createSink();
    const text = `vaults: { gcp: { provider: ${provider} }, l: { provider: local_encrypted, file: v, key: { file: k } } }`;
    const settings = readSettings({ file: 'headgate.yaml', text }, sink);
    expect(sink.diagnostics.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'warning settings/vault-coming-soon',
    ]);
    expect(settings?.vaults['gcp']).toEqual({ provider });
    expect(Object.keys(settings?.running.vaults ?? {})).toEqual(['l']);
  });

  it('cannot be the default', () => {
    const sink = createSink();
    const text = `vaults: { gcp: { provider: ${provider}, default: true } }`;
    expect(readSettings({ file: 'headgate.yaml', text }, sink)).toBeUndefined();
    expect(sink.diagnostics.map(({ code }) => code)).toContain('settings/invalid-value');
  });

  it('says so when it is asked for anything', async () => {
    const vault = await openVault('gcp', { provider }, place);
    expect(await vault.health()).toMatchObject({ status: 'coming_soon', code: 'coming_soon' });
    const fault = { fault: { code: 'invalid_request', detail: 'coming_soon' } };
    const write = { token: 't', on: byOperator };
    expect(vault.discover).toBeUndefined();
    for (const answer of [
      vault.resolve({ key: 'a' }),
      vault.list(),
      vault.create('a', 'b', write),
      vault.putPending('a', 'b', write),
      vault.promote('a', '1', write),
      vault.discard('a', '1', write),
      vault.remove('a', write),
    ])
      expect(await answer).toMatchObject(fault);
    await vault.close();
  });
});
