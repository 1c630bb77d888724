import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { TestServer } from './harness';
import { picture, writeTree } from './pictures';

jest.setTimeout(120_000);

const SAMPLE = join(__dirname, '../../../../samples/animals/dog-face.png');

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const present = existsSync(CHROMIUM);
// The gate must have a browser; on a user's machine the suite says that it was left out.
if (!present && process.env['CI'] !== 'true') {
  process.stderr.write(`SKIPPED: the browser tests, for there is no Chromium at ${CHROMIUM}; set CHROMIUM_PATH\n`);
}
const inBrowser = present || process.env['CI'] === 'true' ? describe : describe.skip;

inBrowser('in a browser', () => {
  let server: TestServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let folder: string;

  beforeAll(async () => {
    server = await TestServer.start({ WENTU_SAMPLES: 'on' });
    folder = await mkdtemp(join(tmpdir(), 'wentu-browser-'));
    await writeTree(folder, { 'a.png': await picture(1), 'b.png': await picture(2), 'broken.jpg': 'no picture' });
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    page = await browser.newPage({ locale: 'zh-CN', viewport: { width: 1_280, height: 860 } });
    complaints = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(server.address) && !/^(data|blob):/.test(request.url()))
        complaints.push(`asked ${request.url()}`);
    });
  });
  afterEach(() => page.close());

  test('a first visit: type 小狗, see pictures of the samples, the address holds the query', async () => {
    await page.goto(server.address);
    await page.getByRole('searchbox').fill('小狗');
    await page.keyboard.press('Enter');
    const pictures = page.locator('img[src^="/images/"]');
    await pictures.nth(11).waitFor();
    await page.waitForFunction(() =>
      [...document.images].slice(0, 6).every((image) => image.complete && image.naturalWidth > 0),
    );
    expect(decodeURIComponent(page.url())).toContain('小狗');
    await page.reload();
    await pictures.first().waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe('小狗');
    expect(complaints).toEqual([]);
  });

  test('loads a folder, shows the broken file and why, and searches in what was loaded', async () => {
    await page.goto(server.address);
    await page.getByRole('button', { name: '载入图片' }).click();
    const form = page.getByRole('dialog').locator('form');
    await form.locator('input').nth(0).fill(folder);
    await form.locator('input').nth(1).fill('我的照片');
    await form.locator('button[type=submit]').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('broken.jpg').waitFor();
    // Comes when the load has ended.
    await dialog.getByRole('button', { name: /我的照片/ }).click();
    await page.getByRole('searchbox').fill('圆');
    await page.keyboard.press('Enter');
    const tiles = page.locator('img[src^="/images/"]');
    await tiles.nth(1).waitFor();
    expect(await tiles.count()).toBe(2);
    expect(complaints).toEqual([]);
  });

  test('finds pictures like one that was found, more of them, and back', async () => {
    await page.goto(`${server.address}/?q=${encodeURIComponent('小狗')}`);
    const tiles = page.locator('.grid .tile img');
    await tiles.nth(23).waitFor();
    await page.getByRole('button', { name: '更多结果' }).click();
    await tiles.nth(47).waitFor();
    await tiles.first().click();
    await page.getByRole('dialog').getByRole('button', { name: '找相似的图片' }).click();
    await page.getByText(/^与 .+ 相似的 24 张/).waitFor();
    expect(new URL(page.url()).searchParams.get('like')).toMatch(/\.(png|jpe?g)$/);
    expect(await page.getByRole('searchbox').inputValue()).toBe('');
    await page.reload();
    await page.getByText(/^与 .+ 相似的 24 张/).waitFor();
    await page.goBack();
    await page.getByText(/^「小狗」最接近的/).waitFor();
    expect(complaints).toEqual([]);
  });

  test('searches with a picture from outside, and with words again', async () => {
    await page.goto(`${server.address}/?c=samples`);
    const file = { name: 'mine.png', mimeType: 'image/png', buffer: await readFile(SAMPLE) };
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByText(/^与这张图片相似的 24 张/).waitFor();
    const first = page.locator('.grid .tile').first();
    expect(await first.getAttribute('aria-label')).toContain('dog-face');
    await page.getByRole('button', { name: '不再用这张图片' }).click();
    await page.locator('.hero').waitFor();
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByText(/^与这张图片相似的 24 张/).waitFor();
    await page.getByRole('searchbox').fill('火箭');
    await page.getByText(/^「火箭」最接近的/).waitFor();
    expect(await page.locator('.search-picture').count()).toBe(0);
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'no.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
    await page.getByText('浏览器读不了这张图片').waitFor();
    expect(complaints).toEqual([]);
  });

  test('speaks English when asked to', async () => {
    await page.goto(server.address);
    await page.getByText('English').click();
    await page.getByRole('button', { name: 'Search', exact: true }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toMatch(/^en/);
  });

  test('GraphiQL works with no network: its first example runs', async () => {
    await page.goto(`${server.address}/graphql`);
    await page.getByRole('button', { name: /execute query/i }).click();
    await page.getByText('similarity').last().waitFor();
    await page.waitForFunction(() => /"distance"/.test(document.body.innerText));
    expect(complaints.filter((complaint) => complaint.startsWith('asked'))).toEqual([]);
  });
});
