/**
 * The types of profiles as classes of what may be reached outside of the scenario: the table of docs/authority.md. Pure. What a run
 * reaches through an edge to another component is no matter of it.
 */
import { own } from '../../base/json.ts';
import type { PlanProfile } from '../../ir/plan-profile-schema.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { profileOf } from '../profiles/profile-of.ts';
import { placeOf } from './host-place.ts';

export type ProfileType = NonNullable<PlanProfile['type']>;

interface Class {
  /** In words that follow "…of type `x`, ". */
  readonly why: string;
  /** `host:port`, as `egress` has it, or of a URL. */
  readonly allows: (target: Target) => boolean;
  /** Without a sandbox nothing keeps a program from the network. */
  readonly needsSandbox: boolean;
}

export interface Target {
  /** In lower case, without brackets. */
  readonly host: string;
  /** `*` for every port. */
  readonly port: string;
}

const granted: Class = { why: 'which allows what is granted', allows: () => true, needsSandbox: false };
const isName = ({ host }: Target): boolean => placeOf(host) === 'name';
const byName = (target: Target): boolean =>
  placeOf(target.host) === 'loopback' || (isName(target) && !target.host.includes('*') && target.port !== '*');

export const classes: Readonly<Record<ProfileType, Class>> = {
  airgapped_local_only: {
    why: 'which allows nothing but loopback',
    allows: ({ host }) => placeOf(host) === 'loopback',
    needsSandbox: true,
  },
  local_model_provider: {
    why: 'which allows loopback and addresses of private networks',
    allows: ({ host }) => ['loopback', 'private'].includes(placeOf(host)),
    needsSandbox: true,
  },
  corporate_firewall: {
    why: 'which allows hosts of one domain, each by its name and its port',
    allows: byName,
    needsSandbox: true,
  },
  multi_corporate_firewall: {
    why: 'which allows hosts by their name and their port',
    allows: byName,
    needsSandbox: true,
  },
  hosted_model_provider: granted,
  user_owned_model: granted,
  personal: granted,
};

export interface OutsideClass {
  readonly moniker: string;
  readonly profile: string;
  readonly type: ProfileType;
  readonly why: string;
  /** What it would reach, in words. */
  readonly what: string;
}

/** Undefined for a text that is no `host:port`; others tell that. */
export function targetOf(text: string): Target | undefined {
  const match = /^(\[[^\]]+\]|[^:[\]]+):(\d+|\*)$/.exec(text.trim().toLowerCase());
  return match ? { host: (match[1] ?? '').replace(/^\[(.*)\]$/, '$1'), port: match[2] ?? '' } : undefined;
}

/** Of the components that the plan has. `externals` are URLs of root slots, by name, where they are known. O(components + edges). */
export function outsideClass(
  plan: Pick<DeploymentPlan, 'components' | 'edges' | 'runtime'>,
  externals: Readonly<Record<string, string>> = {},
): readonly OutsideClass[] {
  if (Object.keys(plan.runtime?.profiles ?? {}).length === 0) return [];
  return plan.components.flatMap(({ moniker, program }): readonly OutsideClass[] => {
    const found = program === null ? undefined : profileOf(moniker, plan.runtime);
    const { type } = found?.profile ?? {};
    if (!found || type === undefined) return [];
    const { why, allows, needsSandbox } = classes[type];
    const egress = [
      ...(own(plan.runtime?.components ?? {}, moniker)?.egress ?? []),
      ...(found.sandbox?.egress ?? []),
    ].flatMap((text) => {
      const target = targetOf(text);
      return target ? [{ what: `\`${text}\` in \`egress\``, target }] : [];
    });
    // What sits on an edge carries it all the same: the hops of one share its id.
    const ids = new Set(plan.edges.flatMap(({ id, to }) => (to.component === moniker ? [id] : [])));
    const outside = plan.edges.flatMap(({ id, from }) => (from.kind === 'external' && ids.has(id) ? [from.slot] : []));
    const slots = [...new Set(outside)].flatMap((slot) => {
      const url = own(externals, slot);
      return url === undefined ? [] : [{ what: `slot \`${slot}\``, target: targetOfUrl(url) }];
    });
    const refused = [...egress, ...slots].filter(({ target }) => (target ? !allows(target) : needsSandbox));
    const whats = [
      ...refused.map(({ what, target }) =>
        target ? what : `${what}, whose URL is a secret, so that nobody can say where it leads`,
      ),
      ...(needsSandbox && found.profile.sandbox.mode === 'none'
        ? ['`sandbox.mode: none`, which holds nothing back']
        : []),
      ...(type === 'corporate_firewall' ? domainsBeyond(egress.map(({ target }) => target).filter(allows)) : []),
    ];
    return whats.map((what) => ({ moniker, profile: found.name, type, why, what }));
  });
}

/** Undefined for what is no URL, such as a reference to a secret. */
function targetOfUrl(url: string): Target | undefined {
  if (!/^(https?|wss?|tcp):\/\//i.test(url)) return undefined;
  try {
    const { hostname, port, protocol } = new URL(url);
    return {
      host: hostname.toLowerCase().replace(/^\[(.*)\]$/, '$1'),
      port: port || (protocol === 'https:' || protocol === 'wss:' ? '443' : '80'),
    };
  } catch {
    return undefined;
  }
}

const domainOf = ({ host }: Target): string => host.split('.').slice(-2).join('.');

/** Domains besides the first one. */
function domainsBeyond(targets: readonly Target[]): readonly string[] {
  const [first, ...others] = [...new Set(targets.filter(isName).map(domainOf))];
  return others.map((domain) => `\`${domain}\`, which is another domain than \`${first}\``);
}
