import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findEngine, socketOf } from '../../../../src/adapters/docker/find-engine.ts';
import { startFakeEngine } from '../../../support/run/fake-engine.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

describe('the engine that is spoken to', () => {
  it('is that of DOCKER_HOST, then that of the user, then that of the machine', async () => {
    expect(socketOf({ DOCKER_HOST: 'unix:///a/b.sock', XDG_RUNTIME_DIR: temp.path })).toEqual({ path: '/a/b.sock' });
    expect(socketOf({ XDG_RUNTIME_DIR: temp.path })).toEqual({ path: '/var/run/docker.sock' });
    const fake = await startFakeEngine(temp.path, 'docker.sock');
    expect(socketOf({ DOCKER_HOST: '', XDG_RUNTIME_DIR: temp.path })).toEqual({ path: fake.path });
    expect(await findEngine({ XDG_RUNTIME_DIR: temp.path })).toMatchObject({
      version: '99.1',
      api: '1.41',
      rootless: false,
      seccomp: true,
    });
    await fake.close();
  });

  it.each(['tcp://127.0.0.1:2375', 'ssh://host', 'unix://relative', 'npipe:////./pipe/docker'])(
    'is none of another machine: %s',
    (host) => {
      expect(socketOf({ DOCKER_HOST: host })).toMatchObject({
        code: 'docker_unavailable',
        message: expect.stringContaining(host),
      });
    },
  );

  it('is named where nobody answers', async () => {
    const found = await findEngine({ DOCKER_HOST: `unix://${join(temp.path, 'none.sock')}` });
    expect(found).toMatchObject({
      code: 'docker_unavailable',
      message: expect.stringContaining('there is no such socket'),
    });
  });

  const answering = async (name: string, version: object, info: object): Promise<object> => {
    const server = createServer((request, response) =>
      response.end(JSON.stringify(request.url?.endsWith('/version') ? version : info)),
    );
    const path = join(temp.path, name);
    await new Promise<void>((done) => server.listen(path, done));
    const found = await findEngine({ DOCKER_HOST: `unix://${path}` });
    server.close();
    server.closeAllConnections();
    return found;
  };
  it.each([
    ['1.30', '1.12', '1.30'],
    ['1.52', '1.44', '1.44'],
    ['1.41', '1.12', '1.41'],
    ['1.52', '1.24', '1.41'],
  ])('is spoken to in a version that it knows: %s, at least %s', async (ApiVersion, MinAPIVersion, api) => {
    expect(
      await answering(`v${ApiVersion}-${MinAPIVersion}.sock`, { ApiVersion, MinAPIVersion }, { SecurityOptions: [] }),
    ).toMatchObject({ api, seccomp: false });
  });

  it('may be rootless, and is none that gives its containers other users', async () => {
    const version = { ApiVersion: '1.41', MinAPIVersion: '1.12' };
    const seccomp = 'name=seccomp,profile=default';
    expect(await answering('a.sock', version, { SecurityOptions: [seccomp, 'name=rootless'] })).toMatchObject({
      rootless: true,
      seccomp: true,
    });
    expect(await answering('b.sock', version, { SecurityOptions: [seccomp, 'name=userns'] })).toMatchObject({
      code: 'docker_unavailable',
      message: expect.stringContaining('userns-remap'),
    });
    expect(await answering('c.sock', version, { SecurityOptions: ['name=seccomp,profile=unconfined'] })).toMatchObject({
      seccomp: false,
    });
    expect(await answering('d.sock', version, { OSType: 'windows' })).toMatchObject({ code: 'docker_unavailable' });
  });
});
