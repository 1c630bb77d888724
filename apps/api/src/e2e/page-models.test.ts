import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { accessibilityProblems, inBrowser, launch, layoutShift, openPage, PageOfSuite } from './browser-harness';
import { TestServer } from './harness';
import { ModelHub } from './model-hub';

const REPOSITORY = 'Xenova/chinese-clip-vit-base-patch16';
const NAME = 'cn-clip-vit-b-16';

inBrowser('the models on the page', () => {
  let hub: ModelHub;
  let server: TestServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  const kept = new PageOfSuite();

  beforeAll(async () => {
    hub = await ModelHub.start();
    server = await TestServer.start({ WENTU_SAMPLES: 'on', HF_ENDPOINT: hub.address, NO_PROXY: '*' });
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    hub?.close();
  });
  beforeEach(async () => {
    ({ page, complaints } = await kept.open(browser, server.address));
  });
  afterEach(async () => {
    expect(complaints).toEqual([]);
    await kept.leave(page);
  });

  const list = (name: string) => page.getByRole('region', { name, exact: true });
  const card = (name: string) => page.getByRole('listitem').filter({ hasText: name });
  const button = (name: RegExp | string) => page.getByRole('button', { name });
  const installing = () => list('安装进度');

  test('a search with the demonstration model says so, and leads to the model for this machine', async () => {
    await page.goto(`${server.address}/?c=samples&q=${encodeURIComponent('小狗')}`);
    await page.locator('.grid button.tile').nth(11).waitFor();
    await page.getByText('这个图库用的是演示模型：认得图画，不太认得照片。').waitFor();
    const { recommendedModel } = await server.data<{ recommendedModel: { model: { name: string } } | null }>(
      '{ recommendedModel { model { name } } }',
    );
    expect(recommendedModel).not.toBeNull();
    const name = recommendedModel?.model.name ?? '';
    const offer = page.getByRole('link', { name: new RegExp(`^安装 ${name}（约 .* [MG]B）$`) });
    await offer.waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await offer.click();
    await page.getByRole('heading', { name: '模型', exact: true }).waitFor();
    await page.getByText(new RegExp(`适合这台机器（内存 .*，\\d+ 核）的是 ${name}。`)).waitFor();
    expect(await layoutShift(page)).toBeLessThan(0.1);
  });

  test('a model is installed with progress, paused, continued, made the default, used and removed', async () => {
    hub.holds = true;
    await page.goto(`${server.address}/?view=models`);
    // The speed is measured while the page is open.
    await list('已安装')
      .getByText(/张\/秒/)
      .waitFor();
    await card('ViT-B/16')
      .getByRole('link', { name: /Flickr30k-CN 62\.7/ })
      .waitFor();
    await button(new RegExp(`^安装（约 .*）: ${NAME}$`)).click();
    await installing().getByText('正在下载').waitFor();
    await page.waitForFunction(() => (document.querySelector('progress')?.value ?? 0) > 0.3);
    expect(await accessibilityProblems(page)).toEqual([]);
    await button(`暂停: ${NAME}`).click();
    await installing().getByText('已暂停').waitFor();
    // Another page shows the same installation.
    const other = await openPage(browser, server.address, { locale: 'en-US', colorScheme: 'dark' });
    await other.page.goto(`${server.address}/?view=models`);
    await other.page.getByRole('region', { name: 'Installations' }).getByText('Paused').waitFor();
    hub.holds = false;
    await button(`继续: ${NAME}`).click();
    await button(`删除: ${NAME}`).waitFor();
    expect(await installing().count()).toBe(0);
    await other.page.getByRole('button', { name: `Remove: ${NAME}` }).waitFor();
    expect(await accessibilityProblems(other.page)).toEqual([]);
    expect(other.complaints).toEqual([]);
    await other.page.close();
    await button(`新图库用它: ${NAME}`).click();
    await card(NAME).getByText('下次启动后，新图库用它').waitFor();
    // The model in use has no button for its removal.
    expect(await button(`删除: ${NAME}`).count()).toBe(0);
    await button('新图库用它: wentu-mini').click();
    await button(`删除: ${NAME}`).click();
    const question = page.getByRole('alertdialog', { name: `删除模型「${NAME}」？` });
    await question.getByRole('button', { name: '取消' }).click();
    await button(`删除: ${NAME}`).click();
    expect(await accessibilityProblems(page)).toEqual([]);
    await question.getByRole('button', { name: '删除' }).click();
    await button(new RegExp(`^安装（约 .*）: ${NAME}$`)).waitFor();
  });

  test('a failed installation says why and can be continued or cancelled; a bad name is refused', async () => {
    hub.missing.add(REPOSITORY);
    await page.goto(`${server.address}/?view=models`);
    await button(new RegExp(`^安装（约 .*）: ${NAME}$`)).click();
    await installing().getByText('安装失败。已下载的部分还在').waitFor();
    await installing()
      .getByText(new RegExp(`没有仓库 ${REPOSITORY}，或者它不公开`))
      .waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await button(`取消: ${NAME}`).click();
    await installing().waitFor({ state: 'detached' });
    // While a change is on its way, the form cannot be sent.
    const free = page.locator('.other-model button:enabled');
    await page.getByLabel('模型站的仓库').fill('no name');
    await free.waitFor();
    await page.getByLabel('模型站的仓库').press('Enter');
    await page
      .getByRole('alert')
      .getByText(/「no name」既不是列出的模型，也不是模型站的仓库/)
      .waitFor();
    hub.missing.clear();
    await page.getByLabel('模型站的仓库').fill('hf:owner/other');
    await free.waitFor();
    await page.getByLabel('模型站的仓库').press('Enter');
    await button('删除: other').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('a collection whose model is closed opens it when it is chosen', async () => {
    await server.data('mutation { setDefaultModel(name: "other") { name } }');
    await server.kill('SIGTERM');
    await server.restart();
    await server.data('mutation { createCollection(name: "别的") { name } }');
    await server.data('mutation { setDefaultModel(name: "wentu-mini") { name } }');
    await server.kill('SIGTERM');
    await server.restart();
    const stateOf = async (): Promise<string> =>
      (await server.data<{ collection: { modelState: string } }>('{ collection(name: "别的") { modelState } }'))
        .collection.modelState;
    expect(await stateOf()).toBe('CLOSED');
    await page.goto(`${server.address}/?c=${encodeURIComponent('别的')}`);
    while ((await stateOf()) !== 'OPEN') await sleep(50);
    expect(await page.getByText('演示模型').count()).toBe(0);
  });

  test.each([
    [{ width: 390, height: 780 }, 'light', 'zh-CN'],
    // The links of the header are longer in English.
    [{ width: 360, height: 740 }, 'light', 'en-US'],
    [{ width: 480, height: 740 }, 'light', 'en-US'],
    [{ width: 1_440, height: 900 }, 'dark', 'en-US'],
  ] as const)('fits a window of %j', async (viewport, colorScheme, locale) => {
    await page.close();
    ({ page, complaints } = await openPage(browser, server.address, { viewport, colorScheme, locale }));
    await page.goto(`${server.address}/?view=models`);
    await page
      .getByRole('heading', { name: /SigLIP 2/ })
      .first()
      .waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    expect(await accessibilityProblems(page)).toEqual([]);
    const shots = process.env['WENTU_TEST_SCREENSHOTS'];
    if (shots !== undefined) await page.screenshot({ path: `${shots}/models-${viewport.width}.png`, fullPage: true });
  });
});
