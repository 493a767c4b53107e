/** Which keys of config and which variables hold secrets, by their names alone. */

/** What a name may end with besides: it says which of several, or in what form. Numbers are gone by then. */
const qualifiers = new Set([
  ...['value', 'text', 'plain', 'plaintext', 'raw', 'base', 'pem', 'json'],
  ...['prod', 'production', 'dev', 'development', 'staging', 'test', 'local'],
  ...['old', 'new', 'current', 'previous', 'next', 'primary', 'secondary', 'default', 'backup'],
]);
/** Names that begin so say whether there is one. */
const questions = new Set([
  ...['no', 'use', 'uses', 'has', 'is', 'require', 'requires', 'allow', 'allows', 'enable', 'disable', 'show', 'hide'],
  ...['with', 'without', 'needs', 'skip', 'mask', 'reset', 'rotate', 'verify', 'check'],
]);
/** What stands before `token` where it is a piece of text, or a place in a list. */
const otherTokens = new Set([
  ...['eos', 'bos', 'pad', 'unk', 'sep', 'cls', 'mask', 'stop', 'start', 'end', 'special', 'image', 'audio', 'chat'],
  ...['max', 'min', 'per', 'first', 'last', 'page', 'continuation', 'sync', 'separator', 'delimiter', 'design'],
]);
/** What makes a `key` one that opens something. */
const keysThatOpen = new Set([
  ...['api', 'private', 'secret', 'access', 'signing', 'encryption', 'decryption', 'master', 'unseal', 'auth'],
  ...['shared', 'session', 'hmac', 'webhook', 'service', 'account', 'deploy', 'preshared', 'consumer', 'subscription'],
]);
/** Whose `pass` is one. */
const owners = new Set([
  ...[
    'db',
    'database',
    'sql',
    'mysql',
    'postgres',
    'pg',
    'mongo',
    'redis',
    'amqp',
    'rabbitmq',
    'smtp',
    'mail',
    'ftp',
    'ldap',
  ],
  ...[
    'user',
    'admin',
    'root',
    'account',
    'service',
    'auth',
    'basic',
    'login',
    'proxy',
    'registry',
    'docker',
    'git',
    'ssh',
  ],
]);
const whole = new Set([
  ...['password', 'passwords', 'passwd', 'pwd', 'passphrase', 'passcode', 'secret', 'credential', 'credentials'],
  ...['psk', 'kennwort', 'passwort'],
]);
/** Of words that are written together, as in `PGPASSWORD`. */
const endings =
  /(?:password|passwd|passphrase|secret|credentials?|apikey|api_?token|(?:auth|access|refresh|bearer|bot|session|service|user|admin|github|gitlab|slack|jwt|id)token|(?:private|secret|access|signing|encryption|master|auth)key)$/;

/**
 * `STRIPE_API_KEY`, `clientSecret`, `db-password`: the last words say what it is. `secret_name`, `token_count` and `max_tokens` are
 * something else. O(length).
 */
export function isSensitiveName(name: string): boolean {
  const words = wordsOf(name);
  while (words.length > 1 && qualifiers.has(words.at(-1) ?? '')) words.pop();
  const [first = ''] = words;
  const last = words.at(-1) ?? '';
  const before = words.at(-2);
  if (words.length > 1 && questions.has(first)) return false;
  if (whole.has(last)) return true;
  if (last === 'token') return before === undefined || !otherTokens.has(before);
  if (last === 'pass') return before !== undefined && owners.has(before);
  if (last === 'key') return before !== undefined && keysThatOpen.has(before);
  return endings.test(last);
}

/** Lower case, without the numbers behind them. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .map((word) => (/\p{L}/u.test(word) ? word.replace(/\d+$/, '') : ''))
    .filter((word) => word !== '');

const credentialParts = [
  ...['accesskey', 'secretkey', 'secretaccess', 'password', 'passwd', 'passphrase', 'privatekey', 'serviceaccount'],
  ...['unsealkey', 'tokenfile', 'token', 'secret', 'credential', 'apikey'],
];

/** Whether a key looks as if what opens a vault stood behind it; one that ends with `Env` names a variable. */
export function looksLikeCredential(name: string): boolean {
  const plain = name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  return !plain.endsWith('env') && credentialParts.some((part) => plain.includes(part));
}
