import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { accessibilityProblems, inBrowser, launch, openPage } from './browser-harness';
import { TestServer } from './harness';
import { writeTree } from './pictures';

jest.setTimeout(180_000);

/** Three chunks and a half. */
const COUNT = 350;
const MONTHS = 35;
const NAME = encodeURIComponent('相册');

const numberOf = (index: number): string => String(index).padStart(3, '0');

/** Ten pictures a month, newest first by their numbers: 000 is the newest one. */
async function writeAlbum(folder: string): Promise<void> {
  const files: Record<string, Buffer> = {};
  for (let i = 0; i < COUNT; i++) {
    const month = MONTHS - 1 - Math.floor(i / 10);
    const [year, of] = [2022 + Math.floor(month / 12), (month % 12) + 1];
    const taken = `${year}:${String(of).padStart(2, '0')}:${String(28 - (i % 10)).padStart(2, '0')} 12:00:00`;
    const background = { r: (i * 37) % 256, g: (i * 91) % 256, b: (i * 53) % 256 };
    const size = i % 3 === 0 ? { width: 48, height: 64 } : { width: 64, height: 48 };
    files[`${i % 2 ? '奇' : '偶'}/${numberOf(i)}.jpg`] = await sharp({ create: { ...size, channels: 3, background } })
      .withExif({ IFD2: { DateTimeOriginal: taken } })
      .jpeg()
      .toBuffer();
  }
  await writeTree(folder, files);
}

inBrowser('a collection is looked through', () => {
  let server: TestServer;
  let browser: Browser;
  let folder: string;
  let page: Page;
  let complaints: string[];
  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'wentu-page-gallery-')));
    await writeAlbum(join(folder, '相册'));
    server = await TestServer.start({ WENTU_LOAD_ROOTS: folder });
    await server.load(join(folder, '相册'), { collection: '相册' });
    await server.untilMeasured();
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    ({ page, complaints } = await openPage(browser, server.address, { reducedMotion: 'reduce' }));
  });
  afterEach(async () => {
    expect(complaints).toEqual([]);
    await page.close();
  });

  const tile = (index: number) => page.locator(`.gallery button.tile[aria-label*="${numberOf(index)}.jpg"]`);
  /** The numbers of the pictures in the window, in the order of the page. */
  const inWindow = async (): Promise<number[]> =>
    await page.locator('.gallery button.tile').evaluateAll((tiles) =>
      tiles
        .filter((each) => {
          const { top, bottom } = each.getBoundingClientRect();
          return bottom > 0 && top < innerHeight;
        })
        .map((each) => Number(/(\d{3})\.jpg/.exec(each.getAttribute('aria-label') ?? '')?.[1])),
    );
  const browse = async (more = ''): Promise<void> => {
    await page.goto(`${server.address}/?c=${NAME}&sort=-taken${more}`);
    await page.getByText('共 350 张图片').waitFor();
  };

  test('all pictures by time below their months; only those near the window are in the page', async () => {
    await browse();
    await tile(0).waitFor();
    expect(await page.locator('.gallery-head').first().textContent()).toBe('2024年11月');
    expect(await accessibilityProblems(page)).toEqual([]);
    const met = new Set<number>();
    for (let y = 0; ; y += 500) {
      const height = await page.evaluate((to) => (window.scrollTo(0, to), document.documentElement.scrollHeight), y);
      await page.locator('.gallery[aria-busy=false]').waitFor();
      const numbers = await inWindow();
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      numbers.forEach((number) => met.add(number));
      if (y > height) break;
    }
    expect(met.size).toBe(COUNT);
    expect(await tile(0).count()).toBe(0);
    expect(await page.locator('.gallery-head').last().textContent()).toBe('2022年1月');
  });

  test('an open picture is in the address: back closes it where it was, and a link opens it', async () => {
    await browse();
    await page.evaluate(() => window.scrollTo(0, 900));
    await page.locator('.gallery[aria-busy=false]').waitFor();
    const before = await inWindow();
    const chosen = before[Math.floor(before.length / 2)]!;
    await tile(chosen).click();
    await page
      .getByRole('dialog')
      .getByText(`${chosen + 1} / 350`)
      .waitFor();
    const link = page.url();
    await page.goBack();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await inWindow()).toEqual(before);
    await page.goForward();
    await page
      .getByRole('dialog')
      .getByText(`${chosen + 1} / 350`)
      .waitFor();
    await page.goto(link);
    await page.getByRole('dialog', { name: new RegExp(`${numberOf(chosen)}.jpg`) }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('open')).toBeNull();
    await page.goto(`${server.address}/?c=${NAME}&sort=-taken&open=999999`);
    await page.getByRole('dialog', { name: '这张图片不在了' }).waitFor();
  });

  test('the next picture also when it has to be read first', async () => {
    await browse();
    await tile(3).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('4 / 350').waitFor();
    for (let i = 0; i < 120; i++) await page.keyboard.press('ArrowRight');
    await dialog.getByText('124 / 350').waitFor();
    await page.getByRole('dialog', { name: '123.jpg' }).waitFor();
    await page.waitForFunction(() => !document.querySelector('.viewer .tile-skeleton'));
  });

  test('the time line leads to a year', async () => {
    await browse();
    await tile(0).waitFor();
    await page.getByRole('button', { name: '跳到 2022 年' }).click();
    await page.locator('.gallery[aria-busy=false]').waitFor();
    await page.waitForFunction(() =>
      [...document.querySelectorAll('.gallery-head')].some((head) => {
        const { top } = head.getBoundingClientRect();
        return head.textContent === '2022年12月' && top > -400 && top < innerHeight;
      }),
    );
  });

  test('by name, below their folders; the arrow keys lead through the rows', async () => {
    await page.goto(`${server.address}/?c=${NAME}&sort=name`);
    await tile(0).waitFor();
    expect(await page.locator('.gallery-head').first().textContent()).toBe('偶');
    await tile(0).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    const label = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    expect(Number(/(\d{3})\.jpg/.exec(label ?? '')?.[1])).toBeGreaterThan(4);
  });

  test('the start page shows what was loaded last; a deleted picture leaves the list', async () => {
    await page.goto(`${server.address}/?c=${NAME}`);
    const first = page.locator('.recent-row button').first();
    await first.waitFor();
    const name = (await first.getAttribute('aria-label')) ?? '';
    await first.click();
    await page.getByRole('dialog', { name }).getByText('1 / 350').waitFor();
    const remove = async (): Promise<void> => {
      await page.getByRole('dialog').getByRole('button', { name: '移出图库' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: '只移出这一次' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    };
    await remove();
    await page.locator(`.recent-row button[aria-label="${name}"]`).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: '按时间看全部 349 张图片' }).click();
    await tile(7).click();
    await remove();
    await page.getByText('共 348 张图片').waitFor();
    await tile(7).waitFor({ state: 'detached' });
    await tile(8).waitFor();
  });
});
