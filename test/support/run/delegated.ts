/** A scenario that needs a right of nearly every kind, and a delegation for each of them. */
import { type Files, python, scenarioOf, task } from './scenarios.ts';

export interface Entry {
  readonly id: string;
  readonly subject: string;
  readonly gates: readonly string[];
  readonly resources: readonly string[];
  readonly expires?: string;
}

const one = (id: string, subject: string, gate: string, resource: string): Entry => ({
  id,
  subject,
  gates: [gate],
  resources: [resource],
});

/** Each gives one right and no other does. */
export const entries: readonly Entry[] = [
  one('web-program', '/web', 'toolGrant', '/usr/bin/env'),
  one('work-program', '/work', 'toolGrant', '/bin/sh'),
  one('work-tool', '/work', 'toolGrant', 'sh'),
  one('work-edge', '/work', 'networkProfile', '/work.up'),
  one('work-model', '/work', 'modelProviderUse', '/work.up'),
  one('work-egress', '/work', 'networkProfile', 'a.example:443'),
  one('work-control', '/work', 'networkProfile', 'control'),
  one('web-export', '/web', 'networkProfile', 'exports.web'),
  one('work-storage', '/work', 'artifactAccess', '/work.resources.state'),
  one('work-cache', '/work', 'artifactAccess', 'cache'),
  one('work-files', '/work', 'artifactAccess', 'workspaces.src'),
  one('web-evidence', '/web', 'artifactAccess', 'probes.answers'),
];

export const delegationText = (all: readonly object[]): string => JSON.stringify({ delegations: all });

const serve = `
import http.server
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b'here')
    def log_message(self, *_): pass
http.server.HTTPServer(('127.0.0.1', 8080), H).serve_forever()
`;

/** `script` is what the task does. */
export function delegatedFiles(script = 'echo done', all: readonly object[] = entries): Files {
  const web = python(serve, { port: 8080 });
  const { manifest, ...rest } = task('work');
  const files = scenarioOf(
    {
      web: {
        ...web,
        manifest: {
          ...web.manifest,
          provides: { http: { kind: 'http', profile: 'model_provider', endpoint: 'http' } },
        },
      },
      work: {
        ...rest,
        manifest: {
          ...manifest,
          slots: { up: { kind: 'http', profile: 'model_provider' } },
          program: {
            path: '/bin/sh',
            args: ['-c', script],
            env: { UP: '${slots.up.url}' },
            mounts: [{ path: '/state', from: 'resources.state' }],
          },
        },
      },
    },
    {
      bindings: [{ to: '#work.up', from: '#web.http' }],
      exports: { web: '#web.http' },
    },
  );
  return {
    ...files,
    'headgate.yaml': JSON.stringify({
      grants: { delegation: './operator.json' },
      components: {
        '/work': {
          restart: 'never',
          profile: 'p',
          egress: ['a.example:443'],
          control: true,
          workspace: 'src',
        },
      },
      profiles: { p: { type: 'user_owned_model', sandbox: { mode: 'ref', ref: 's' } } },
      sandboxes: { s: { cacheMiB: 16, tools: ['sh'] } },
      workspaces: { src: { source: './files', kind: 'dir' } },
      probes: { answers: { kind: 'api_smoke', export: 'web', requests: [{ method: 'GET', path: '/' }] } },
    }),
    'files/kept': 'kept',
    'operator.json': delegationText(all),
  };
}
