import type { Browser, Page } from 'playwright-core';
import { accessibilityProblems, inBrowser, launch, openPage, PageOfSuite } from './browser-harness';
import { TestServer } from './harness';

inBrowser('the page, for texts with words that wentu-mini does not know', () => {
  let server: TestServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  const kept = new PageOfSuite();

  beforeAll(async () => {
    server = await TestServer.start({ WENTU_SAMPLES: 'on' });
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  beforeEach(async () => {
    ({ page, complaints } = await kept.open(browser, server.address));
  });
  afterEach(async () => {
    expect(complaints).toEqual([]);
    await kept.leave(page);
  });
  const open = (query: string): Promise<unknown> =>
    page.goto(`${server.address}/?c=samples&q=${encodeURIComponent(query)}`);
  const tiles = () => page.locator('.grid button.tile');

  test('when no word was understood, shows this in place of pictures, with links to known words', async () => {
    await open('小狗');
    await tiles().nth(11).waitFor();
    await page.getByRole('searchbox').fill('dog');
    const notice = page.getByRole('status').filter({ hasText: '没看懂「dog」' });
    await notice.waitFor();
    expect(await tiles().count()).toBe(0);
    expect(await page.getByText('最接近的').count()).toBe(0);
    expect(await accessibilityProblems(page)).toEqual([]);
    await notice.getByRole('button', { name: '红苹果' }).click();
    await page.getByText(/^「红苹果」最接近的/).waitFor();
    await tiles().nth(11).waitFor();
    expect(await notice.count()).toBe(0);
    await page.goBack();
    await notice.waitFor();
    expect(await tiles().count()).toBe(0);
  });

  test('when a part was understood or the text was cut, shows which part above the pictures', async () => {
    await open('红色的apple');
    await page.getByRole('status').filter({ hasText: '没看懂：apple。' }).waitFor();
    await tiles().nth(11).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('searchbox').fill(`${'我们昨天在公园里散步'.repeat(5)}红苹果`);
    await page.getByRole('status').filter({ hasText: '只用到前 50 个字。 后面的「红苹果」没有起作用。' }).waitFor();
    await page.getByRole('searchbox').fill('⼩⽝');
    await page.getByText(/^「⼩⽝」最接近的/).waitFor();
    expect(await page.getByText(/没看懂|只用到/).count()).toBe(0);
  });

  test('shows it in English too', async () => {
    await page.close();
    ({ page, complaints } = await openPage(browser, server.address, { locale: 'en-US' }));
    await open('🐶');
    await page.getByRole('status').filter({ hasText: '“🐶” was not understood' }).waitFor();
    expect(await tiles().count()).toBe(0);
    await page.getByRole('searchbox').fill('红色的apple');
    await page.getByRole('status').filter({ hasText: 'Not understood: apple.' }).waitFor();
  });
});
