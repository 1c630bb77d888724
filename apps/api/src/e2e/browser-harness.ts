import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const present = existsSync(CHROMIUM);
// The gate requires a browser. On a user's machine the suites report that they were skipped.
if (!present && process.env['CI'] !== 'true') {
  process.stderr.write(`SKIPPED: the browser tests; there is no Chromium at ${CHROMIUM}; set CHROMIUM_PATH\n`);
}
export const inBrowser = present || process.env['CI'] === 'true' ? describe : describe.skip;

export async function launch(): Promise<Browser> {
  return await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  });
}

/**
 * Opens a page and collects its problems: console errors, warnings, requests to other hosts, and pictures that shift
 * the layout.
 */
export async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage({ locale: 'zh-CN', viewport: { width: 1_280, height: 860 }, ...options });
  // This is longer than a load takes on a busy machine; the time limits of the tests are longer.
  page.setDefaultTimeout(90_000);
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
  const source = await readFile(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  return await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(
          options: object,
        ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
      };
    };
    const { violations } = await axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
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
