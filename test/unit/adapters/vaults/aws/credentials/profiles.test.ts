import { expect, it } from 'vitest';
import { readProfiles } from '../../../../../../src/adapters/vaults/aws/credentials/profiles.ts';

const plain = (text: string, file: 'config' | 'credentials') =>
  Object.fromEntries([...readProfiles(text, file)].map(([name, profile]) => [name, Object.fromEntries(profile)]));

it('reads profiles of `credentials`', () => {
  const text = [
    '\uFEFF# a comment',
    'stray = 1',
    '[default]',
    'aws_access_key_id = AKIA#1;2',
    'AWS_SECRET_ACCESS_KEY=a=b/c+d== # comment',
    '; another',
    '[ lab ]',
    'aws_access_key_id=one\r',
    'aws_access_key_id=two',
    'not a setting',
    '=x',
    '[default]',
    'region = eu-west-1',
  ].join('\n');
  expect(plain(text, 'credentials')).toEqual({
    default: { aws_access_key_id: 'AKIA#1;2', aws_secret_access_key: 'a=b/c+d==', region: 'eu-west-1' },
    lab: { aws_access_key_id: 'two' },
  });
});

it('reads profiles of `config`, which calls them `profile`, and skips what is none', () => {
  const text = [
    '[default]',
    'region = a',
    '[profile lab]',
    's3 =',
    '  max_concurrent_requests = 20',
    'region = b',
    '[profile "with space"]',
    'region = c',
    '[sso-session x]',
    'region = d',
    '[lab]',
    'region = e',
  ].join('\n');
  expect(plain(text, 'config')).toEqual({
    default: { region: 'a' },
    lab: { s3: '', region: 'b' },
    'with space': { region: 'c' },
  });
});
