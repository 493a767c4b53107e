import { describe, expect, it } from 'vitest';
import { endpointOf, placeOf, safeOrigin } from '../../../../../src/adapters/vaults/aws/place.ts';
import type { VaultAnswer } from '../../../../../src/ports/vault.ts';

const detail = (answer: VaultAnswer<unknown>): string | null => ('fault' in answer ? answer.fault.detail : null);
const at = (more: object) => placeOf({ provider: 'aws_secrets_manager', region: 'eu-west-1', ...more });

describe('the place of a vault', () => {
  it('has defaults', () => {
    expect(at({})).toEqual({
      value: {
        region: 'eu-west-1',
        endpoint: 'https://secretsmanager.eu-west-1.amazonaws.com',
        prefix: 'headgate',
        namespace: 'default',
      },
    });
  });

  it.each([
    ['us-east-1', 'amazonaws.com'],
    ['ap-southeast-5', 'amazonaws.com'],
    ['us-gov-west-1', 'amazonaws.com'],
    ['cn-north-1', 'amazonaws.com.cn'],
    ['us-iso-east-1', 'c2s.ic.gov'],
    ['us-isob-east-1', 'sc2s.sgov.gov'],
    ['eusc-de-east-1', 'amazonaws.eu'],
  ])('%s is a region in %s', (region, domain) => {
    expect(detail(at({ region }))).toBeNull();
    expect(endpointOf('sts', region)).toBe(`https://sts.${region}.${domain}`);
  });

  it.each([
    '',
    'eu-west',
    'EU-WEST-1',
    'eu-west-1.evil.example',
    'eu-west-1/',
    'eu-west-1#',
    'eu-west-1\n',
    ' eu-west-1',
    'x@evil-west-1',
    '-1',
  ])('%j is no region', (region) => {
    expect(detail(at({ region }))).toBe('region_invalid');
  });

  it.each(['hg', 'lab/hg', 'a_b.c-d'])('%j can be a prefix', (prefix) => {
    expect(detail(at({ prefix }))).toBeNull();
  });

  it.each(['', '/', 'a/', '/a', 'a//b', 'a b', 'ä', 'a'.repeat(65), 'a/b/c/d/e'])('%j can be none', (prefix) => {
    expect(detail(at({ prefix }))).toBe('prefix_invalid');
  });

  it.each(['', 'a/b', '.', '..', 'a b', 'a'.repeat(65)])('%j can be no namespace', (namespace) => {
    expect(detail(at({ namespace }))).toBe('namespace_invalid');
  });
});

describe('an endpoint', () => {
  it.each([
    ['https://secrets.example', 'https://secrets.example'],
    ['https://secrets.example:8443/', 'https://secrets.example:8443'],
    ['http://127.0.0.1:5000', 'http://127.0.0.1:5000'],
    ['http://127.9.9.9', 'http://127.9.9.9'],
    ['http://[::1]:5000', 'http://[::1]:5000'],
    ['http://localhost:5000', 'http://localhost:5000'],
    // However it is written, it is this machine.
    ['http://0x7f.1:5000', 'http://127.0.0.1:5000'],
  ])('%s is safe', (text, origin) => {
    expect(safeOrigin(text)).toEqual({ value: origin });
  });

  it.each([
    'http://secrets.example',
    'http://10.0.0.1',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'http://0.0.0.0',
    'http://[::ffff:10.0.0.1]',
    'ftp://127.0.0.1',
  ])('%s would carry secrets without TLS', (text) => {
    expect(detail(safeOrigin(text))).toBe('endpoint_insecure');
  });

  it.each([
    'secrets.example',
    '',
    'https://user@secrets.example',
    'https://user:word@secrets.example',
    'https://secrets.example/path',
    'https://secrets.example/?a',
    'https://secrets.example/#a',
  ])('%j is no origin, and is not quoted', (text) => {
    const answer = safeOrigin(text);
    expect(detail(answer)).toBe('endpoint_invalid');
    expect(JSON.stringify(answer)).not.toContain('user');
  });
});
