/**
 * Draws a page twice. It runs in a sandbox, as one plain script made of the text of the function below, which may call nothing else of
 * this file and of no other. What it says is said by the sandbox.
 */

export interface RenderOrder {
  /** Folder of the package, inside. */
  readonly driver: string;
  readonly program: string;
  readonly flags: readonly string[];
  readonly url: string;
  readonly width: number;
  readonly height: number;
  readonly deviceScaleFactor: number;
  readonly waitFor: string | null;
  readonly timeoutMs: number;
}

/** One line of JSON on standard output. */
export type Rendered =
  | {
      readonly version: string;
      /** Of HTTP. */
      readonly status: number;
      /** PNG, in base64. */
      readonly captures: readonly string[];
      readonly console: readonly string[];
    }
  | {
      readonly version?: string;
      /** Whether it was the page that could not be drawn, or the browser that does not draw. */
      readonly failed: 'page' | 'browser';
      readonly message: string;
      readonly console: readonly string[];
    };

/** As far as it is used. */
interface Page {
  readonly on: (event: string, heard: (told: Told) => void) => void;
  readonly goto: (url: string, options: object) => Promise<{ readonly status: () => number } | null>;
  readonly waitForSelector: (selector: string, options: object) => Promise<unknown>;
  readonly evaluate: (script: string) => Promise<unknown>;
  readonly screenshot: (options: object) => Promise<Uint8Array>;
}
interface Told {
  readonly type?: () => string;
  readonly text?: () => string;
  readonly location?: () => { readonly url: string };
  readonly message?: string;
}
interface Driver {
  readonly chromium: {
    readonly launch: (options: object) => Promise<{
      readonly version: () => string;
      readonly close: () => Promise<void>;
      readonly newContext: (options: object) => Promise<{ readonly newPage: () => Promise<Page> }>;
    }>;
  };
}

async function draw(order: RenderOrder, driver: Driver): Promise<Rendered> {
  const said: string[] = [];
  const say = (text: string): void => {
    if (said.length < 50) said.push(text.slice(0, 65_536));
  };
  let version: string | undefined;
  let failed: 'page' | 'browser' = 'browser';
  try {
    const browser = await driver.chromium.launch({
      executablePath: order.program,
      args: order.flags,
      timeout: order.timeoutMs,
    });
    version = browser.version();
    const context = await browser.newContext({
      viewport: { width: order.width, height: order.height },
      deviceScaleFactor: order.deviceScaleFactor,
      locale: 'en-US',
      timezoneId: 'UTC',
      colorScheme: 'light',
      reducedMotion: 'reduce',
      serviceWorkers: 'block',
    });
    const page = await context.newPage();
    page.on('console', (told) => {
      // The browser asks for an icon that no page has named.
      const isAsked = !told.location?.().url.endsWith('/favicon.ico');
      if (told.type?.() === 'error' && isAsked) say(told.text?.() ?? '');
    });
    page.on('pageerror', (told) => say(String(told.message ?? told)));
    const captures: string[] = [];
    let status = 0;
    failed = 'page';
    for (let times = 0; times < 2; times++) {
      // Loaded anew: what is drawn once by chance is drawn otherwise now.
      const answer = await page.goto(order.url, { waitUntil: 'load', timeout: order.timeoutMs });
      status = answer === null ? 0 : answer.status();
      if (order.waitFor !== null) await page.waitForSelector(order.waitFor, { timeout: order.timeoutMs });
      await page.evaluate('document.fonts.ready.then(() => true)');
      const picture = await page.screenshot({
        type: 'png',
        animations: 'disabled',
        caret: 'hide',
        scale: 'device',
        timeout: order.timeoutMs,
      });
      captures.push(Buffer.from(picture).toString('base64'));
    }
    await browser.close();
    return { version, status, captures, console: said };
  } catch (error) {
    const message = String((error as Error).message ?? error).slice(0, 2000);
    return { ...(version === undefined ? {} : { version }), failed, message, console: said };
  }
}

/** The script itself: reads its order from the environment. */
export const rendererSource: string = [
  String(draw),
  "const order = JSON.parse(process.env['HEADGATE_RENDER']);",
  `${draw.name}(order, require(order.driver)).then((rendered) => {`,
  "  process.stdout.write(JSON.stringify(rendered) + '\\n', () => process.exit(0));",
  '});',
  '',
].join('\n');
