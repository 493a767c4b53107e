/** What is given to whatever is started in the place of a component: its program, and each probe of it. */
import { describe, expect, it } from 'vitest';
import type { LocalComponent } from '../../../../../src/runtime/environments/local/component.ts';
import { givenTo, usualLimits } from '../../../../../src/runtime/environments/local/given.ts';
import type { ProfilePlace } from '../../../../../src/runtime/environments/local/profile-place.ts';
import type { LaidStorage } from '../../../../../src/runtime/environments/local/storage.ts';
import type { Ways } from '../../../../../src/runtime/environments/local/ways.ts';

const ways = {} as Ways;
const storage: LaidStorage = { binds: [], scratch: [], metered: [], sized: [] };
const nothing: ProfilePlace = { env: {}, defaults: {}, shown: new Map(), tools: [], measured: {} };
const component = (more: Partial<LocalComponent> = {}): LocalComponent =>
  ({ moniker: '/a', env: {}, files: [], slots: [], ports: [], egress: null, budget: {}, ...more }) as LocalComponent;

describe('variables', () => {
  it('of a manifest count more than defaults of a profile, and less than names of headgate', () => {
    const env = { npm_config_cache: 'mine', HEADGATE_WORKER: 'mine', OWN: '1' };
    const profile: ProfilePlace = {
      ...nothing,
      env: { HEADGATE_WORKER: 'w1' },
      defaults: { npm_config_cache: '/cache', PIP_CACHE_DIR: '/cache' },
    };
    expect(givenTo(component({ env }), ways, storage, profile).env).toEqual({
      npm_config_cache: 'mine',
      PIP_CACHE_DIR: '/cache',
      HEADGATE_WORKER: 'w1',
      OWN: '1',
    });
  });
});

it('what a profile shows, its tools and its cache are there', () => {
  const shown = new Map([['/run/headgate/guidance', '/x/guidance']]);
  const cache = { source: '/x/cache', target: '/cache', bytes: 5 };
  const given = givenTo(component(), ways, storage, { ...nothing, shown, tools: ['chromium'], cache });
  expect(given).toMatchObject({ shown, tools: ['chromium'], cache });
  expect(givenTo(component(), ways, storage, nothing)).not.toHaveProperty('cache');
});

describe('limits', () => {
  const limits = (budget: LocalComponent['budget'], profile?: LocalComponent['profile']) =>
    givenTo(component({ budget, ...(profile ? { profile } : {}) }), ways, storage, nothing).limits;

  it('are the usual ones where nothing is said', () => expect(limits({})).toEqual(usualLimits));

  it('are those that were said', () => {
    expect(limits({ cpuSeconds: 3, memoryMiB: 2, processes: 4, diskBytes: 100 })).toEqual({
      ...usualLimits,
      cpuSeconds: 3,
      totalBytes: 2 * 1024 * 1024,
      processes: 4,
      fileBytes: 100,
      tmpBytes: 100,
    });
  });

  it('let one process be as large as all of them may be, where a sandbox by name says so', () => {
    const memoryMiB = 1024 * 1024;
    const wide = { sandbox: { name: 's', memoryMiB } } as unknown as NonNullable<LocalComponent['profile']>;
    expect(limits({ memoryMiB }, wide).dataBytes).toBe(memoryMiB * 1024 * 1024);
    expect(limits({ memoryMiB }).dataBytes).toBe(usualLimits.dataBytes);
  });
});
