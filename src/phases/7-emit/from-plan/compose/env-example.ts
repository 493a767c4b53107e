/** `.env.example`: every variable that compose.yaml reads, what it is for, and what holds where it is not set. */
import type { JsonValue } from '../../../../base/json.ts';
import { oneLine } from '../../../../base/one-line.ts';
import type { ConfigLeaf } from '../../../../plan/wiring/component.ts';
import { quotedInEnv } from '../../../../plan/wiring/env-file.ts';
import { egressImage, egressImageVariable } from './egress.ts';
import { gateImage, gateImageVariable } from './gate.ts';
import type { Layout } from './layout.ts';
import { sourceVariable } from './source-mount.ts';
import { prefixVariable, usualPrefix } from './subnets.ts';
import { isSafeDefault } from './values.ts';

export interface EnvInput {
  readonly layout: Layout;
  /** Read from variables; by path. */
  readonly leaves: readonly {
    readonly leaf: ConfigLeaf;
    readonly known: JsonValue | undefined;
    readonly optional: boolean;
  }[];
  /** Read from files. */
  readonly secrets: readonly string[];
  readonly needsSource: boolean;
}

export function envExample({ layout, leaves, secrets, needsSource }: EnvInput): string {
  const { externals, exports, egress, ways } = layout;
  const parts = [
    [
      'Copy this file to .env and fill it in. Lines with a # in front hold without being there.',
      ...(leaves.length === 0
        ? []
        : ["A value with a $, a # or a space in it stands between single quotes: '5$ each'."]),
    ],
    ...leaves.map(leafLines),
    ...externals.map(({ slot, variable }) => [
      `Behind slot ${oneLine(slot, 500)} of the root: host:port of what speaks its protocol without TLS.`,
      'What runs on this machine is host.docker.internal:PORT.',
      `=${variable}=`,
    ]),
    ...(needsSource
      ? [
          [
            'The folder of the root manifest: what programs start from is mounted from there, read-only.',
            `=${sourceVariable}=`,
          ],
        ]
      : []),
    ...exports.map(({ name, port, variable }) => [
      `Export ${oneLine(name, 500)}: its port on the loopback of this machine.`,
      `#${variable}=${port}`,
    ]),
    [
      'The first two numbers of all addresses: two scenarios on one machine need two of them.',
      `#${prefixVariable}=${usualPrefix}`,
    ],
    ...(ways.length === 0
      ? []
      : [['What the gate runs in: any HAProxy from 2.4 on.', `#${gateImageVariable}=${gateImage}`]]),
    ...(egress.size === 0
      ? []
      : [['What the way out runs in: any Squid from 5 on.', `#${egressImageVariable}=${egressImage}`]]),
    ...(secrets.length === 0
      ? []
      : [
          [
            'These values are files beside compose.yaml, of the user that runs Compose and readable for the programs:',
            ...secrets.map((path) => `  secrets/${path}`),
          ],
        ]),
  ];
  return `${parts.map((lines) => lines.map(line).join('')).join('\n')}`;
}

/** Of what is no variable, a comment. */
const line = (text: string): string =>
  text.startsWith('=') ? `${text.slice(1)}\n` : text.startsWith('#') ? `${text}\n` : `# ${text}\n`;

function leafLines({ leaf: { path, env }, known, optional }: EnvInput['leaves'][number]): readonly string[] {
  if (known === undefined) {
    return optional
      ? [`Config ${path}; empty unless given.`, `#${env}=`]
      : [`Config ${path}; must be given.`, `=${env}=`];
  }
  const text = typeof known === 'string' ? known : JSON.stringify(known);
  if (isSafeDefault(text)) return [`Config ${path}; its default holds unless given.`, `#${env}=${text}`];
  return [`Config ${path}; with its default, which Compose reads here alone.`, `=${env}=${quotedInEnv(text)}`];
}
