/**
 * The way out: one Squid, that each component with a grant reaches on a port of its own, and that lets through what was granted
 * to that one. It looks names up itself, and lets none lead to this machine or a private network.
 */
import { oneLine } from '../../../../base/one-line.ts';
import type { Egress } from './egress.ts';
import { type Grant, grantOf } from './grants.ts';

const head = `# Written by headgate: one port and one list for each component that was granted something.
pid_filename none
cache deny all
cache_log /dev/null
access_log stdio:/dev/stdout
shutdown_lifetime 1 second
forwarded_for delete
via off
acl inside dst 0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 224.0.0.0/3 ::/128 ::1/128 ::ffff:0:0/96 fc00::/7 fe80::/10 ff00::/8
`;

export function egressFile(egress: Egress): string {
  const parts = [...egress].flatMap(([moniker, { port, grants }], index) => {
    const of = `c${index}`;
    const rules = grants.flatMap((grant, place) => rulesOf(grant, of, `${of}_${place}`));
    return [
      `# ${oneLine(moniker, 500)}`,
      `http_port ${port} name=${of}`,
      `acl ${of} myportname ${of}`,
      ...rules,
      `http_access deny ${of}`,
      '',
    ];
  });
  return [head, ...parts, 'http_access deny all', ''].join('\n');
}

function rulesOf(grant: string, of: string, name: string): readonly string[] {
  const { host, port } = grantOf(grant) as Grant;
  const acls = [
    ...(host.kind === 'any' ? [] : [`acl ${name}_host ${hostRule(host)}`]),
    ...(port === '*' ? [] : [`acl ${name}_port port ${port}`]),
  ];
  const conditions = [
    of,
    ...(host.kind === 'any' ? [] : [`${name}_host`]),
    ...(port === '*' ? [] : [`${name}_port`]),
    // An address was granted as it stands there.
    ...(host.kind === 'address' ? [] : ['!inside']),
  ];
  return [...acls, `http_access allow ${conditions.join(' ')}`];
}

function hostRule({ kind, text }: Grant['host']): string {
  if (kind === 'address') return `dst ${text}`;
  return kind === 'below' ? `dstdom_regex -i -n ^.+${text.replaceAll('.', '\\.')}$` : `dstdomain -n ${text}`;
}
