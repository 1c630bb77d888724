import { copyFile, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { accessibilityProblems, inBrowser, launch, openPage } from './browser-harness';
import { TestServer } from './harness';
import { picture } from './pictures';

const FIXTURES = resolve(__dirname, '../../fixtures/words');
const q = (text: string): string => encodeURIComponent(text);

inBrowser('words in pictures on the page', () => {
  let server: TestServer;
  let browser: Browser;
  let folder: string;
  let page: Page;
  let complaints: string[];
  const search = async (text: string): Promise<void> => {
    await page.getByLabel('图片描述').fill(text);
    await page.getByLabel('图片描述').press('Enter');
  };
  const tiles = () => page.locator('.grid:not(.grid-stale) button.tile');
  const dialog = () => page.getByRole('dialog');
  const copied = async (): Promise<string> => await page.evaluate(() => navigator.clipboard.readText());
  const choice = (name: string) => page.getByRole('group', { name: '搜索方式' }).getByRole('button', { name });

  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'wentu-page-words-')));
  });
  afterEach(async () => {
    await page?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
    expect(complaints).toEqual([]);
  });

  async function open(width: number): Promise<void> {
    ({ page, complaints } = await openPage(browser, server.address, {
      permissions: ['clipboard-read', 'clipboard-write'],
      viewport: { width, height: 860 },
    }));
  }

  test('a new user finds a receipt of the first load by a part of a line, and copies its words', async () => {
    server = await TestServer.start({ WENTU_SAMPLES: 'on', WENTU_READ_WORDS: 'on' });
    await open(1_440);
    await page.goto(server.address);
    // While words are read, the page says how many are left.
    await search('凭票退');
    await page.getByText(/还有 \d+ 张图片里的文字没有读/).waitFor();
    await page.getByRole('link', { name: '图库', exact: true }).click();
    await page.getByText(/还有 \d+ 张没有读文字/).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.goBack();
    // The pictures that were loaded last are read first; the receipt is among them.
    const receipt = page.locator('.grid button.tile[aria-label*="words/receipt.webp"]').first();
    // Searches delay the reading, so this waits for the words of the picture.
    const words = '{ image(collection: "samples", imageId: "words/receipt.webp") { text } }';
    while ((await server.data<{ image: { text: string } }>(words)).image.text === '') await sleep(200);
    await page.reload();
    await page.locator('.tile-words mark').getByText('凭票退').waitFor();
    expect(await receipt.getAttribute('aria-label')).toContain('图里有文字「谢谢惠顾，七天内凭票退换」');
    await receipt.click();
    await dialog().locator('.word-found').waitFor();
    await dialog().getByRole('button', { name: '复制文字' }).click();
    await dialog().getByText('已复制').waitFor();
    expect((await copied()).split('\n')).toEqual(expect.arrayContaining(['青禾超市', '购物小票', '扫码支付']));
    // The example of the start page.
    await page.goto(server.address);
    await page.getByRole('button', { name: '合计' }).click();
    await page.locator('.tile-words mark').getByText('合计').waitFor();
  });

  test('a hit by words says so on its tile, its viewer marks the line, and all words can be selected', async () => {
    for (const name of ['exit.png', 'library.png', 'invoice.png'])
      await copyFile(join(FIXTURES, name), join(folder, name));
    await mkdir(join(folder, '图'));
    for (let i = 0; i < 3; i++) await writeFile(join(folder, `图/${i}.png`), await picture(i));
    server = await TestServer.start({ WENTU_LOAD_ROOTS: folder, WENTU_READ_WORDS: 'on' });
    await server.load(folder, { collection: '文件' });
    await untilRead();
    for (const width of [1_440, 390]) {
      await page?.close();
      await open(width);
      await page.goto(`${server.address}/?c=${q('文件')}&q=${q('安全出')}`);
      await page.locator('.tile-words mark').getByText('安全出').waitFor();
      expect(await tiles().first().getAttribute('aria-label')).toMatch(/exit\.png.*图里有文字「.*安全出口/);
      expect(await tiles().count()).toBe(6);
      expect(await accessibilityProblems(page)).toEqual([]);
      await tiles().first().click();
      // On a phone the details are closed at first.
      if (width === 390) await dialog().getByRole('button', { name: '图片信息' }).click();
      await dialog().getByRole('group', { name: '找到的文字' }).getByText('安全出').waitFor();
      // The mark is where the line is: at the left of the upper half of the picture.
      const mark = await box('.word-found');
      const whole = await box('.viewer-box');
      expect(mark.x).toBeGreaterThan(whole.x);
      expect(mark.x + mark.width).toBeLessThan(whole.x + 0.9 * whole.width);
      expect(mark.y + mark.height).toBeLessThan(whole.y + 0.7 * whole.height);
      const words = dialog().getByRole('button', { name: /^文字（\d+ 行）$/ });
      expect(await words.getAttribute('aria-expanded')).toBe('false');
      await words.click();
      const text = await dialog().locator('.picture-text').innerText();
      expect(text).toContain('安全出口');
      expect(await page.locator('.word-line').count()).toBe(text.split('\n').length);
      expect(await accessibilityProblems(page)).toEqual([]);
      // The words over the picture are a selection as all others are.
      await page.locator('.word-layer text').first().click({ clickCount: 3 });
      const selected = await page.evaluate(() => String(getSelection()));
      expect(text).toContain(selected.trim());
      expect(selected.trim()).not.toBe('');
      await page.keyboard.press('Control+c');
      expect((await copied()).trim()).toBe(selected.trim());
    }
  });

  test('the filter bar has the choice of what a text is compared with, which is in the address', async () => {
    for (const name of ['exit.png', 'library.png', 'invoice.png'])
      await copyFile(join(FIXTURES, name), join(folder, name));
    server = await TestServer.start({ WENTU_LOAD_ROOTS: folder, WENTU_READ_WORDS: 'on' });
    await server.load(folder, { collection: '文件' });
    await untilRead();
    await open(1_440);
    await page.goto(`${server.address}/?c=${q('文件')}&q=${q('图书馆')}`);
    // The model may not know the text; a picture has it.
    await page.locator('.tile-words').first().waitFor();
    expect(await choice('自动').getAttribute('aria-pressed')).toBe('true');
    await choice('文字').click();
    await page.getByText('有「图书馆」这些字的 1 张，共 1 张').waitFor();
    expect(new URL(page.url()).searchParams.get('match')).toBe('words');
    expect(await tiles().count()).toBe(1);
    expect(await accessibilityProblems(page)).toEqual([]);
    await search('不在图里');
    await page.getByText('没有图片里有「不在图里」这些字').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.goBack();
    await page.getByText('有这些字的 1 张图片都显示了。').waitFor();
    await choice('画面').click();
    await page.locator('.tile-words').waitFor({ state: 'detached' });
    await page.reload();
    expect(await choice('画面').getAttribute('aria-pressed')).toBe('true');
    // Pictures like one of them: there are no words to compare with.
    await page.goto(`${server.address}/?c=${q('文件')}&like=exit.png&match=words`);
    await page.getByText(/^与 exit\.png 相似的/).waitFor();
    expect(await page.getByRole('group', { name: '搜索方式' }).count()).toBe(0);
  });

  async function box(selector: string): Promise<{ x: number; y: number; width: number; height: number }> {
    const found = await page.locator(selector).first().boundingBox();
    if (!found) throw new Error(`${selector} has no box`);
    return found;
  }

  async function untilRead(): Promise<void> {
    const query = '{ collection(name: "文件") { wordsUnread } }';
    for (;;) {
      const { collection } = await server.data<{ collection: { wordsUnread: number } }>(query);
      if (collection.wordsUnread === 0) return;
      await sleep(50);
    }
  }
});
