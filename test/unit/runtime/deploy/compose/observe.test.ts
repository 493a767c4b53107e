import { expect, it } from 'vitest';
import { containersIn, containersTold } from '../../../../../src/runtime/deploy/compose/observe.ts';

const container = (State: object, RestartCount = 0): string =>
  JSON.stringify([
    {
      Id: 'abc',
      Name: '/p_a_1',
      RestartCount,
      State,
      Config: { Labels: { 'headgate.dev/moniker': '/a', 'com.docker.compose.service': 'a' } },
    },
  ]);

it.each([
  [{ Status: 'created' }, 'starting', null],
  [{ Status: 'running', ExitCode: 0 }, 'ready', null],
  [{ Status: 'running', Health: { Status: 'starting' } }, 'starting', null],
  [{ Status: 'running', Health: { Status: 'healthy' } }, 'ready', null],
  [{ Status: 'restarting', ExitCode: 2 }, 'waiting', 2],
  [{ Status: 'exited', ExitCode: 0 }, 'ended', 0],
  [{ Status: 'exited', ExitCode: 9 }, 'ended', 9],
])('%j is %s', (state, expected, code) => {
  expect(containersIn(container(state))[0]).toMatchObject({
    moniker: '/a',
    service: 'a',
    name: 'p_a_1',
    instance: 'abc',
    state: expected,
    code,
  });
});

it('one that does not open its ports says so', () => {
  expect(containersIn(container({ Status: 'running', Health: { Status: 'unhealthy' } }))[0]).toMatchObject({
    state: 'starting',
    fault: 'it does not listen on its ports',
  });
});

it.each([
  ['created', '0001-01-01T00:00:00Z', 0, []],
  ['running', '2030-01-01T00:00:00Z', 2, [{ id: 'abc/2', isOver: false }]],
  // Docker has counted the restart that is to come.
  ['restarting', '2030-01-01T00:00:00Z', 3, [{ id: 'abc/2', isOver: true }]],
  ['exited', '2030-01-01T00:00:00Z', 3, [{ id: 'abc/3', isOver: true }]],
])('of one that is %s speaks who has begun', (Status, StartedAt, restarts, lives) => {
  expect(containersIn(container({ Status, StartedAt }, restarts))[0]?.lives).toEqual(lives);
});

const up = container({ Status: 'running' });
const gone = (id: string): string => `Error response from daemon: No such container: ${id}\n`;
const away = 'Cannot connect to the Docker daemon at unix:///run/docker.sock. Is the docker daemon running?\n';

it.each([
  ['all are there', { code: 0, stdout: up, stderr: '' }, ['/a']],
  ['one went away', { code: 1, stdout: up, stderr: gone('b') }, ['/a']],
  ['all went away', { code: 1, stdout: '[]\n', stderr: gone('a') + gone('b') }, []],
  ['an older docker says so', { code: 1, stdout: '[]\n', stderr: 'Error: No such object: a\n' }, []],
  ['the engine went away', { code: 1, stdout: '[]\n', stderr: away }, undefined],
  ['it went away after one of them', { code: 1, stdout: up, stderr: gone('b') + away }, undefined],
  ['it did not answer in time', { code: null, stdout: '', stderr: '' }, undefined],
  ['it was ended in the middle', { code: null, stdout: '[]', stderr: '' }, undefined],
  ['the answer is not JSON', { code: 0, stdout: '[{', stderr: '' }, undefined],
])('containers are told where %s', (_, called, expected) => {
  expect(containersTold(called)?.map(({ moniker }) => moniker)).toEqual(expected);
});
