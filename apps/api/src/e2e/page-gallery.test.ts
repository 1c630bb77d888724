import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { accessibilityProblems, inBrowser, launch, openPage, PageOfSuite } from './browser-harness';
import { TestServer } from './harness';
import { writeTree } from './pictures';

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
  const kept = new PageOfSuite();
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
    ({ page, complaints } = await kept.open(browser, server.address));
  });
  afterEach(async () => {
    expect(complaints).toEqual([]);
    await kept.leave(page);
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
      // The page learns of it with the next frame.
      await page.evaluate(async (to) => {
        window.scrollTo(0, to);
        for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame);
      }, y);
      await page.locator('.gallery[aria-busy=false]').waitFor();
      const numbers = await inWindow();
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      numbers.forEach((number) => met.add(number));
      if (y > (await page.evaluate(() => document.documentElement.scrollHeight))) break;
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
      await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    };
    await remove();
    // The viewer goes on with the next picture.
    await page.getByRole('dialog').getByText('2 / 350').waitFor();
    await page.keyboard.press('Escape');
    await page.locator(`.recent-row button[aria-label="${name}"]`).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: '按时间看全部 349 张图片' }).click();
    await page.getByText('共 349 张图片').waitFor();
    await tile(7).click();
    const viewer = page.getByRole('dialog');
    await viewer.getByText('8 / 349').waitFor();
    const title = async (): Promise<string | null> => await viewer.locator('.viewer-name').getAttribute('title');
    const taken = await title();
    await remove();
    await viewer.getByText('9 / 349').waitFor();
    const next = await title();
    expect(await accessibilityProblems(page)).toEqual([]);
    await viewer.getByRole('button', { name: '撤销' }).click();
    await viewer.getByText('1 张图片放回来了。').waitFor();
    await page.keyboard.press('ArrowLeft');
    await viewer.getByText('8 / 349').waitFor();
    expect(await title()).toBe(taken);
    await remove();
    await viewer.getByText('9 / 349').waitFor();
    // The open picture stays open when the list is read without the other one, and has another place then.
    await viewer.getByRole('button', { name: '现在就移出' }).click();
    await viewer.getByText('8 / 348').waitFor();
    expect(await title()).toBe(next);
    await page.keyboard.press('Escape');
    await page.getByText('共 348 张图片').waitFor();
    await tile(7).waitFor({ state: 'detached' });
    await tile(8).waitFor();
  });

  test('a deletion that waits is made when the page is left', async () => {
    const { page: left } = await openPage(browser, server.address);
    await left.goto(`${server.address}/?c=${NAME}&sort=-taken`);
    const first = left.locator('.gallery li[data-index="0"] button.tile');
    await first.focus();
    await left.keyboard.press('x');
    await left.getByRole('toolbar').getByRole('button', { name: '移出图库' }).click();
    await left.getByRole('button', { name: '只移出这一次' }).click();
    await left.getByText('10 秒后移出 1 张图片').last().waitFor();
    // A browser without a window ends a page that is closed at once; one that goes elsewhere it leaves as users do.
    await left.goto(`${server.address}/healthz`);
    await left.close();
    const count = async (): Promise<number> => {
      const query = '{ collection(name: "相册") { imageCount } }';
      return (await server.data<{ collection: { imageCount: number } }>(query)).collection.imageCount;
    };
    while ((await count()) !== 347) await page.waitForTimeout(100);
  });

  const bar = () => page.getByRole('toolbar', { name: '选中的图片' });
  const untilSelected = async (count: number): Promise<void> => await bar().getByText(`已选 ${count} 张`).waitFor();
  /** The number of pictures in the list: tests before have deleted some. */
  const counted = async (): Promise<number> => {
    const text = await page.getByText(/^共 \d+ 张图片$/).textContent();
    return Number(/\d+/.exec(text ?? '')?.[0]);
  };
  const tagged = async (tag: string): Promise<number> => {
    const { collection } = await server.data<{ collection: { matchingCount: number } }>(
      'query ($filter: ImageFilter!) { collection(name: "相册") { matchingCount(filter: $filter) } }',
      { filter: { tag: [tag] } },
    );
    return collection.matchingCount;
  };

  test('pictures are selected by ticks, Shift, a rubber band and keys, also all of them, and Escape ends it', async () => {
    await page.goto(`${server.address}/?c=${NAME}&sort=-taken`);
    await tile(10).hover();
    await page.getByRole('button', { name: /^选择 .*010\.jpg/ }).click();
    await untilSelected(1);
    await tile(14).click({ modifiers: ['Shift'] });
    await untilSelected(5);
    // While pictures are selected, a press selects, and Enter opens.
    await tile(15).click();
    await untilSelected(6);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await bar().waitFor({ state: 'detached' });

    const [from, to] = [(await tile(10).boundingBox())!, (await tile(12).boundingBox())!];
    await page.mouse.move(from.x + 10, from.y + 40);
    await page.mouse.down();
    await page.mouse.move(to.x + 10, to.y + 60, { steps: 4 });
    await untilSelected(3);
    await page.mouse.up();
    expect(await page.getByRole('dialog').count()).toBe(0);
    await untilSelected(3);

    await tile(13).focus();
    await page.keyboard.press('x');
    await untilSelected(4);
    await page.keyboard.press('Shift+ArrowRight');
    await untilSelected(5);
    await page.keyboard.press(' ');
    await untilSelected(4);
    await page.keyboard.press('ControlOrMeta+a');
    const total = await counted();
    await untilSelected(total);
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
    await page.locator(`.gallery li.is-selected[data-index="${total - 1}"]`).waitFor();
    await page.keyboard.press('Escape');
    await bar().waitFor({ state: 'detached' });
    expect(await page.locator('.is-selected').count()).toBe(0);
  });

  test('selected pictures are downloaded as a zip file, tagged with a way back, and taken out', async () => {
    await page.goto(`${server.address}/?c=${NAME}&sort=-taken`);
    await tile(20).click({ modifiers: ['ControlOrMeta'] });
    const total = await counted();
    await tile(22).click({ modifiers: ['Shift'] });
    await untilSelected(3);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      bar().getByRole('button', { name: '下载' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('相册.zip');
    const zip = await readFile(await download.path());
    for (const number of [20, 21, 22]) expect(zip.includes(`${numberOf(number)}.jpg`)).toBe(true);

    await bar().getByRole('button', { name: '标签' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: '加标签' }).fill('全家福');
    await page.keyboard.press('Enter');
    await dialog.getByText('给 3 张加上了「全家福」').waitFor();
    expect(await tagged('全家福')).toBe(3);
    expect(await accessibilityProblems(page)).toEqual([]);
    await dialog.getByRole('button', { name: '撤销' }).click();
    await dialog.getByText('从 3 张去掉了「全家福」').waitFor();
    expect(await tagged('全家福')).toBe(0);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await untilSelected(3);

    await bar().getByRole('button', { name: '移出图库' }).click();
    await page.getByRole('alertdialog', { name: '把 3 张图片移出图库？' }).waitFor();
    await page.getByRole('alertdialog').getByRole('button', { name: '只移出这一次' }).click();
    await page.getByText(`共 ${total - 3} 张图片`).waitFor();
    await page.keyboard.press('Control+z');
    await page.getByText('3 张图片放回来了。').waitFor();
    await page.getByText(`共 ${total} 张图片`).waitFor();
  });

  test('a finger that stays selects a picture, and goes on over others; then a press selects', async () => {
    const { page: phone, complaints: own } = await openPage(browser, server.address, {
      ...{ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    });
    await phone.goto(`${server.address}/?c=${NAME}&sort=-taken`);
    const item = (index: number) => phone.locator(`.gallery li[data-index="${index}"]`);
    await item(3).waitFor();
    await item(3).scrollIntoViewIfNeeded();
    const touches = await phone.context().newCDPSession(phone);
    const touch = async (type: 'touchStart' | 'touchMove', index: number): Promise<void> => {
      const { x, y, width, height } = (await item(index).boundingBox())!;
      const touchPoints = [{ x: x + width / 2, y: y + height / 2 }];
      await touches.send('Input.dispatchTouchEvent', { type, touchPoints });
    };
    const count = phone.getByRole('toolbar').getByRole('status');
    await touch('touchStart', 0);
    await count.getByText('已选 1 张').waitFor();
    await touch('touchMove', 1);
    await touch('touchMove', 2);
    await count.getByText('已选 3 张').waitFor();
    await touches.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await item(1).tap();
    await count.getByText('已选 2 张').waitFor();
    expect(await accessibilityProblems(phone)).toEqual([]);
    expect(await phone.getByRole('dialog').count()).toBe(0);
    expect(own).toEqual([]);
    await phone.close();
  });

  test('results grow while the user scrolls, say how much they are like the text, and are selected too', async () => {
    await page.goto(`${server.address}/?c=${NAME}&q=${encodeURIComponent('红')}`);
    const tiles = page.locator('.grid button.tile');
    await tiles.nth(23).waitFor();
    expect(await tiles.count()).toBe(24);
    expect(await tiles.first().getAttribute('aria-label')).toMatch(/^第 1 名：.*(很像|不太像|不像|像)$/);
    expect(await page.locator('.grid .similarity').count()).toBe(0);
    await page.getByRole('button', { name: '相似度' }).click();
    await page.locator('.grid .similarity').first().waitFor();
    await page.mouse.wheel(0, 600);
    await tiles.nth(24).waitFor();
    await page.keyboard.press('Tab');
    await page.locator('.summary').click();
    await page.keyboard.press('ControlOrMeta+a');
    await bar()
      .getByText(/^已选 3\d\d 张$/)
      .waitFor();
  });
});
