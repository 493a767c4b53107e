/** A wheel on the loopback interface, as an index of Python packages serves it: it may be kept. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface WheelServer {
  readonly url: string;
  readonly asked: () => number;
  readonly close: () => Promise<void>;
}

export const wheelName = 'stand_in-1.0-py3-none-any.whl';

const build = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as z:
    z.writestr('stand_in.py', 'answer = 42\\n')
    z.writestr('stand_in-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: stand-in\\nVersion: 1.0\\n')
    z.writestr('stand_in-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    z.writestr('stand_in-1.0.dist-info/RECORD', 'stand_in.py,,\\nstand_in-1.0.dist-info/METADATA,,\\nstand_in-1.0.dist-info/WHEEL,,\\nstand_in-1.0.dist-info/RECORD,,\\n')
`;

export async function serveWheel(folder: string): Promise<WheelServer> {
  const path = join(folder, wheelName);
  execFileSync('python3', ['-c', build, path]);
  const bytes = readFileSync(path);
  let asked = 0;
  const server = createServer((_, response) => {
    asked++;
    response.setHeader('cache-control', 'max-age=86400, public');
    response.setHeader('content-type', 'application/octet-stream');
    response.end(bytes);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${wheelName}`,
    asked: () => asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
