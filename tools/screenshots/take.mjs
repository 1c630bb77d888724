/* global document, innerHeight */
// Takes the screenshots of docs/images: `node tools/screenshots/take.mjs [NAME…]`, after `npx nx run-many -t build -p
// api,web`. Needs Chromium (CHROMIUM_PATH, /usr/bin/chromium) and a Chinese font.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BuiltServer } from '../ci/built-server.mjs';
import { launchChromium } from '../ci/chromium.mjs';

const root = join(import.meta.dirname, '../..');
const sharp = createRequire(join(root, 'apps/api/'))('sharp');
const wanted = process.argv.slice(2);
const pictures = mkdtempSync(join(tmpdir(), 'wentu-shots-'));
const samples = join(root, 'samples');
const server = await BuiltServer.start({ WENTU_LOAD_ROOTS: [pictures, samples].join(delimiter) });
const { address } = server;
const browser = await launchChromium();

/** Every picture of the window is drawn. */
const drawn = (page) =>
  page.waitForFunction(() =>
    [...document.images].every(
      (image) => image.getBoundingClientRect().top > innerHeight || (image.complete && image.naturalWidth > 0),
    ),
  );
const results = async (page, query) => {
  await page.goto(`${address}/?c=samples&q=${encodeURIComponent(query)}`);
  await page.locator('.grid button.tile img').nth(10).waitFor();
  await drawn(page);
  await page.mouse.move(0, 0);
};
const ask = async (query, variables) => {
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { errors } = await response.json();
  if (errors) throw new Error(errors[0].message);
};
const phone = { viewport: { width: 390, height: 780 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const shots = {
  search: [{}, (page) => results(page, '花')],
  'search-en': [{ locale: 'en-US' }, (page) => results(page, '红苹果')],
  dark: [{ colorScheme: 'dark' }, (page) => results(page, '汽车')],
  phone: [phone, (page) => results(page, '猫')],
  viewer: [
    {},
    async (page) => {
      await results(page, '一只猫');
      await page.locator('.grid button.tile').first().click();
      await page.getByRole('dialog').waitFor();
      await drawn(page);
    },
  ],
  collections: [
    {},
    async (page) => {
      const load =
        'mutation ($name: String!, $folder: String!) { loadCollection(collection: $name, directory: $folder, wait: true) { status } }';
      for (const [name, folder] of [
        ['动物', 'animals'],
        ['票据和截图', 'words'],
      ])
        await ask(load, { name, folder: join(samples, folder) });
      await ask('mutation { dropCollection(name: "default") }');
      await page.goto(`${address}/?view=collections`);
      await page.locator('.card img').nth(8).waitFor();
      await drawn(page);
    },
  ],
  load: [
    {},
    async (page) => {
      for (let i = 0; i < 900; i++) await writePicture(join(pictures, `${i}.jpg`), i);
      writeFileSync(join(pictures, '0-broken.jpg'), 'no picture');
      await page.goto(address);
      await page.getByRole('button', { name: '导入图片' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('文件夹路径').fill(pictures);
      await dialog.getByLabel('图库名称').fill('家庭相册');
      await dialog.getByRole('button', { name: '开始导入' }).click();
      await dialog.getByText('还需').waitFor();
      await dialog.getByText('0-broken.jpg').waitFor();
      await sleep(2_000);
    },
  ],
};

async function writePicture(path, seed) {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="600"><rect width="900" height="600" fill="hsl(${seed},60%,70%)"/>
    <circle cx="${100 + (seed % 700)}" cy="300" r="${60 + (seed % 90)}" fill="hsl(${seed * 7},70%,45%)"/></svg>`;
  await sharp(Buffer.from(svg)).jpeg().toFile(path);
}

try {
  for (const [name, [options, prepare]] of Object.entries(shots)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const page = await browser.newPage({ locale: 'zh-CN', viewport: { width: 1_280, height: 800 }, ...options });
    await prepare(page);
    await sleep(800);
    const picture = await page.screenshot();
    await sharp(picture)
      // A photograph needs more bytes than the page around it.
      .png({ palette: true, quality: name === 'viewer' ? 50 : 90, effort: 8 })
      .toFile(join(root, 'docs/images', `${name}.png`));
    await page.close();
    console.log(name);
  }
} finally {
  await browser.close();
  await server.close();
  rmSync(pictures, { recursive: true, force: true });
}
