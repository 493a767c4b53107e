/** A namespace of pods and policies by hand, no emitter: that the cluster holds what policies say, so that what is emitted can be tried in it. */

export const image = 'headgate.test/programs:1';

const yaml = (objects: readonly object[]): string => objects.map((object) => JSON.stringify(object)).join('\n---\n');

export const namespaceOf = (name: string): object => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
});

const serve = `
import http.server, os, socket
class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(os.environ["NAME"].encode())
Server(("::", 8080), Handler).serve_forever()
`;

/** A pod that answers with its name on 8080, as restricted as can be. */
const deployment = (name: string): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    selector: { matchLabels: { name } },
    template: {
      metadata: { labels: { name } },
      spec: {
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 0,
        securityContext: { runAsNonRoot: true, runAsUser: 65534, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            name: 'program',
            image,
            imagePullPolicy: 'Never',
            command: ['python3', '-u', '-c', serve],
            env: [{ name: 'NAME', value: name }],
            readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ['ALL'] },
            },
          },
        ],
      },
    },
  },
});

const service = (name: string): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { ipFamilyPolicy: 'PreferDualStack', selector: { name }, ports: [{ port: 80, targetPort: 8080 }] },
});

const policy = (name: string, spec: object): object => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name },
  spec,
});
const peer = (name: string): object => ({ podSelector: { matchLabels: { name } } });
const ports = [{ protocol: 'TCP', port: 8080 }];

export function apart(names: readonly string[], edges: readonly (readonly [string, string])[]): string {
  const nameServer = {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
    podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
  };
  const dnsPorts = ['UDP', 'TCP'].map((protocol) => ({ protocol, port: 53 }));
  return yaml([
    policy('none', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
    policy('names', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [nameServer], ports: dnsPorts }] }),
    ...edges.flatMap(([from, to]) => [
      policy(`${from}-${to}-out`, { ...peer(from), policyTypes: ['Egress'], egress: [{ to: [peer(to)], ports }] }),
      policy(`${from}-${to}-in`, { ...peer(to), policyTypes: ['Ingress'], ingress: [{ from: [peer(from)], ports }] }),
    ]),
    ...names.flatMap((name) => [deployment(name), service(name)]),
  ]);
}
