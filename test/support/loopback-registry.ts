/** A registry of packages on the loopback interface, which has what is installed here: an installation without a network. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface LoopbackRegistry {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** npm asks for the description of a package first, and for its archive then. */
export async function openRegistry(modules: string): Promise<LoopbackRegistry> {
  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').replace(/^\//, '');
    const archive = path.endsWith('.tgz');
    const name = archive ? path.slice(0, -'.tgz'.length) : path;
    const folder = join(modules, name);
    if (!/^(?:@[\w.-]+\/)?[\w.-]+$/.test(name) || !existsSync(join(folder, 'package.json'))) {
      response.writeHead(404).end('{}');
      return;
    }
    if (archive) {
      pack(folder).then(
        (bytes) => response.end(bytes),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
      return;
    }
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly version: string };
    const { port } = server.address() as AddressInfo;
    const dist = { tarball: `http://127.0.0.1:${port}/${name}.tgz` };
    const versions = { [manifest.version]: { ...manifest, dist } };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ name, 'dist-tags': { latest: manifest.version }, versions }));
  });
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

function pack(folder: string): Promise<Buffer> {
  const args = ['-cz', '--exclude=./node_modules', '--transform=s,^\\./,package/,', '-C', folder, './'];
  return new Promise((done, fail) => {
    execFile('tar', args, { encoding: 'buffer', maxBuffer: 1 << 30 }, (error, stdout) =>
      error ? fail(error) : done(stdout),
    );
  });
}
