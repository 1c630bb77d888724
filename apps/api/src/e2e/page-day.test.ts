import { copyFile, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { accessibilityProblems, inBrowser, launch, openPage } from './browser-harness';
import { TestServer } from './harness';
import { writePhotoLibrary, type LibraryPicture } from './photo-library';
import { installTiny } from './reencode-harness';

const COUNT = 40;
const SEED = Number(process.env['WENTU_LIBRARY_SEED'] ?? Date.now() % 2 ** 31);
const HEIC = join(__dirname, '../../../../libs/picture/fixtures/scene.heic');
const LAST_YEAR = new Date().getFullYear() - 1;
const NAME = '外婆家';
/** The photos and the HEIC picture; two files are broken. */
const GOOD = COUNT + 1;
/** A folder for screenshots of each step. */
const SHOTS = process.env['WENTU_DAY_SHOTS'];

inBrowser(`a photographer's day (seed ${SEED})`, () => {
  let server: TestServer;
  let browser: Browser;
  let folder: string;
  let library: LibraryPicture[];
  let page: Page;
  let complaints: string[];
  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'wentu-day-')));
    library = await writePhotoLibrary(join(folder, NAME), COUNT, SEED);
    await copyFile(HEIC, join(folder, NAME, 'IMG_0001.heic'));
    await writeFile(join(folder, NAME, '没传完.jpg'), (await readFile(HEIC)).subarray(0, 40));
    await writeFile(join(folder, NAME, '空.jpg'), '');
    server = await TestServer.start({ WENTU_LOAD_ROOTS: folder });
    await installTiny(server);
    browser = await launch();
    ({ page, complaints } = await openPage(browser, server.address));
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });
  afterEach(() => {
    expect(complaints).toEqual([]);
  });

  const shot = async (name: string): Promise<void> => {
    if (SHOTS) await page.screenshot({ path: join(SHOTS, `${name}.png`) });
  };
  const results = () => page.locator('.grid:not(.grid-stale) button.tile');
  const bar = () => page.getByRole('toolbar', { name: '选中的图片' });
  const ask = async (text: string): Promise<void> => {
    await page.getByRole('searchbox').fill(text);
    await page.getByRole('searchbox').press('Enter');
  };
  const inCollection = async (): Promise<{ imageCount: number; keptOutCount: number }> =>
    (
      await server.data<{ collection: { imageCount: number; keptOutCount: number } }>(
        `{ collection(name: "${NAME}") { imageCount keptOutCount } }`,
      )
    ).collection;
  /** The file names of the first hits. */
  const names = async (count: number): Promise<string[]> => {
    const labels = await results().evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute('aria-label') ?? ''));
    return labels.slice(0, count).map((label) => /[^/：]+\.(?:jpg|png|heic)/.exec(label)?.[0] ?? label);
  };
  const select = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++)
      await results()
        .nth(i)
        .click({ modifiers: ['ControlOrMeta'] });
    await bar().getByText(`已选 ${count} 张`).waitFor();
  };

  test('a folder with HEIC and broken files is imported under its own name, and looked through', async () => {
    await page.goto(server.address);
    await page.getByRole('navigation').getByRole('button', { name: '导入图片' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('文件夹路径').fill(join(folder, NAME));
    await page.waitForFunction(
      (name) => [...document.querySelectorAll('input')].some(({ value }) => value === name),
      NAME,
    );
    await dialog
      .getByText(`${GOOD + 2} 张图片`)
      .first()
      .waitFor();
    await shot('1-import');
    await dialog.getByRole('button', { name: '开始导入' }).click();
    await dialog.getByText('部分导入').waitFor();
    await dialog.getByText('没传完.jpg').waitFor();
    await dialog.getByText('空.jpg').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await shot('2-imported');
    await dialog.getByRole('button', { name: '看看这些图片' }).click();
    await page.getByText(`共 ${GOOD} 张图片`).waitFor();
    await page.getByRole('combobox', { name: '排序' }).selectOption({ label: '名称' });
    await page.locator('.gallery button.tile[aria-label*="IMG_0001.heic"]').click();
    await page.getByRole('dialog', { name: 'IMG_0001.heic' }).waitFor();
    await page.waitForFunction(() => {
      const picture = document.querySelector<HTMLImageElement>('img.viewer-picture');
      return picture?.complete === true && picture.naturalWidth > 0;
    });
    await shot('3-heic');
    await page.getByRole('dialog').press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('words, a date in words, and a picture find others', async () => {
    await ask('去年的小狗');
    const taken = library.filter((one) => one.taken.getUTCFullYear() === LAST_YEAR && one.camera !== null).length;
    await page.getByText(new RegExp(`^「小狗」最接近的 .*共 ${taken} 张`)).waitFor();
    await shot('4-date');
    await ask('小狗');
    await page.getByText(new RegExp(`^「小狗」最接近的 24 张，共 ${GOOD} 张`)).waitFor();
    const [nearest] = await names(1);
    const [first] = await server.search('小狗', NAME, 1);
    expect(first?.image.imageId).toContain(nearest);
    await results().first().click();
    await page.getByRole('dialog').getByRole('button', { name: '找相似的图片' }).click();
    await page.getByText(new RegExp(`^与 .*相似的`)).waitFor();
    await shot('5-similar');
  });

  test('five are selected and downloaded, two of them are taken out for good', async () => {
    await ask('小狗');
    await page.getByText(/^「小狗」最接近的 24 张/).waitFor();
    await select(5);
    const chosen = await names(5);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      bar().getByRole('button', { name: '下载' }).click(),
    ]);
    const zip = await readFile(await download.path());
    for (const name of chosen) expect(zip.includes(name)).toBe(true);
    await shot('6-selected');
    await page.keyboard.press('Escape');
    await bar().waitFor({ state: 'detached' });

    await select(2);
    const gone = await names(2);
    await bar().getByRole('button', { name: '移出图库' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: '不再收录' }).click();
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: '现在就移出' }).click();
    for (let count = await inCollection(); count.keptOutCount !== 2; count = await inCollection())
      await page.waitForTimeout(100);
    await page.goto(`${server.address}/?view=loads`);
    await page.getByRole('button', { name: '再次导入' }).click();
    const query = `{ loadJobs(collection: "${NAME}", first: 1) { status keptOut } }`;
    for (;;) {
      const [job] = (await server.data<{ loadJobs: { status: string; keptOut: number }[] }>(query)).loadJobs;
      if (job?.status === 'PARTIAL' && job.keptOut === 2) break;
      await page.waitForTimeout(100);
    }
    expect(await inCollection()).toEqual({ imageCount: GOOD - 2, keptOutCount: 2 });
    await shot('7-loads');
    const left = (await server.search('小狗', NAME, 100)).map(({ image }) => image.imageId);
    for (const name of gone) expect(left.filter((path) => path.endsWith(`/${name}`))).toEqual([]);
  });

  test('the collection changes its model, and is searched as before', async () => {
    await page.goto(`${server.address}/?view=collections`);
    await page.getByRole('button', { name: `换模型: ${NAME}`, exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: '换成 tiny' }).click();
    await dialog.getByText('已换成 tiny。').waitFor();
    await shot('8-model');
    await page.goto(`${server.address}/?c=${encodeURIComponent(NAME)}&q=${encodeURIComponent('红')}`);
    await page.getByText(new RegExp(`^「红」最接近的 24 张，共 ${GOOD - 2} 张`)).waitFor();
  });

  test('the same on a phone: look, turn, zoom, select with a finger', async () => {
    const desk = page;
    ({ page, complaints } = await openPage(browser, server.address, {
      ...{ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    }));
    await desk.close();
    await page.goto(`${server.address}/?c=${encodeURIComponent(NAME)}&sort=-taken`);
    await page.getByText(`共 ${GOOD - 2} 张图片`).waitFor();
    const item = (index: number) => page.locator(`.gallery li[data-index="${index}"]`);
    await item(0).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await shot('9-phone');
    await item(0).tap();
    const viewer = page.getByRole('dialog');
    await viewer.getByText(`1 / ${GOOD - 2}`).waitFor();
    await shot('10-phone-viewer');
    await page.keyboard.press('ArrowRight');
    await viewer.getByText(`2 / ${GOOD - 2}`).waitFor();
    await page.goBack();
    await viewer.waitFor({ state: 'detached' });
    const touches = await page.context().newCDPSession(page);
    const { x, y, width, height } = (await item(1).boundingBox())!;
    const touchPoints = [{ x: x + width / 2, y: y + height / 2 }];
    await touches.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
    await bar().getByText('已选 1 张').waitFor();
    await touches.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await item(2).tap();
    await bar().getByText('已选 2 张').waitFor();
    await shot('11-phone-selected');
  });
});
