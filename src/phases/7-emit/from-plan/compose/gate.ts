/**
 * The gate: one HAProxy that is in the networks of all who have an edge, and listens in each on the ports of that component's edges alone. It
 * passes bytes on and looks at none.
 */
import { oneLine } from '../../../../base/one-line.ts';
import type { YamlObject } from '../containers/yaml.ts';
import { healthOf } from './health.ts';
import { planLabel } from './labels.ts';
import type { Layout, Target, Way } from './layout.ts';
import { egressNetwork } from './names.ts';
import { inCompose, inGate, prefixVariable, usualPrefix } from './subnets.ts';

export const gateConfig = 'gate/haproxy.cfg';
export const gateImageVariable = 'HEADGATE_GATE_IMAGE';
export const gateImage = 'haproxy:2.8';

/** Undefined where no edge carries anything. */
export function gateService(layout: Layout): YamlObject | undefined {
  const { ways, gateNetworks, subnets, externals, exports, plan } = layout;
  if (ways.length === 0) return undefined;
  const environment = {
    [prefixVariable]: `\${${prefixVariable}:-${usualPrefix}}`,
    ...Object.fromEntries(
      externals.map(({ slot, variable }) => [
        variable,
        `\${${variable}:?is the host:port behind slot ${slot.replace(/[^\w.-]/g, '·')} of the root: set it in .env}`,
      ]),
    ),
  };
  const ports = exports.map(({ port, variable }) => `127.0.0.1:\${${variable}:-${port}}:${port}`);
  return {
    image: `\${${gateImageVariable}:-${gateImage}}`,
    entrypoint: ['haproxy', '-W', '-db', '-f', `/etc/headgate/haproxy.cfg`],
    environment,
    labels: { 'headgate.dev/role': 'gate', ...planLabel(plan) },
    networks: Object.fromEntries(
      gateNetworks.map((name) => [name, { ipv4_address: inCompose(subnets.get(name)?.gate ?? '') }]),
    ),
    ports: ports.length === 0 ? undefined : ports,
    // Where what stands behind a slot of the root runs on the machine itself.
    extra_hosts: externals.length === 0 ? undefined : ['host.docker.internal:host-gateway'],
    healthcheck: healthOf([...new Set(ways.map(({ port }) => port))].slice(0, 1)),
    restart: 'unless-stopped',
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    volumes: [{ type: 'bind', source: `./${gateConfig}`, target: '/etc/headgate/haproxy.cfg', read_only: true }],
  };
}

const head = `# Written by headgate, and read back by it: every listener is one edge of the plan, and there is no other.
global
  log stdout format raw local0 notice

defaults
  mode tcp
  log global
  # A provider that is not there yet is waited for, once a second.
  timeout connect 1s
  retries 10
  # Between two components nothing has a deadline.
  timeout client 24d
  timeout server 24d
`;

export function gateFile(layout: Layout): string {
  return [head, ...layout.ways.map((way) => listener(way, layout))].join('\n');
}

function listener({ key, edge, network, port, target }: Way, layout: Layout): string {
  const address = layout.subnets.get(network)?.gate ?? '';
  return `${[
    `listen ${network}:${port}`,
    `  description ${inQuotes(key)}`,
    ...(edge === null ? [] : [`  # headgate.dev/edge ${oneLine(edge, 500)}`]),
    `  bind "${inGate(address)}:${port}"`,
    `  server to ${serverOf(target, layout)}`,
  ].join('\n')}\n`;
}

function serverOf(target: Target, { subnets }: Layout): string {
  const at = (network: string, port: number): string => `"${inGate(subnets.get(network)?.other ?? '')}:${port}"`;
  switch (target.kind) {
    case 'component':
      return at(target.service, target.port);
    case 'egress':
      return at(egressNetwork, target.port);
    case 'external':
      // Its name may be known later, or never.
      return `"\${${target.variable}}" init-addr last,libc,none`;
  }
}

/** Nothing is put in the place of anything between these. */
const inQuotes = (text: string): string => `'${oneLine(text, 500).replaceAll("'", "'\\''")}'`;
