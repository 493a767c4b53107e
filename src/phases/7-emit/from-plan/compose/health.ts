/**
 * Ready is what listens on all ports of its endpoints. Asked of the kernel, not of the program: nothing is connected to. Needs a shell and
 * nothing else in the image.
 */
import type { YamlObject } from '../containers/yaml.ts';

/** Unless the settings say otherwise. */
const usualReadySeconds = 60;

export function healthOf(ports: readonly number[], readySeconds = usualReadySeconds): YamlObject | undefined {
  if (ports.length === 0) return undefined;
  const listens = ports.map((port) => `l ${port.toString(16).toUpperCase().padStart(4, '0')}`).join(' && ');
  // Second field: local address and port; fourth: state, of which 0A is listening.
  const script = [
    'l() { for f in /proc/net/tcp /proc/net/tcp6; do [ -r $$f ] && while read -r n a b s x; do case $$a/$$s in *:$$1/0A) return 0;; esac; done < $$f; done; return 1; }',
    listens,
  ].join('; ');
  return {
    test: ['CMD', '/bin/sh', '-c', script],
    interval: '2s',
    timeout: '5s',
    retries: 3,
    start_period: `${readySeconds}s`,
  };
}
