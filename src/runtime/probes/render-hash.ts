/**
 * Draws a page of an export in a browser. It passes when two captures of one session agree, and show what they are expected to show.
 */
import { stripVTControlCharacters } from 'node:util';
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import type { RenderHashProbe } from '../../ir/plan-probe-schema.ts';
import type { Executed } from '../../ports/execution.ts';
import { type Browser, findBrowser, flags } from './browser.ts';
import { bounds, executionDetails, notExited } from './ended.ts';
import { compare, decode, type Picture, pictureHash, sizeOf } from './pictures.ts';
import type { ProbeContext, ProbeResult, Prober } from './probe.ts';
import { type Rendered, type RenderOrder, rendererSource } from './renderer.ts';
import { keepText, oneLine, preview } from './text.ts';

const BUDGET_SECONDS = 60;
/** On the loopback of the browser's sandbox; a page sees it as its own. */
const PORT = 8000;
const DRIVER = '/probe/playwright-core';
/** Two pictures of the largest viewport; pages are smaller. */
const MOST_PICTURES = 256 * 1024 * 1024;

/** With the browser that a machine has. */
export const renderHash: Prober<RenderHashProbe> = (probe, context) => renderWith(findBrowser)(probe, context);

export const renderWith =
  (find: () => Browser | string): Prober<RenderHashProbe> =>
  async (probe, context) => {
    const golden = probe.golden === undefined ? undefined : await goldenOf(probe.golden, context);
    if (golden && 'summary' in golden) return golden;
    const browser = find();
    if (typeof browser === 'string') return nothing('deferred', browser);
    const { budgetSeconds = BUDGET_SECONDS } = probe;
    const executed = await execute(probe, browser, budgetSeconds, context);
    const seen: Seen = { ...(golden ? { golden } : {}), probe, executed, context };
    const what = `${probe.path} of the export \`${probe.export}\``;
    const broken = notExited(executed, `drawing ${what}`, budgetSeconds, context.redact);
    if (broken) return result(seen, undefined, broken);
    const rendered = renderedIn(executed);
    if (!rendered)
      return result(seen, undefined, {
        passed: null,
        outcome: 'error',
        summary: oneLine(`the browser did not draw ${what}: ${context.redact(last(executed))}`),
      });
    if ('failed' in rendered) {
      const isPage = rendered.failed === 'page';
      const why = oneLine(stripVTControlCharacters(context.redact(rendered.message)).split('\n')[0] ?? '');
      return result(seen, rendered, {
        passed: isPage ? false : null,
        outcome: isPage ? 'completed' : 'error',
        summary: oneLine(isPage ? `${what} cannot be drawn: ${why}` : `the browser does not run: ${why}`),
      });
    }
    return judge(seen, rendered, what);
  };

const nothing = (outcome: 'deferred' | 'error', summary: string): ProbeResult => ({
  passed: null,
  outcome,
  summary: oneLine(summary),
  details: {},
  blobs: {},
});

async function goldenOf(
  name: string,
  { file }: ProbeContext,
): Promise<{ readonly bytes: Uint8Array; readonly picture: Picture } | ProbeResult> {
  const bytes = await file(name);
  if (!bytes) return nothing('error', `the golden picture ${name} is not what it was when the plan was made`);
  const picture = decode(bytes);
  return picture ? { bytes, picture } : nothing('error', `the golden picture ${name} is not a PNG`);
}

function execute(
  { export: name, path, viewport, deviceScaleFactor = 1, waitFor }: RenderHashProbe,
  { program, driver, shown }: Browser,
  budgetSeconds: number,
  { place, signal }: ProbeContext,
): Promise<Executed> {
  const [width = 0, height = 0] = viewport;
  const order: RenderOrder = {
    driver: DRIVER,
    program,
    flags,
    url: `http://127.0.0.1:${PORT}${path}`,
    width,
    height,
    deviceScaleFactor,
    waitFor: waitFor ?? null,
    timeoutMs: budgetSeconds * 1_000,
  };
  return place.execute(`exports.${name}`, {
    argv: ['node', '-'],
    stdin: Buffer.from(rendererSource),
    env: { HEADGATE_RENDER: JSON.stringify(order), TZ: 'UTC', LANG: 'C.UTF-8' },
    shown: { ...shown, [DRIVER]: driver },
    reaches: [{ export: name, port: PORT }],
    ...bounds(budgetSeconds),
    mostOutputBytes: MOST_PICTURES,
    signal,
  });
}

/** Undefined for what the renderer did not write. */
function renderedIn({ stdout, code }: Executed): Rendered | undefined {
  if (code !== 0) return undefined;
  try {
    const value = JSON.parse(Buffer.from(stdout.bytes).toString('utf8')) as JsonValue;
    return isObject(value) ? (value as unknown as Rendered) : undefined;
  } catch {
    return undefined;
  }
}

const last = ({ stderr, code }: Executed): string =>
  Buffer.from(stderr.bytes).toString('utf8').trim().split('\n').at(-1) || `status ${code}`;

interface Seen {
  readonly golden?: { readonly bytes: Uint8Array; readonly picture: Picture };
  readonly probe: RenderHashProbe;
  readonly executed: Executed;
  readonly context: ProbeContext;
}

function judge(
  seen: Seen,
  rendered: Extract<Rendered, { readonly captures: readonly string[] }>,
  what: string,
): ProbeResult {
  const { golden, probe, context } = seen;
  const [first, second] = rendered.captures.map((capture) => Buffer.from(capture, 'base64'));
  const [picture, again] = [first && decode(first), second && decode(second)];
  if (!first || !second || !picture || !again)
    return result(seen, rendered, { passed: null, outcome: 'error', summary: `the browser drew nothing of ${what}` });
  const hash = pictureHash(picture);
  const blobs: Record<string, string> = {
    screenshot: context.keep(first),
    ...(golden ? { golden: context.keep(golden.bytes) } : {}),
  };
  const said = (
    passed: boolean | null,
    outcome: ProbeResult['outcome'],
    summary: string,
    more: JsonObject = {},
  ): ProbeResult =>
    result(seen, rendered, { passed, outcome, summary: oneLine(`${what}: ${summary}`) }, blobs, {
      hash,
      size: sizeOf(picture),
      status: rendered.status,
      ...more,
    });
  if (hash !== pictureHash(again)) {
    blobs['screenshot2'] = context.keep(second);
    const differs = sameSize(picture, again) ? compare(picture, again) : undefined;
    if (differs) blobs['difference'] = context.keep(differs.picture);
    const count = differs ? `${differs.differing} pixels` : 'their size';
    return said(null, 'unstable', `two captures in one session differ in ${count}${seeing(blobs['difference'])}`);
  }
  if (rendered.status >= 400) return said(false, 'completed', `the page has the status ${rendered.status}`);
  if (!golden) {
    const passed = hash === probe.hash;
    return said(
      passed,
      'completed',
      passed ? 'looks as expected' : `its digest is ${hash}${seeing(blobs['screenshot'])}`,
      {
        expected: probe.hash ?? '',
      },
    );
  }
  const expected = { expected: pictureHash(golden.picture), expectedSize: sizeOf(golden.picture) };
  if (!sameSize(picture, golden.picture)) {
    const sizes = `it is ${sizeOf(picture)} pixels, and the golden picture is ${sizeOf(golden.picture)}`;
    return said(false, 'completed', `${sizes}${seeing(blobs['screenshot'])}`, expected);
  }
  const { differing, picture: difference } = compare(golden.picture, picture);
  const { maxDifferingPixels } = probe;
  const passed = differing <= maxDifferingPixels;
  if (differing > 0) blobs['difference'] = context.keep(difference);
  const counted = `${differing} of ${picture.width * picture.height} pixels differ`;
  const why =
    differing === 0
      ? 'looks as expected'
      : passed
        ? `${counted}, which may be`
        : `${counted}, and ${maxDifferingPixels} may${seeing(blobs['difference'])}`;
  return said(passed, 'completed', why, { ...expected, differingPixels: differing });
}

/** Where people find it. */
const seeing = (digest: string | undefined): string => (digest === undefined ? '' : `; see ${inStateFolder(digest)}`);
const inStateFolder = (digest: string): string => digest.replace(/^sha256:(..)/, 'store/sha256/$1/');

const sameSize = (a: Picture, b: Picture): boolean => a.width === b.width && a.height === b.height;

/** With how it was drawn, which says what the picture is worth. */
function result(
  { executed, context }: Seen,
  rendered: Rendered | undefined,
  judged: Pick<ProbeResult, 'passed' | 'outcome' | 'summary'>,
  blobs: Readonly<Record<string, string>> = {},
  details: JsonObject = {},
): ProbeResult {
  const stderr = keepText(executed.stderr, context);
  return {
    ...judged,
    details: {
      ...details,
      pictures: Object.fromEntries(Object.entries(blobs).map(([name, digest]) => [name, inStateFolder(digest)])),
      browser: rendered?.version ?? null,
      flags: [...flags],
      consoleErrors: (rendered?.console ?? []).map((line) => preview(context.redact(String(line)))['preview'] ?? ''),
      ...executionDetails(executed),
      stderr: stderr.details,
    },
    blobs: { ...blobs, stderr: stderr.blob },
  };
}
