/**
 * The canary: whether this cluster holds what the policies say. A server listens on two ports, of which one may be reached. The Job succeeds when
 * that one is, and nothing else is: not the other one, which the client is let out to and the server does not let in; not the cluster's own
 * interface, by the client, whose rule leads elsewhere, nor by the server, which has no rule but the one that denies everything. Before that
 * nothing is called enforced.
 */
import type { WiredComponent } from '../../../../plan/wiring/component.ts';
import { isSlotEdge } from '../../../../plan/wiring/edges.ts';
import { shortDigest } from '../containers/with-digest.ts';
import type { YamlObject } from '../containers/yaml.ts';
import { meta, select } from './labels.ts';
import type { Layout } from './layout.ts';
import { canaryClient, canaryName } from './names.ts';
import { locked, podOf, readinessOf, resourcesOf } from './pod.ts';
import { canaryPorts } from './services.ts';

/** What has a shell, `nc` and `httpd`. */
export const canaryImage = 'busybox:1.36';

const container = (name: string, script: string, more: YamlObject = {}, args: readonly string[] = []): YamlObject => ({
  name,
  image: canaryImage,
  command: ['/bin/sh', '-c', script, name, ...args],
  ...more,
  resources: resourcesOf(64),
  securityContext: locked,
});

const [allowed, refused] = canaryPorts;

const tries = 'try() { nc -w 3 "$1" "$2" </dev/null >/dev/null 2>&1; }';
const cluster = '$KUBERNETES_SERVICE_HOST $KUBERNETES_SERVICE_PORT';
const wayOut = 'way-out';

/** It tells at the port that may be reached whether it gets out. */
const server = [
  `${tries};`,
  `while true; do if try ${cluster}; then echo open; else echo shut; fi > /tmp/new && mv /tmp/new /tmp/${wayOut}; sleep 1; done &`,
  `httpd -p ${allowed} -h /tmp && exec httpd -f -p ${refused} -h /tmp`,
].join(' ');

/** Rules may come into force a little after a pod starts: what must not work is tried until it does not. */
const client = `
${tries}
n=0
until try ${canaryName} ${allowed}; do
  n=$((n + 1))
  if [ $n -ge 60 ]; then echo "what is allowed does not get through: canary:${allowed}" | tee /dev/termination-log; exit 1; fi
  sleep 1
done
for place in "${canaryName} ${refused}" "${cluster}"; do
  n=0
  while try $place; do
    n=$((n + 1))
    if [ $n -ge 20 ]; then echo "what no rule allows gets through: $place" | tee /dev/termination-log; exit 1; fi
    sleep 1
  done
done
n=0
until printf 'GET /${wayOut} HTTP/1.0\\r\\n\\r\\n' | nc -w 3 ${canaryName} ${allowed} 2>/dev/null | grep -q shut; do
  n=$((n + 1))
  if [ $n -ge 20 ]; then echo "what no rule lets out gets out: default-deny does not hold" | tee /dev/termination-log; exit 1; fi
  sleep 1
done
echo "enforced" | tee /dev/termination-log`.trimStart();

export function canaryOf(layout: Layout): { readonly server: YamlObject; readonly job: YamlObject } {
  const { plan } = layout;
  const roles = (role: string): YamlObject => ({ 'headgate.dev/role': role });
  const tmp = { volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }] };
  const volumes = [{ name: 'tmp', emptyDir: {} }];
  const template = podOf({
    name: canaryName,
    lookUps: false,
    annotations: roles('canary-server'),
    containers: [container('server', server, { ...readinessOf(plan, [...canaryPorts], 60), ...tmp })],
    volumes,
  });
  const spec = {
    backoffLimit: 3,
    template: podOf({
      name: canaryClient,
      lookUps: true,
      annotations: roles('canary'),
      containers: [container('client', client)],
      restartPolicy: 'Never',
    }),
  };
  return {
    server: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: meta(canaryName, plan, roles('canary-server')),
      spec: { replicas: 1, revisionHistoryLimit: 3, selector: { matchLabels: select(canaryName) }, template },
    },
    // Each plan is tried anew.
    job: {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: meta(`${canaryName}-${shortDigest(JSON.stringify([spec, plan.planDigest]))}`, plan, roles('canary')),
      spec,
    },
  };
}

/** What is done once, and needs somebody from its start on, waits for them: a task that fails is not tried again. */
export function waitFor(component: WiredComponent, { addresses }: Layout): readonly YamlObject[] {
  const { slots, moniker } = component;
  const strong = slots.filter(
    (edge) => isSlotEdge(edge) && !edge.weak && edge.from.kind === 'component' && edge.from.moniker !== moniker,
  );
  const places = [...new Set(strong.map(({ key }) => addresses.get(key) as string))];
  if (places.length === 0) return [];
  const script =
    'for place; do until nc -w 3 "${place%:*}" "${place##*:}" </dev/null >/dev/null 2>&1; do sleep 1; done; done';
  return [container('wait', script, {}, places)];
}
