import { describe, expect, it } from 'vitest';
import { isSensitiveName, looksLikeCredential } from '../../../../src/language/secrets/sensitive-names.ts';

const sensitive = `
API_KEY STRIPE_API_KEY api_key api-key apiKey APIKEY openaiApiKey OPENAI_APIKEY x-api-key apikey
TOKEN token GITHUB_TOKEN github_token githubToken access_token accessToken refreshToken oauth_token OAuthToken auth-token authtoken
bearerToken BOT_TOKEN token_1 TOKEN2 api_token_prod bot.token jwtToken
SECRET secret client_secret clientSecret CLIENT-SECRET webhookSecret JWT_SECRET clientsecret secret_value secret2 app.secret
password PASSWORD db_password dbPassword db-password PGPASSWORD MYSQL_ROOT_PASSWORD passwd mysqlPasswd pwd user_pwd passphrase
keyPassphrase DB_PASS smtpPass adminPasswordOld password_base64 passwords passcode
private_key privateKey PRIVATE-KEY sshPrivateKey secretKey SECRET_KEY secret_access_key aws_secret_access_key signing_key signingKey
encryptionKey master_key unsealKey access_key accessKey authKey hmac_key deploy_key session_key sessionKey
credential credentials gcp_credentials gcpCredentials dbCredential
`
  .trim()
  .split(/\s+/);

const plain = `
token_count tokenCount tokenizer tokenizer_name max_tokens maxTokens min_tokens tokens total_tokens max_token eos_token pad_token bosToken
stop_token token_url tokenUrl token_type token_ttl token_file tokenFile token_endpoint page_token price_per_token tokenised
secret_name secretName secret_id secret_ref secret_path secretary secrets_enabled secrets secret_count
password_file passwordFile password_policy password_min_length password_env passwordless password_hint has_password use_password noPassword
public_key publicKey key keys primary_key primaryKey partition_key sort_key cache_key foreign_key key_id keyId access_key_id api_key_id
api_key_header api_key_name api_version keyboard monkey turkey keystore keyfile private_key_path privateKeyFile
credential_file credentials_path credentialsProvider compass passing bypass pass first_pass two_pass author authority authorization_url name model region user
username host port url api apiUrl requireToken show_password
`
  .trim()
  .split(/\s+/);

describe('003-C4.15: a name of config', () => {
  it.each(sensitive)('`%s` says that a secret is behind it', (name) => expect(isSensitiveName(name)).toBe(true));
  it.each(plain)('`%s` says nothing of the kind', (name) => expect(isSensitiveName(name)).toBe(false));

  it('is judged in a table of a size that means something', () => {
    expect(new Set(sensitive).size).toBeGreaterThanOrEqual(60);
    expect(new Set(plain).size).toBeGreaterThanOrEqual(60);
  });

  it('is judged in no time, however long it is', () => {
    expect(isSensitiveName('aB'.repeat(200_000))).toBe(false);
    expect(isSensitiveName(`${'x_'.repeat(200_000)}token`)).toBe(true);
  });
});

describe('a key of a vault', () => {
  const credentials = [
    ...['token', 'tokenFile', 'token_file', 'accessKey', 'access_key_id', 'AWS_ACCESS_KEY_ID', 'secretAccessKey'],
    ...['secretKey', 'password', 'privateKey', 'serviceAccountJson', 'service_account', 'unsealKey', 'unseal-keys'],
    ...['secretId', 'clientSecret', 'credentials', 'sessionToken', 'passphrase', 'apiKey'],
  ];
  const others = [
    ...[
      'file',
      'region',
      'namespace',
      'prefix',
      'endpoint',
      'address',
      'mount',
      'auth',
      'method',
      'provider',
      'default',
    ],
    ...['tokenEnv', 'roleIdEnv', 'secretIdEnv', 'passphraseEnv', 'key', 'kmsKeyId', 'ownerTag'],
  ];
  it.each(credentials)('`%s` looks like a credential', (name) => expect(looksLikeCredential(name)).toBe(true));
  it.each(others)('`%s` does not', (name) => expect(looksLikeCredential(name)).toBe(false));
});
