import { mkdtemp, realpath, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { accessibilityProblems, inBrowser, launch, openPage, PageOfSuite } from './browser-harness';
import { TestServer } from './harness';
import { writeTree } from './pictures';

/** Common shapes: a phone picture in both orientations, a panorama, a long screenshot, an icon. */
const SHAPES = {
  'upright.jpg': [1_500, 2_000],
  'across.jpg': [2_000, 1_500],
  'panorama.jpg': [3_000, 450],
  'long.jpg': [400, 6_000],
  'small.jpg': [90, 60],
} as const;
const WINDOWS = [
  [320, 480],
  [390, 844],
  [844, 390],
  [1_366, 500],
  [1_440, 900],
  [3_840, 2_160],
] as const;

async function photo(width: number, height: number, hue: number): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="hsl(${hue} 60% 60%)"/>
    <circle cx="50%" cy="50%" r="30%" fill="hsl(${hue + 90} 70% 40%)"/></svg>`;
  return await sharp(Buffer.from(svg)).jpeg().toBuffer();
}

inBrowser('pictures on the page', () => {
  let server: TestServer;
  let browser: Browser;
  let folder: string;
  const kept = new PageOfSuite();

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'wentu-shapes-')));
    const shapes = Object.entries(SHAPES);
    await writeTree(
      folder,
      Object.fromEntries(
        await Promise.all(shapes.map(async ([name, [w, h]], i) => [name, await photo(w, h, i * 60)] as const)),
      ),
    );
    server = await TestServer.start({ WENTU_LOAD_ROOTS: folder, WENTU_MAX_TEXT_LENGTH: '300' });
    await server.load(folder, { collection: '形状' });
    // Until then the page draws no line between the hits, and its tiles are larger.
    await server.untilMeasured();
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const results = async (page: Page): Promise<void> => {
    await page.goto(`${server.address}/?c=形状&q=圆`);
    await page.locator('.grid button.tile img').nth(4).waitFor();
  };
  const tile = (page: Page, name: string): Locator => page.locator(`.grid button.tile[aria-label*="${name}"]`);
  const openViewer = async (page: Page, name: string): Promise<Locator> => {
    await tile(page, name).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('img.viewer-picture').waitFor();
    await page.waitForFunction(() => {
      const image = document.querySelector<HTMLImageElement>('img.viewer-picture');
      return image !== null && image.complete && image.naturalWidth > 0;
    });
    return dialog;
  };

  test.each(WINDOWS)('in a window of %d × %d each picture and its controls are completely visible', async (w, h) => {
    const { page, complaints } = await kept.open(browser, server.address);
    await page.setViewportSize({ width: w, height: h });
    await results(page);
    for (const name of ['upright', 'across', 'panorama', 'small', 'long']) {
      const dialog = await openViewer(page, name);
      // A long picture opens at a readable width, and is shown whole on demand.
      if (name === 'long') await dialog.getByRole('button', { name: '看整张' }).click();
      const picture = await visibleShare(dialog.locator('img.viewer-picture'));
      expect([name, picture.share]).toEqual([name, 1]);
      const [width, height] = SHAPES[`${name as 'long'}.jpg`];
      expect(picture.width / picture.height / (width / height)).toBeCloseTo(1, 1);
      for (const control of ['关闭', '上一张', '下一张', '找相似的图片', '图片信息', '更多操作']) {
        const { share } = await visibleShare(dialog.getByRole('button', { name: control }));
        expect([name, control, share]).toEqual([name, control, 1]);
      }
      expect((await visibleShare(dialog.getByRole('link', { name: '下载原图' }))).share).toBe(1);
      if (name === 'upright') expect(await accessibilityProblems(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    }
    expect(complaints).toEqual([]);
    await kept.leave(page);
  });

  test('a long picture is shown at a readable width and scrolls', async () => {
    const { page } = await openPage(browser, server.address, { viewport: { width: 1_366, height: 500 } });
    await results(page);
    const dialog = await openViewer(page, 'long');
    const box = dialog.locator('.viewer-long');
    const [width, seen, all] = await box.evaluate((element) => [
      element.clientWidth,
      element.clientHeight,
      element.scrollHeight,
    ]);
    expect(width).toBeGreaterThan(350);
    expect(all).toBeGreaterThan(5 * seen);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.close();
  });

  test.each([
    [1_280, 860, 1],
    [390, 844, 3],
    [1_000, 700, 1.5],
    [3_840, 2_160, 1],
  ])(
    'at %d × %d and %d pixels a point no picture is stretched, and no file is much larger than its tile',
    async (width, height, deviceScaleFactor) => {
      const { page } = await openPage(browser, server.address, { viewport: { width, height }, deviceScaleFactor });
      await results(page);
      await page.waitForFunction(() =>
        [...document.querySelectorAll<HTMLImageElement>('.grid img')].every((image) => image.complete),
      );
      const drawn = await page.locator('.grid img').evaluateAll((images) =>
        (images as HTMLImageElement[]).map((image) => {
          const { width: w, height: h } = image.getBoundingClientRect();
          const asked = Number(new URL(image.currentSrc).searchParams.get('width'));
          const name = image.closest('button')?.getAttribute('aria-label') ?? '';
          return { name, w, h, asked, natural: image.naturalWidth, ratio: image.naturalWidth / image.naturalHeight };
        }),
      );
      expect(drawn).toHaveLength(5);
      for (const { name, w, h, asked, natural, ratio } of drawn) {
        const needed = Math.max(w, h * ratio) * deviceScaleFactor;
        const own = Object.entries(SHAPES).find(([file]) => name.includes(file))![1][0];
        // The widest existing picture.
        const stretch = Math.min(needed, own, 2_048) / natural;
        expect([name, stretch <= 1.02]).toEqual([name, true]);
        // The smallest file that there is; of a cropped picture that is a larger one.
        const smallest = name.includes('long.jpg') ? 320 : 160;
        expect([name, asked <= Math.max(smallest, 2 * needed)]).toEqual([name, true]);
      }
      await page.close();
    },
  );

  test('when the original is missing, the page and the response say that a preview is shown', async () => {
    const { page, complaints } = await openPage(browser, server.address);
    await results(page);
    const dialog = page.getByRole('dialog');
    await openViewer(page, 'across');
    await dialog.getByRole('link', { name: '下载原图' }).waitFor();
    expect(await dialog.getByText('原图已不在导入时的位置').count()).toBe(0);
    await dialog.getByRole('button', { name: '更多操作' }).click();
    const url = await page.getByRole('menuitem', { name: '查看原图' }).getAttribute('href');
    await page.keyboard.press('Escape');
    const rendition = async (): Promise<string | null> =>
      (await fetch(server.address + url)).headers.get('x-wentu-rendition');
    expect(await rendition()).toBe('original');
    await page.keyboard.press('Escape');

    const available = async (): Promise<boolean | null> =>
      (
        await server.data<{ image: { originalAvailable: boolean | null } }>(
          '{ image(collection: "形状", imageId: "across.jpg") { originalAvailable } }',
        )
      ).image.originalAvailable;
    expect(await available()).toBe(true);
    await rename(join(folder, 'across.jpg'), join(folder, 'moved'));
    expect(await available()).toBe(false);
    expect(await rendition()).toBe('preview');
    await openViewer(page, 'across');
    await dialog.getByText('原图已不在导入时的位置').waitFor();
    // There is no way to the original.
    await dialog.getByText(/^预览图 [\d,]+ px$/).waitFor();
    await dialog.getByRole('link', { name: '下载预览图' }).waitFor();
    expect(await dialog.getByRole('button', { name: '看原图' }).count()).toBe(0);
    // The next original exists.
    await page.keyboard.press('ArrowRight');
    await dialog.getByRole('link', { name: '下载原图' }).waitFor();
    await page.keyboard.press('Escape');

    // The original exists again, for example because a disk was mounted again.
    await rename(join(folder, 'moved'), join(folder, 'across.jpg'));
    expect(await rendition()).toBe('original');
    await openViewer(page, 'across');
    await dialog.getByRole('link', { name: '下载原图' }).waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('a text may be as long as the server allows; the page shows the ignored part of a longer text', async () => {
    const { page, complaints } = await openPage(browser, server.address);
    await page.goto(`${server.address}/?c=形状`);
    const box = page.getByRole('searchbox');
    await box.fill('圆'.repeat(300));
    await page.getByText(/^「圆{60}…」最接近的/).waitFor();
    expect(await page.getByText('最多能用').count()).toBe(0);
    await box.fill(`圆${'🐶'.repeat(299)}方的`);
    await page.getByText('最多能用 300 个字，后面的 2 个字没有用上').waitFor();
    await page.getByText(/^「圆🐶{59}…」最接近的/u).waitFor();
    expect(Array.from(await box.inputValue())).toHaveLength(300);
    await box.fill('方');
    await page.getByText(/^「方」最接近的/).waitFor();
    expect(await page.getByText('最多能用').count()).toBe(0);
    // The text comes from a link that another person made.
    await page.goto(`${server.address}/?c=形状&q=${'方'.repeat(310)}`);
    await page.getByText('最多能用 300 个字，后面的 10 个字没有用上').waitFor();
    await page.getByText(/^「方{60}…」最接近的/).waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('a first start shows the progress of the sample load, and the pictures without a reload', async () => {
    // Large batches on one thread: for some seconds no picture is loaded, then half of them, then all.
    const slow = { WENTU_THREADS: '1', WENTU_BATCH_SIZE: '160' };
    const first = await TestServer.prepare({ WENTU_SAMPLES: 'on', ...slow });
    try {
      first.launch();
      await first.untilAnswers();
      const { page, complaints } = await openPage(browser, first.address);
      await page.goto(first.address);
      await page.getByRole('heading', { name: '正在导入图片' }).waitFor();
      await page.getByText(/^\d+ \/ 337 张$/).waitFor();
      expect(await page.getByText('还没有任何图片').count()).toBe(0);
      await page.getByText(/^「samples」还在导入，已处理 \d+ 张/).waitFor();
      await page.getByRole('button', { name: '小狗' }).click();
      await page.locator('.grid button.tile img').first().waitFor();
      await page.getByText(/^「samples」还在导入/).waitFor({ state: 'detached' });
      await page.goBack();
      await page.getByRole('group', { name: '试试这些' }).getByRole('button', { name: '小狗' }).click();
      await page.getByText(/^「小狗」最接近的 24 张，共 337 张/).waitFor();
      expect(complaints).toEqual([]);
      await page.close();
    } finally {
      await first.close();
    }
  });
});

/** The visible share of an element in the window and its scroll containers; 1: all of it, to a pixel. */
async function visibleShare(locator: Locator): Promise<{ share: number; width: number; height: number }> {
  return await locator.evaluate((element) => {
    const box = element.getBoundingClientRect();
    let { left, top, right, bottom } = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
    for (let above = element.parentElement; above; above = above.parentElement) {
      if (getComputedStyle(above).overflow === 'visible' || above === document.documentElement) continue;
      const edge = above.getBoundingClientRect();
      [left, top] = [Math.max(left, edge.left), Math.max(top, edge.top)];
      [right, bottom] = [Math.min(right, edge.right), Math.min(bottom, edge.bottom)];
    }
    const seen = (from: number, to: number, low: number, high: number): number =>
      Math.max(0, Math.min(to, high) - Math.max(from, low) + 1);
    const { width, height } = box;
    const area = seen(box.left, box.right, left, right) * seen(box.top, box.bottom, top, bottom);
    return { share: Math.min(1, area / (width * height)), width, height };
  });
}
