import { describe, expect, it } from 'vitest';
import { guidanceOf, standingGuidance } from '../../../../src/plan/profiles/guidance.ts';
import { type ProfileOf, profileOf, undeclared } from '../../../../src/plan/profiles/profile-of.ts';
import { profileVariables } from '../../../../src/plan/profiles/variables.ts';

const of = (more: Partial<ProfileOf['profile']> = {}): ProfileOf => ({
  name: 'p',
  profile: { ...undeclared, ...more },
});

describe('000-7 variables', () => {
  it('say the mode and the guidance for every declared profile, and nothing that is not there', () => {
    expect(profileVariables(of(), { guidance: '/g' })).toEqual({
      HEADGATE_RUNTIME_MODE: 'default',
      HEADGATE_GUIDANCE: '/g',
    });
    expect(profileVariables(of({ worker: { capabilities: [] } }), { guidance: '/g' })).not.toHaveProperty(
      'HEADGATE_CAPABILITIES',
    );
  });

  it('point npm, pip and XDG programs at the cache', () => {
    expect(profileVariables(of(), { guidance: '/g', cache: '/c' })).toMatchObject({
      HEADGATE_CACHE: '/c',
      npm_config_cache: '/c/npm',
      PIP_CACHE_DIR: '/c/pip',
      XDG_CACHE_HOME: '/c/xdg',
    });
  });
});

describe('000-4 guidance', () => {
  it('has the standing text in front in evidence mode alone', () => {
    const evidence = { runtime: { mode: 'evidence' } } as const;
    expect(guidanceOf(of())).toBe('');
    expect(guidanceOf(of({ guidance: 'a' }))).toBe('a\n');
    expect(guidanceOf(of(evidence))).toBe(standingGuidance);
    expect(guidanceOf(of({ ...evidence, guidance: 'a\n' }))).toBe(`${standingGuidance}\na\n`);
  });
});

describe('the profile of a component', () => {
  const profiles = { default: undeclared, p: { ...undeclared, sandbox: { mode: 'ref', ref: 's' } } } as const;
  const runtime = { components: { '/a': { profile: 'p' }, '/b': {} }, profiles, sandboxes: { s: { processes: 3 } } };

  it('is the one that it names, else `default`, with the sandbox that it names', () => {
    expect(profileOf('/a', runtime)).toEqual({ name: 'p', profile: profiles.p, sandbox: { name: 's', processes: 3 } });
    for (const moniker of ['/b', '/c']) expect(profileOf(moniker, runtime)?.name).toBe('default');
  });

  it('000-3,12 is none in a plan that knows of no profiles', () => {
    expect(profileOf('/a', undefined)).toBeUndefined();
    expect(profileOf('/a', { components: { '/a': {} } })).toBeUndefined();
    expect(undeclared.runtime.mode).toBe('default');
  });
});
