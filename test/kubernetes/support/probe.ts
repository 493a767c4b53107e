/** What can be reached from inside a pod, tried there. */
import type { Cluster } from './cluster.ts';

export interface Target {
  readonly address: string;
  readonly port: number;
}

/** Connects to each and says which were taken. A connection that the network swallows is given up after a while. */
const tries = `
import json, socket, sys
from concurrent.futures import ThreadPoolExecutor

def taken(target):
    try:
        socket.create_connection((target["address"], target["port"]), timeout=1.5).close()
        return True
    except OSError:
        return False

targets = json.load(sys.stdin)
with ThreadPoolExecutor(150) as pool:
    print(json.dumps([target for target, was in zip(targets, pool.map(taken, targets)) if was]))
`;

/** Which of them a connection could be made to from inside a container of a pod, whose image has python3. */
export function reachedFrom(
  { kubectl }: Cluster,
  { namespace, pod, container }: { readonly namespace: string; readonly pod: string; readonly container: string },
  targets: readonly Target[],
): readonly Target[] {
  const exec = ['exec', '-i', '-n', namespace, pod, '-c', container, '--'];
  return JSON.parse(kubectl([...exec, 'python3', '-c', tries], JSON.stringify(targets))) as readonly Target[];
}

/** Opens a port in a pod that no edge leads to, on all of its addresses. */
export function listenIn(
  { kubectl }: Cluster,
  { namespace, pod, container }: { readonly namespace: string; readonly pod: string; readonly container: string },
  port: number,
): void {
  const listen = `
import os, socket
server = socket.create_server(("::", ${port}), family=socket.AF_INET6, dualstack_ipv6=True, backlog=256)
if os.fork() == 0:
    os.setsid()
    for descriptor in (0, 1, 2):
        os.close(descriptor)
    while True:
        server.accept()[0].close()
`;
  kubectl(['exec', '-n', namespace, pod, '-c', container, '--', 'python3', '-c', listen]);
}
