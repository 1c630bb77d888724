import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, CDPSession, Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { accessibilityProblems, inBrowser, launch, openPage } from './browser-harness';
import { TestServer } from './harness';
import { writeTree } from './pictures';

const HOSTILE = '<img src=x onerror="document.title=1">';
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;

async function photo(width: number, height: number, hue: number, exif?: object): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="hsl(${hue} 60% 60%)"/>
    <circle cx="30%" cy="40%" r="20%" fill="hsl(${hue + 90} 70% 40%)"/></svg>`;
  const picture = sharp(Buffer.from(svg)).jpeg();
  return await (exif ? picture.withExif(exif) : picture).toBuffer();
}

inBrowser('the viewer', () => {
  let server: TestServer;
  let browser: Browser;
  let folder: string;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'wentu-viewer-')));
    await writeTree(folder, {
      '海边/a large.jpg': await photo(4_000, 3_000, 10, {
        IFD0: { Make: 'Canon', Artist: HOSTILE },
        IFD2: { FNumber: '28/10', ExposureTime: '1/250', ISOSpeedRatings: '400', FocalLength: '50/1' },
        IFD3: {
          GPSLatitudeRef: 'N',
          GPSLatitude: '31/1 14/1 24/1',
          GPSLongitudeRef: 'E',
          GPSLongitude: '121/1 30/1 0/1',
        },
      }),
      '海边/b.jpg': await photo(1_200, 800, 100),
      'c.jpg': await photo(800, 1_200, 200),
    });
    server = await TestServer.start({ WENTU_LOAD_ROOTS: folder });
    await server.load(folder, { collection: '相册' });
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    expect(complaints).toEqual([]);
    await page.close();
  });

  const dialog = (): Locator => page.getByRole('dialog');
  /** By name: c.jpg, then those of the folder. */
  async function open(name: string, options: BrowserContextOptions = {}): Promise<void> {
    ({ page, complaints } = await openPage(browser, server.address, options));
    await page.goto(`${server.address}/?c=${encodeURIComponent('相册')}&sort=name`);
    await page.locator(`.gallery button.tile[aria-label*="${name}"]`).click();
    await untilDrawn();
  }
  async function untilDrawn(): Promise<void> {
    await page.waitForFunction(() => {
      const image = document.querySelector<HTMLImageElement>('img.viewer-picture');
      return image !== null && image.complete && image.naturalWidth > 0;
    });
  }
  const percent = async (): Promise<number> =>
    Number((await dialog().locator('.viewer-percent').textContent())?.replace('%', ''));
  async function boxOf(selector: string): Promise<{ x: number; y: number; width: number; height: number }> {
    const box = await page.locator(selector).first().boundingBox();
    if (!box) throw new Error(`${selector} has no box`);
    return box;
  }
  const untilWidth = async (isRight: string): Promise<void> => {
    await page.waitForFunction((condition) => {
      const { width } = document.querySelector('img.viewer-picture')?.getBoundingClientRect() ?? { width: 0 };
      const { width: stage } = document.querySelector('.viewer-stage')?.getBoundingClientRect() ?? { width: 0 };
      return condition === 'larger' ? width > stage : width <= stage;
    }, isRight);
  };

  test('the wheel zooms at the pointer, the original is loaded, and the picture is moved', async () => {
    await open('a large.jpg');
    const before = await boxOf('img.viewer-picture');
    const at = { x: before.x + before.width * 0.3, y: before.y + before.height * 0.4 };
    await dialog()
      .getByText(/^预览图 /)
      .waitFor();
    const first = await percent();
    await page.mouse.move(at.x, at.y);
    for (let i = 0; i < 6; i++) await page.mouse.wheel(0, -240);
    await dialog().getByText('原图 4,000 × 3,000').waitFor();
    expect(await percent()).toBeGreaterThan(3 * first);
    // The point below the pointer has kept its place, and the words are over the picture.
    const after = await boxOf('img.viewer-picture');
    expect((at.x - after.x) / after.width).toBeCloseTo(0.3, 2);
    expect((at.y - after.y) / after.height).toBeCloseTo(0.4, 2);
    expect(await boxOf('.word-layer')).toEqual(after);
    await page.mouse.down();
    await page.mouse.move(at.x - 90, at.y - 40, { steps: 3 });
    await page.mouse.up();
    const moved = await boxOf('img.viewer-picture');
    expect([Math.round(moved.x - after.x), Math.round(moved.y - after.y)]).toEqual([-90, -40]);
    // Back to the preview on demand.
    await dialog().getByRole('button', { name: '看预览图' }).click();
    await dialog()
      .getByText(/^预览图 /)
      .waitFor();
    await page.keyboard.press('0');
    await untilWidth('whole');
    await page.mouse.dblclick(at.x, at.y);
    await untilWidth('larger');
    // Another picture begins as a whole.
    await page.keyboard.press('ArrowRight');
    await page.getByRole('dialog', { name: '海边/b.jpg' }).waitFor();
    await untilWidth('whole');
  });

  test('everything by keyboard: zoom, details that stay as they were chosen, the next picture, close', async () => {
    await open('a large.jpg');
    for (const key of ['+', '+', '+']) await page.keyboard.press(key);
    await untilWidth('larger');
    const { x } = await boxOf('img.viewer-picture');
    await page.keyboard.press('Shift+ArrowRight');
    await page.waitForFunction(
      (left) => (document.querySelector('img.viewer-picture')?.getBoundingClientRect().x ?? left) < left,
      x,
    );
    for (const key of ['-', '-', '-']) await page.keyboard.press(key);
    await untilWidth('whole');
    await dialog().getByRole('heading', { name: 'a large.jpg' }).waitFor();
    await page.keyboard.press('i');
    await dialog().getByRole('heading', { name: 'a large.jpg' }).waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowRight');
    await dialog().getByText('3 / 3').waitFor();
    await page.reload();
    await dialog().getByText('3 / 3').waitFor();
    expect(await dialog().getByRole('heading').count()).toBe(0);
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label')?.includes('b.jpg'));
  });

  test('fingers: a swipe shows the next picture, two fingers and two taps zoom, a tap hides the buttons, down closes', async () => {
    await open('a large.jpg', PHONE);
    const cdp = await page.context().newCDPSession(page);
    await dialog().getByText('2 / 3').waitFor();
    await drag(cdp, [[300, 420]], [[60, 430]]);
    await dialog().getByText('3 / 3').waitFor();
    await untilDrawn();
    // There is no picture after the last one.
    await drag(cdp, [[300, 420]], [[60, 430]]);
    await drag(cdp, [[100, 420]], [[340, 430]]);
    await dialog().getByText('2 / 3').waitFor();
    await untilDrawn();
    await drag(cdp, [[180, 420], [210, 420]], [[60, 420], [330, 420]]); // prettier-ignore
    await untilWidth('larger');
    // An enlarged picture is moved: the next one does not come.
    await drag(cdp, [[300, 420]], [[60, 430]]);
    expect(await dialog().getByText('2 / 3').count()).toBe(1);
    await page.touchscreen.tap(200, 400);
    await page.touchscreen.tap(200, 400);
    await untilWidth('whole');
    await page.touchscreen.tap(200, 600);
    await dialog().getByRole('button', { name: '关闭' }).waitFor({ state: 'hidden' });
    await page.touchscreen.tap(200, 600);
    await dialog().getByRole('button', { name: '关闭' }).waitFor();
    await drag(cdp, [[200, 500]], [[200, 200]]);
    await dialog().getByRole('heading', { name: 'a large.jpg' }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await drag(cdp, [[200, 150]], [[205, 400]]);
    await dialog().waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('open')).toBeNull();
  });

  test('a picture is taken along: its file, its path, its link, its folder', async () => {
    await open('a large.jpg', { permissions: ['clipboard-read', 'clipboard-write'] });
    await dialog().locator('a[download][href]').waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('d')]);
    expect(download.suggestedFilename()).toBe('a large.jpg');
    const saved = await readFile(await download.path());
    expect(saved.equals(await readFile(join(folder, '海边/a large.jpg')))).toBe(true);
    const choose = async (name: string): Promise<void> => {
      await dialog().getByRole('button', { name: '更多操作' }).click();
      await page.getByRole('menuitem', { name }).waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.getByRole('menuitem', { name }).click();
    };
    const copied = async (): Promise<string> => {
      await dialog().getByText('已复制').waitFor();
      const text = await page.evaluate(() => navigator.clipboard.readText());
      await dialog().getByText('已复制').waitFor({ state: 'detached' });
      return text;
    };
    await choose('复制路径');
    expect(await copied()).toBe(join(folder, '海边/a large.jpg'));
    await choose('复制链接');
    const link = await copied();
    await choose('在文件夹里看');
    // By time: that of the files.
    await dialog()
      .getByText(/^[12] \/ 2$/)
      .waitFor();
    expect(new URL(page.url()).searchParams.get('folder')).toBe('海边');
    await page.keyboard.press('Escape');
    await page.getByText('共 2 张图片').waitFor();
    await page.goto(link);
    await page.getByRole('dialog', { name: '海边/a large.jpg' }).waitFor();
  });

  test('tags are added and removed, and EXIF is text', async () => {
    await open('a large.jpg');
    await dialog().getByText('f/2.8 · 1/250 s · ISO 400 · 50 mm').waitFor();
    const field = dialog().getByRole('combobox', { name: '加标签' });
    await field.fill('日落');
    await field.press('Enter');
    const tag = dialog().getByRole('button', { name: '日落', exact: true });
    await tag.waitFor();
    // The keys of a field are not those of the viewer.
    await field.pressSequentially('i-0');
    expect(await field.inputValue()).toBe('i-0');
    await field.fill('');
    await dialog().getByText('全部 EXIF').click();
    await dialog().getByText(HOSTILE).waitFor();
    await dialog().getByText('31.24000, 121.50000').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.keyboard.press('ArrowRight');
    await dialog().getByText('这个文件里没有 EXIF。').waitFor();
    expect(await tag.count()).toBe(0);
    await page.keyboard.press('ArrowLeft');
    await dialog().getByRole('button', { name: '去掉标签「日落」' }).click();
    await tag.waitFor({ state: 'detached' });
    await dialog().getByRole('button', { name: '找附近拍的' }).click();
    await page.getByText('共 1 张图片').waitFor();
    expect(await page.title()).not.toBe('1');
  });
});

type Places = readonly (readonly [number, number])[];

/** Fingers that move from places to other places. */
async function drag(cdp: CDPSession, from: Places, to: Places): Promise<void> {
  const steps = 6;
  const points = (step: number) =>
    from.map(([x, y], id) => {
      const [toX = x, toY = y] = to[id] ?? [];
      return { x: x + ((toX - x) * step) / steps, y: y + ((toY - y) * step) / steps, id };
    });
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: points(0) });
  for (let step = 1; step <= steps; step++)
    await cdp.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: points(step) });
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
}
