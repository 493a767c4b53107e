/**
 * Ready is what listens on all ports of its endpoints, and not on the loopback, where the gate does not get. Asked of the kernel, not of the
 * program: nothing is connected to. Needs a shell and nothing else in the image.
 */
import type { DeploymentPlan } from '../../../../ir/plan-schema.ts';
import { inCommonOf, type YamlObject } from '../containers/yaml.ts';

/** Unless the settings say otherwise. */
const usualReadySeconds = 60;

/** 127.0.0.0/8, the same as an address of IPv6, and ::1, as the kernel writes them: words of four bytes, the last byte first. */
const loopback = '??????7F:*|*FFFF0000??????7F:*|00000000000000000000000001000000:*';

/** Each look is a process in a container, which costs some twentieth of a second: of many components each is looked at less often. */
const secondsBetween = (components: number): number => Math.max(2, Math.ceil(components / 10));

export function healthOf(
  ports: readonly number[],
  readySeconds = usualReadySeconds,
  components = 1,
): YamlObject | undefined {
  if (ports.length === 0) return undefined;
  const listens = ports.map((port) => `l ${port.toString(16).toUpperCase().padStart(4, '0')}`).join(' && ');
  // Second field: local address and port; fourth: state, of which 0A is listening.
  const script = [
    `l() { for f in /proc/net/tcp /proc/net/tcp6; do [ -r $$f ] && while read -r n a b s x; do case $$a/$$s in ${loopback}) ;; *:$$1/0A) return 0;; esac; done < $$f; done; return 1; }`,
    listens,
  ].join('; ');
  return {
    test: ['CMD', '/bin/sh', '-c', script],
    interval: `${secondsBetween(components)}s`,
    timeout: `${Math.max(5, secondsBetween(components))}s`,
    retries: 3,
    start_period: `${readySeconds}s`,
  };
}

const checkOf = inCommonOf(
  (components: number, readySeconds: number, ...ports: readonly number[]) =>
    healthOf(ports, readySeconds, components) ?? {},
);

/** The same, made once for all of a plan that need it. */
export const healthIn = (
  plan: DeploymentPlan,
  ports: readonly number[],
  readySeconds: number = usualReadySeconds,
): YamlObject | undefined =>
  ports.length === 0 ? undefined : checkOf(plan, plan.components.length, readySeconds, ...ports);
