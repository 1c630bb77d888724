// `npx nx run-many -t build -p api,web && node tools/bench/page.mjs` measures the waiting times of a visitor. It starts
// a server with the sample pictures, and Chromium with a new profile for each visit: first paint, the first six
// pictures of a search, downloaded bytes, and layout shift.
import { BuiltServer } from '../ci/built-server.mjs';
import { launchChromium } from '../ci/chromium.mjs';

const RUNS = 7;
const server = await BuiltServer.start();
const browser = await launchChromium();

async function visit(query) {
  const page = await browser.newPage({ viewport: { width: 1_280, height: 860 } });
  const network = await page.context().newCDPSession(page);
  await network.send('Network.enable');
  const [kinds, bytes] = [new Map(), { script: 0, all: 0 }];
  network.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type));
  network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    bytes.all += encodedDataLength;
    if (kinds.get(requestId) === 'Script') bytes.script += encodedDataLength;
  });
  await page.goto(`${server.address}/?c=samples&q=${encodeURIComponent(query)}`);
  const seen = await page.waitForFunction(
    () => {
      const pictures = [...document.querySelectorAll('.grid button.tile img')].slice(0, 6);
      return (
        pictures.length === 6 &&
        pictures.every((picture) => picture.complete && picture.naturalWidth > 0) &&
        performance.now()
      );
    },
    null,
    { polling: 'raf' },
  );
  const painted = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0);
  const result = { painted, pictures: await seen.jsonValue(), script: bytes.script / 1_024, all: bytes.all / 1_024 };
  await page.close();
  return result;
}

try {
  const visits = [];
  for (let run = 0; run < RUNS; run++)
    visits.push(await visit(['小狗', '火箭', '红苹果', '下雨', '雪人', '生日蛋糕', '打篮球'][run]));
  const line = (name, key, unit) => {
    const values = visits.map((visit) => visit[key]).sort((a, b) => a - b);
    console.log(
      `| ${name} | ${Math.round(values[Math.floor(RUNS / 2)])} ${unit} | ${Math.round(values[0])}–${Math.round(values.at(-1))} |`,
    );
  };
  console.log(`| What | Median of ${RUNS} first visits | Range |\n| --- | --- | --- |`);
  line('first paint', 'painted', 'ms');
  line('first six pictures of a search are there', 'pictures', 'ms');
  line('scripts fetched', 'script', 'KB');
  line('fetched in all', 'all', 'KB');
} finally {
  await browser.close();
  await server.close();
}
