/** What a Squid configuration lets through, by port. Rules are read in their order; a form that is not known is refused. */

export interface Opening {
  readonly port: number;
  /** `host:port`, with `*` for any, and whether addresses of this machine and of private networks are left out. */
  readonly targets: readonly { readonly target: string; readonly publicOnly: boolean }[];
}

const harmless =
  /^(?:pid_filename none|cache deny all|cache_log \/dev\/null|access_log stdio:\/dev\/stdout|shutdown_lifetime .*|forwarded_for delete|via off)$/;
/** Everything that a name must not lead to. */
const inside =
  'dst 0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 224.0.0.0/3 ::/128 ::1/128 ::ffff:0:0/96 fc00::/7 fe80::/10 ff00::/8';

/** Throws a `SyntaxError` that names the line. */
export function readSquid(text: string): readonly Opening[] {
  const ports = new Map<string, number>();
  const acls = new Map<string, string>();
  const closed = new Set<string>();
  const allowed: (readonly string[])[] = [];
  let last = '';
  for (const [index, whole] of text.split('\n').entries()) {
    const line = whole.trim();
    if (line === '' || line.startsWith('#') || harmless.test(line)) continue;
    const words = line.split(/\s+/);
    last = line;
    const [word = '', first = '', ...rest] = words;
    if (word === 'http_port' && rest.length === 1 && rest[0]?.startsWith('name='))
      ports.set(rest[0].slice(5), Number(first));
    else if (word === 'acl' && !acls.has(first)) acls.set(first, rest.join(' '));
    else if (word === 'http_access' && first === 'deny' && rest.length === 1) closed.add(rest[0] as string);
    else if (word === 'http_access' && first === 'allow' && rest.length > 0 && !rest.some((one) => closed.has(one)))
      allowed.push(rest);
    else throw new SyntaxError(`line ${index + 1}: nobody knows what \`${word}\` does there`);
  }
  if (last !== 'http_access deny all') throw new SyntaxError('the last rule does not refuse everything else');
  return [...ports].map(([name, port]) => ({
    port,
    targets: allowed.flatMap((conditions) => openedAt(conditions, name, acls)),
  }));
}

function openedAt(conditions: readonly string[], name: string, acls: ReadonlyMap<string, string>): Opening['targets'] {
  let host = '*';
  let port = '*';
  let publicOnly = false;
  let here = true;
  for (const condition of conditions) {
    const [type = '', ...values] = (acls.get(condition.replace(/^!/, '')) ?? '').split(' ');
    if (condition.startsWith('!')) {
      if ([type, ...values].join(' ') !== inside)
        throw new SyntaxError(`nobody knows what \`${condition}\` leaves out`);
      publicOnly = true;
    } else if (type === 'myportname') here = here && values[0] === name;
    else if (type === 'port' && values.length === 1) port = values[0] as string;
    else if (type === 'dst' && values.length === 1) host = bracketed(values[0] as string);
    else if (type === 'dstdomain' && values[0] === '-n' && values.length === 2) host = values[1] as string;
    else if (type === 'dstdom_regex' && values.slice(0, 2).join(' ') === '-i -n' && values.length === 3)
      host = wildcard(values[2] as string);
    else throw new SyntaxError(`nobody knows what \`${condition}\` lets through`);
  }
  return here ? [{ target: `${host}:${port}`, publicOnly }] : [];
}

/** `^.+\.example\.org$` → `*.example.org`. */
function wildcard(pattern: string): string {
  const [, rest] = /^\^\.\+((?:\\\.[A-Za-z0-9_-]+)+)\$$/.exec(pattern) ?? [];
  if (rest === undefined) throw new SyntaxError(`nobody knows what \`${pattern}\` lets through`);
  return `*${rest.replaceAll('\\.', '.')}`;
}

const bracketed = (address: string): string => (address.includes(':') ? `[${address}]` : address);
