import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

/** Without a window, Chromium takes 40% less CPU time as its headless shell. */
const CHROMIUM =
  process.env['CHROMIUM_PATH'] ??
  ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find((path) => existsSync(path)) ??
  '/usr/bin/chromium';
const present = existsSync(CHROMIUM);
/** Longer than a load and a start of the browser take on a busy, slow machine; the tests have longer limits. */
const PAGE_MS = 240_000;
const AXE = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');
// The gate requires a browser. On a user's machine the suites report that they were skipped.
if (!present && process.env['CI'] !== 'true') {
  process.stderr.write(`SKIPPED: the browser tests; there is no Chromium at ${CHROMIUM}; set CHROMIUM_PATH\n`);
}
export const inBrowser = present || process.env['CI'] === 'true' ? describe : describe.skip;

export async function launch(): Promise<Browser> {
  return await chromium.launch({
    executablePath: CHROMIUM,
    timeout: PAGE_MS,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  });
}

/**
 * Opens a page and collects its problems: console errors, warnings, requests to other hosts, and pictures that shift
 * the layout. Without `MOVING` the page has no animations: axe measures the contrast of what is drawn now, and an
 * animation takes CPU time.
 */
export async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage({
    ...{ locale: 'zh-CN', viewport: { width: 1_280, height: 860 }, reducedMotion: 'reduce' as const },
    ...options,
  });
  page.setDefaultTimeout(PAGE_MS);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(address) && !/^(data|blob):/.test(request.url()))
      complaints.push(`requested ${request.url()}`);
  });
  await page.addInitScript(() => {
    const sum = { value: 0 };
    (globalThis as unknown as { layoutShift: typeof sum }).layoutShift = sum;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as unknown as { value: number; hadRecentInput: boolean }[])
        if (!entry.hadRecentInput) sum.value += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  return { page, complaints };
}

/**
 * One page for the tests of a suite that need no other options. Its process has the scripts compiled and the files in
 * its cache, so a test takes a third of the CPU time that it takes on a new page.
 */
export class PageOfSuite {
  private kept: { page: Page; complaints: string[]; address: string } | undefined;

  /** The page of the test before, as a new one: without history and stored values. */
  async open(browser: Browser, address: string): Promise<{ page: Page; complaints: string[] }> {
    if (!this.kept || this.kept.page.isClosed()) this.kept = { ...(await openPage(browser, address)), address };
    return this.kept;
  }

  /** Closes a page that is not the one of the suite. */
  async leave(page: Page): Promise<void> {
    const { kept } = this;
    if (page.isClosed()) return;
    if (page !== kept?.page) return await page.close();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    // A document of the same origin without scripts: the process stays.
    await page.mouse.move(0, 0);
    await page.goto(`${kept.address}/healthz`);
    await page.evaluate(() => {
      localStorage.clear();
      sessionStorage.clear();
    });
    await page.context().clearCookies();
    await page.context().clearPermissions();
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Page.resetNavigationHistory');
    await cdp.detach();
    kept.complaints.length = 0;
  }
}

/** For `openPage`: a page with its animations. */
export const MOVING = { reducedMotion: 'no-preference' } as const;

/** The layout shift score as the browser measures it. */
export async function layoutShift(page: Page): Promise<number> {
  return await page.evaluate(() => (globalThis as unknown as { layoutShift: { value: number } }).layoutShift.value);
}

/** The violations of WCAG 2.2 AA that axe finds: the rule and the elements. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  // In the middle of a fade the contrast of a text is not yet its own. Animations without an end cannot be finished.
  await page.evaluate(() => {
    for (const animation of document.getAnimations()) {
      const { endTime } = animation.effect?.getComputedTiming() ?? {};
      if (endTime !== undefined && endTime !== Infinity) animation.finish();
    }
  });
  // A document keeps axe for its next check.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  return await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(
          options: object,
        ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
      };
    };
    // Without reports of elements without a violation, selectors, and style sheets, which only an experimental rule
    // reads.
    const { violations } = await axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      ...{ resultTypes: ['violations'], selectors: false, preload: false },
    });
    return violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map((node) => `${node.html.slice(0, 120)} (${node.failureSummary})`).join(' | ')}`,
    );
  });
}

/** Drops files on the page, as from the desktop. */
export async function dropFiles(page: Page, files: readonly { name: string; bytes: Buffer }[]): Promise<void> {
  const data = await page.evaluateHandle(
    (given) => {
      const transfer = new DataTransfer();
      for (const { name, base64 } of given) {
        const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
        const type = name.endsWith('.png') ? 'image/png' : name.endsWith('.jpg') ? 'image/jpeg' : 'text/plain';
        transfer.items.add(new File([bytes], name, { type }));
      }
      return transfer;
    },
    files.map(({ name, bytes }) => ({ name, base64: bytes.toString('base64') })),
  );
  // A page that is not drawn yet takes no files.
  await page.locator('header').first().waitFor();
  for (const type of ['dragover', 'drop']) await page.dispatchEvent('body', type, { dataTransfer: data });
}
