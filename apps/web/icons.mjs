// `node apps/web/icons.mjs` draws the icons of the installed page from public/favicon.svg.
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';

const folder = new URL('public/', import.meta.url);
const drawing = await readFile(new URL('favicon.svg', folder), 'utf8');
/** Systems cut their own shape out of these, and keep the middle 80 %. */
const whole = drawing
  .replace('viewBox="0 0 64 64"', 'viewBox="-8 -8 80 80"')
  .replace('<rect x="2" y="2" width="60" height="60" rx="14"', '<rect x="-8" y="-8" width="80" height="80"');

async function draw(svg, size, name) {
  const image = sharp(Buffer.from(svg), { density: (72 * size) / 64 }).resize(size, size);
  await image.png({ compressionLevel: 9, palette: true }).toFile(new URL(name, folder).pathname);
}

await draw(drawing, 192, 'icon-192.png');
await draw(drawing, 512, 'icon-512.png');
await draw(whole, 512, 'icon-maskable-512.png');
await draw(whole, 180, 'icon-180.png');
