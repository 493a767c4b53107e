import { expect, it } from 'vitest';
import { containersIn } from '../../../../../src/runtime/deploy/compose/observe.ts';

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
