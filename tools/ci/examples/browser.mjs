import assert from 'node:assert/strict';
import { launchChromium } from '../chromium.mjs';

/** The React app on an origin of its own, in Chromium. @param screenshot a file to write, if any */
export async function useApp({ origin, server, pictures, screenshot, check }) {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1_000, height: 900 } });
    page.setDefaultTimeout(240_000);
    const complaints = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    const frames = [];
    page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => frames.push(String(payload))));
    const images = page.locator(`img[src^="${server}/images/"]`);
    const search = async (text) => {
      await page.getByRole('searchbox').fill(text);
      await page.getByRole('button', { name: '搜索' }).click();
    };
    const shown = async (count) => {
      await images.nth(count - 1).waitFor();
      await page.waitForFunction(() =>
        [...globalThis.document.images].every((image) => image.complete && image.naturalWidth > 0),
      );
      return await images.evaluateAll((all) => all.map((image) => image.alt));
    };

    await check('the app: 小狗 finds a dog, and its pictures can be seen', async () => {
      await page.goto(origin);
      await search('小狗');
      const found = await shown(12);
      assert.equal(found.length, 12);
      assert.match(found.slice(0, 5).join(' '), /dog|poodle/);
      assert.equal(await page.getByRole('searchbox').inputValue(), '小狗');
    });
    await check('the app: more of them', async () => {
      await page.getByRole('button', { name: '更多' }).click();
      assert.equal(new Set(await shown(24)).size, 24);
    });
    await check('the app: a folder that is none says so', async () => {
      await load(page, `${pictures}/none`, 'app');
      await page.getByRole('alert').filter({ hasText: '/none' }).waitFor();
    });
    await check('the app: a load shows its progress, and why a broken file was not loaded', async () => {
      await load(page, pictures, 'app');
      await page.getByRole('progressbar').waitFor();
      await page.getByText('PARTIAL: 4').waitFor();
      await page
        .getByRole('listitem')
        .filter({ hasText: /broken\.jpg: .+/ })
        .waitFor();
      assert.equal(await page.getByRole('alert').count(), 0);
      assert.ok(frames.some((frame) => frame.includes('"loadProgress"')));
    });
    await check('the app: the new collection is chosen, and searched', async () => {
      await page.locator('option', { hasText: 'app (4)' }).waitFor({ state: 'attached' });
      assert.equal(await page.getByRole('combobox').inputValue(), 'app');
      await search('彩虹');
      assert.equal((await shown(4))[0], 'weather-rainbow.png');
      if (screenshot) await page.screenshot({ path: screenshot });
    });
    await check('the app: nothing to complain of in the console', () => assert.deepEqual(complaints, []));
  } finally {
    await browser.close();
  }
}

async function load(page, directory, collection) {
  await page.locator('input[name=directory]').fill(directory);
  await page.locator('input[name=collection]').fill(collection);
  await page.getByRole('button', { name: '导入' }).click();
}
