/**
 * The way out, as a service: each component with a grant reaches it through the gate on a port of its own.
 */

import type { YamlObject } from '../containers/yaml.ts';
import { healthOf } from './health.ts';
import { planLabel } from './labels.ts';
import type { Layout } from './layout.ts';
import { egressNetwork, internetNetwork } from './names.ts';
import { inCompose } from './subnets.ts';

export const egressConfig = 'egress/squid.conf';
export const egressImageVariable = 'HEADGATE_EGRESS_IMAGE';
export const egressImage = 'ubuntu/squid:5.2-22.04_beta';

export function egressService({ egress, subnets, plan }: Layout): YamlObject | undefined {
  const [first] = [...egress.values()];
  if (!first) return undefined;
  return {
    image: `\${${egressImageVariable}:-${egressImage}}`,
    entrypoint: ['squid', '-N', '-f', '/etc/headgate/squid.conf'],
    // `proxy` in Debian and Ubuntu.
    user: '13:13',
    labels: { 'headgate.dev/role': 'egress', ...planLabel(plan) },
    networks: {
      [egressNetwork]: { ipv4_address: inCompose(subnets.get(egressNetwork)?.other ?? '') },
      [internetNetwork]: {},
    },
    healthcheck: healthOf([first.port]),
    restart: 'unless-stopped',
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    volumes: [{ type: 'bind', source: `./${egressConfig}`, target: '/etc/headgate/squid.conf', read_only: true }],
  };
}
