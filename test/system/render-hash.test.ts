/** Pages that are drawn by a real browser, in a sandbox. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RenderHashProbe } from '../../src/ir/plan-probe-schema.ts';
import { findBrowser } from '../../src/runtime/probes/browser.ts';
import type { ProbeContext, ProbeResult } from '../../src/runtime/probes/probe.ts';
import { renderHash, renderWith } from '../../src/runtime/probes/render-hash.ts';
import { page, pages } from '../support/run/pages.ts';
import { openProbePlace, type ProbePlace } from '../support/run/probe-place.ts';
import { scenarioOf } from '../support/run/scenarios.ts';

let place: ProbePlace;
beforeAll(async () => {
  const { 'scenario.json': scenario = '', ...files } = scenarioOf({ web: pages() }, { exports: { ui: '#web.http' } });
  place = await openProbePlace({ files: { ...files, 'scenario.yaml': scenario, 'page.html': page('#0a0') } });
});
afterAll(async () => {
  await place.close();
});

const probe = (more: Partial<RenderHashProbe> = {}): RenderHashProbe => ({
  kind: 'render_hash',
  required: true,
  export: 'ui',
  path: '/',
  viewport: [200, 120],
  maxDifferingPixels: 0,
  ...more,
});

const none = `sha256:${'0'.repeat(64)}`;
const draw = (more: Partial<RenderHashProbe> = {}, context: Partial<ProbeContext> = {}): Promise<ProbeResult> =>
  renderHash(probe(more), place.context(context));
const lay = (name: string, bytes: Buffer | string): void => writeFileSync(join(place.folder, name), bytes);
const blob = (found: ProbeResult, name: string): PNG => PNG.sync.read(place.kept(found.blobs[name]));
const pixel = (png: PNG, x: number, y: number): readonly number[] => [
  ...png.data.subarray((y * png.width + x) * 4, (y * png.width + x) * 4 + 4),
];
const solid = (width: number, height: number): Buffer => PNG.sync.write(new PNG({ width, height }));

describe('a page that looks as its golden picture', () => {
  let first: ProbeResult;
  beforeAll(async () => {
    first = await draw({ hash: none });
    lay('golden.png', place.kept(first.blobs['screenshot']));
  });

  it('is drawn as it is: shapes and words, at the size of the viewport', () => {
    const png = blob(first, 'screenshot');
    expect([png.width, png.height]).toEqual([200, 120]);
    expect([pixel(png, 5, 5), pixel(png, 39, 29), pixel(png, 41, 5), pixel(png, 199, 119)]).toEqual([
      [0, 170, 0, 255],
      [0, 170, 0, 255],
      [255, 255, 255, 255],
      [255, 255, 255, 255],
    ]);
    const dark = Array.from({ length: 200 * 90 }, (_, at) => pixel(png, at % 200, 30 + Math.floor(at / 200))).filter(
      ([red = 255]) => red < 100,
    );
    expect(dark.length).toBeGreaterThan(50);
  });

  it('passes, with a golden picture and with its digest, and says what it was drawn with', async () => {
    const found = await draw({ golden: 'golden.png' });
    expect(found).toMatchObject({
      passed: true,
      outcome: 'completed',
      summary: '/ of the export `ui`: looks as expected',
    });
    expect(found.details).toMatchObject({
      browser: expect.stringMatching(/^\d+\./),
      differingPixels: 0,
      consoleErrors: [],
      size: '200×120',
    });
    expect(found.details['flags']).toEqual(
      expect.arrayContaining([
        '--font-render-hinting=none',
        '--disable-lcd-text',
        '--force-color-profile=srgb',
        '--disable-font-subpixel-positioning',
      ]),
    );
    expect(found.details['hash']).toBe(first.details['hash']);
    expect(Object.keys(found.blobs).sort()).toEqual(['golden', 'screenshot', 'stderr']);
    expect(await draw({ hash: String(first.details['hash']) })).toMatchObject({ passed: true, outcome: 'completed' });
    expect(first).toMatchObject({ passed: false, outcome: 'completed' });
  });

  it('is the same picture in a file of another encoder: pixels count, not bytes', async () => {
    const png = PNG.sync.read(place.kept(first.blobs['screenshot']));
    const other = PNG.sync.write(png, { deflateLevel: 1, filterType: 0 });
    expect(other.equals(place.kept(first.blobs['screenshot']))).toBe(false);
    lay('other.png', other);
    expect(await draw({ golden: 'other.png' })).toMatchObject({
      passed: true,
      details: { hash: first.details['hash'] },
    });
  });

  it('fails when one colour is another: pixels are counted, and the difference is a picture', async () => {
    lay('page.html', page('#0b0'));
    try {
      const found = await draw({ golden: 'golden.png' });
      expect(found).toMatchObject({ passed: false, outcome: 'completed', details: { differingPixels: 1200 } });
      const path = String(found.blobs['difference']).replace(/^sha256:(..)/, 'store/sha256/$1/');
      expect(found.summary).toBe(`/ of the export \`ui\`: 1200 of 24000 pixels differ, and 0 may; see ${path}`);
      expect(found.details['pictures']).toHaveProperty('difference', path);
      const difference = blob(found, 'difference');
      expect([difference.width, pixel(difference, 5, 5), pixel(difference, 199, 119)]).toEqual([
        200,
        [255, 0, 0, 255],
        [255, 255, 255, 255],
      ]);
      expect(place.kept(found.blobs['golden']).equals(place.kept(first.blobs['screenshot']))).toBe(true);
      expect(await draw({ golden: 'golden.png', maxDifferingPixels: 1199 })).toMatchObject({ passed: false });
      expect(await draw({ golden: 'golden.png', maxDifferingPixels: 1200 })).toMatchObject({
        passed: true,
        summary: '/ of the export `ui`: 1200 of 24000 pixels differ, which may be',
      });
    } finally {
      lay('page.html', page('#0a0'));
    }
  });

  it('fails with a golden picture of another size, and says so', async () => {
    lay('small.png', solid(100, 120));
    expect(await draw({ golden: 'small.png' })).toMatchObject({
      passed: false,
      outcome: 'completed',
      summary: expect.stringMatching(
        /^\/ of the export `ui`: it is 200×120 pixels, and the golden picture is 100×120; see store\/sha256\//,
      ),
    });
  });
});

describe('a page that cannot be assessed', () => {
  it.each(['/random', '/clock'])('does not draw the same twice: %s', async (path) => {
    const found = await draw({ path, hash: none });
    expect(found).toMatchObject({ passed: null, outcome: 'unstable' });
    expect(found.summary).toMatch(/two captures in one session differ in 24000 pixels/);
    expect(Object.keys(found.blobs).sort()).toEqual(['difference', 'screenshot', 'screenshot2', 'stderr']);
  });

  it('has a golden picture that is none, is damaged, or is another than the plan knew', async () => {
    lay('text.png', 'hello');
    const whole = solid(10, 10);
    lay('cut.png', whole.subarray(0, whole.length - 20));
    for (const golden of ['text.png', 'cut.png'])
      expect(await draw({ golden })).toMatchObject({
        passed: null,
        outcome: 'error',
        summary: `the golden picture ${golden} is not a PNG`,
      });
    expect(await draw({ golden: 'missing.png' })).toMatchObject({
      passed: null,
      outcome: 'error',
      summary: expect.stringMatching(/missing\.png is not what it was/),
    });
  });

  it('is on a machine without a browser: that is never a pass', async () => {
    const missing = renderWith(() => 'chromium is not installed');
    expect(await missing(probe({ hash: none }), place.context())).toMatchObject({
      passed: null,
      outcome: 'deferred',
      summary: 'chromium is not installed',
    });
  });

  it('has a browser that does not run', async () => {
    const browser = findBrowser();
    if (typeof browser === 'string') throw new Error(browser);
    const broken = renderWith(() => ({ ...browser, program: '/bin/false' }));
    expect(await broken(probe({ hash: none }), place.context())).toMatchObject({ passed: null, outcome: 'error' });
  });

  it('is of a run that ends meanwhile', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 500);
    expect(await draw({ path: '/hang', hash: none }, { signal: stop.signal })).toMatchObject({
      passed: null,
      outcome: 'cancelled',
    });
  });
});

describe('a page that is wrong', () => {
  it('takes longer than it may', async () => {
    expect(await draw({ path: '/hang', hash: none, budgetSeconds: 4 })).toMatchObject({
      passed: false,
      outcome: expect.stringMatching(/timeout|completed/),
    });
  });

  it('is not there', async () => {
    expect(await draw({ path: '/nothing', hash: none })).toMatchObject({
      passed: false,
      outcome: 'completed',
      summary: expect.stringMatching(/status 404/),
    });
  });

  it('lacks what is waited for', async () => {
    expect(await draw({ waitFor: '#never', hash: none, budgetSeconds: 10 })).toMatchObject({ passed: false });
  });
});

describe('a page is drawn', () => {
  it('when what is waited for is there, in the density that was asked for', async () => {
    const found = await draw({ path: '/slow', waitFor: '#app', hash: none, deviceScaleFactor: 2 });
    const png = blob(found, 'screenshot');
    expect([png.width, png.height, pixel(png, 30, 30)]).toEqual([400, 240, [255, 0, 0, 255]]);
  });

  it('without animations and without a caret', async () => {
    const found = await draw({ path: '/animated', hash: none });
    expect(found.outcome).toBe('completed');
  });

  it('in one time zone and one language, with what went wrong in it told', async () => {
    const errors = async (path: string): Promise<unknown> =>
      (await draw({ path, hash: none })).details['consoleErrors'];
    expect(await errors('/where')).toEqual(['UTC en-US 1 200 120', 'UTC en-US 1 200 120']);
    expect(await errors('/errors')).toEqual(['it went wrong: 42', 'thrown', 'it went wrong: 42', 'thrown']);
    expect(await errors('/out')).toEqual(expect.arrayContaining([expect.stringMatching(/out: Failed to fetch/)]));
  });
});
