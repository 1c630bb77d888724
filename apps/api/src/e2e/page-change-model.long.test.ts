import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { accessibilityProblems, inBrowser, launch, openPage } from './browser-harness';
import type { TestServer } from './harness';
import { startWithBoth, startWithLayouts, WORD, writeContents, type Answers, type Model } from './reencode-harness';

/** The acceptance of the feature uses 1,000. */
const COUNT = Number(process.env['WENTU_TEST_CHANGED_IMAGES'] ?? 60);

jest.setTimeout(600_000 + COUNT * 2_000);

/** The page, a server with some models, and a client that searches while the page is used. */
function onPage(start: typeof startWithLayouts) {
  let base: string;
  let server: TestServer;
  let answers: Answers;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'wentu-change-'));
    await writeContents(join(base, 'pictures'), 0, COUNT);
    ({ server, answers } = await start(join(base, 'pictures')));
    await server.load(join(base, 'pictures'), { collection: 'c' });
    browser = await launch();
    // axe measures the contrast of what is drawn now, also in the middle of an animation.
    ({ page, complaints } = await openPage(browser, server.address));
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await rm(base, { recursive: true, force: true });
  });
  afterEach(() => {
    expect(complaints).toEqual([]);
  });

  /** Searches without a pause while `work` runs. @returns the models of the answers, in order, each once in a row */
  async function searching(work: () => Promise<void>): Promise<Model[]> {
    let isOver = false;
    const seen: Model[] = [];
    const client = (async () => {
      do {
        const hits = await server.search(WORD, 'c', 1_000);
        expect(hits).toHaveLength(COUNT);
        const model = answers.modelOf(hits);
        if (seen.at(-1) !== model) seen.push(model);
      } while (!isOver);
    })();
    await Promise.all([client, work().finally(() => (isOver = true))]);
    return seen;
  }

  const dialog = () => page.getByRole('dialog', { name: '「c」用哪个模型' });
  const press = (name: RegExp | string) => dialog().getByRole('button', { name }).click();
  const says = (text: string) => dialog().getByText(text, { exact: true }).waitFor();
  return {
    dialog,
    press,
    says,
    searching,
    server: () => server,
    page: () => page,
    picture: (name: string) => join(base, 'pictures', name),
  };
}

inBrowser('the model of a collection, changed on the page', () => {
  const { dialog, press, says, searching, server, page, picture } = onPage(startWithBoth);

  test('changes and changes back while a client searches, without a failed or mixed answer', async () => {
    await page().goto(`${server().address}/?view=collections`);
    await page().getByRole('button', { name: '换模型: c', exact: true }).click();
    await says('现在用 wentu-mini');
    expect(await accessibilityProblems(page())).toEqual([]);
    const seen = await searching(async () => {
      await press('换成 tiny');
      await says('已换成 tiny。');
      await says('现在用 tiny');
      await press('删除 wentu-mini 留下的特征');
      // Without embeddings, the way back encodes every picture.
      await press(/^换成 wentu-mini$/);
      await dialog().getByRole('progressbar', { name: '正在换成 wentu-mini' }).waitFor();
      expect(await accessibilityProblems(page())).toEqual([]);
      await press('取消');
      await says('已取消，仍然用 tiny。');
      await press(/^换成 wentu-mini/);
      await says('已换成 wentu-mini。');
      await press('换回 tiny（特征都在，马上就好）');
      await says('现在用 tiny');
      await press('换回 wentu-mini（特征都在，马上就好）');
      await says('现在用 wentu-mini');
    });
    expect(seen).toEqual(['wentu-mini', 'tiny', 'wentu-mini', 'tiny', 'wentu-mini']);
    await page().keyboard.press('Escape');
    await page().getByText('wentu-mini · 768 维').first().waitFor();
  });

  test('asks before pictures are hidden whose originals are gone, and says how many', async () => {
    await page().getByRole('button', { name: '换模型: c', exact: true }).click();
    await press('删除 tiny 留下的特征');
    await rm(picture('c0.png'));
    await rm(picture('c1.png'));
    await press(/^换成 tiny$/);
    await dialog().getByRole('alert').getByText('有 2 张图片读不到原件').waitFor();
    expect(await accessibilityProblems(page())).toEqual([]);
    const shots = process.env['WENTU_TEST_SCREENSHOTS'];
    if (shots !== undefined) await page().screenshot({ path: `${shots}/change-model.png` });
    await says('现在用 wentu-mini');
    expect(await server().search(WORD, 'c', 1_000)).toHaveLength(COUNT);
    await press('仍然换成 tiny');
    await says('现在用 tiny');
    expect(await server().search(WORD, 'c', 1_000)).toHaveLength(COUNT - 2);
    await press('换回 wentu-mini（特征都在，马上就好）');
    await says('现在用 wentu-mini');
    expect(await server().search(WORD, 'c', 1_000)).toHaveLength(COUNT);
  });
});

inBrowser('models of other layouts, chosen on the page', () => {
  const { press, says, searching, server, page } = onPage(startWithLayouts);

  test('a collection goes to a Chinese-CLIP, to a model in the layout of Immich and back, and every answer is of one', async () => {
    await page().goto(`${server().address}/?view=collections`);
    await page().getByRole('button', { name: '换模型: c', exact: true }).click();
    const seen = await searching(async () => {
      for (const model of ['chinese-clip', 'immich']) {
        await press(`换成 ${model}`);
        await says(`已换成 ${model}。`);
      }
      await press('换回 wentu-mini（特征都在，马上就好）');
      await says('现在用 wentu-mini');
    });
    expect(seen).toEqual(['wentu-mini', 'chinese-clip', 'immich', 'wentu-mini']);
  });
});
