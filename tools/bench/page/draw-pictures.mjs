import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

const SHAPES = [
  [96, 64],
  [64, 96],
  [64, 64],
  [112, 63],
];
const AT_ONCE = 8;

/** Writes small JPEG files, each of its own colours, which are the same in every run. */
export async function drawPictures(folder, count) {
  const draw = async (index) => {
    const [width, height] = SHAPES[index % SHAPES.length];
    const hue = (index * 137) % 360;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
      <rect width="100%" height="100%" fill="hsl(${hue} 40% ${30 + (index % 50)}%)"/>
      <circle cx="${(index * 7) % width}" cy="${(index * 13) % height}" r="${8 + (index % 20)}" fill="hsl(${(hue + 180) % 360} 60% 60%)"/>
    </svg>`;
    const bytes = await sharp(Buffer.from(svg)).jpeg({ quality: 70 }).toBuffer();
    await writeFile(join(folder, `${String(index).padStart(5, '0')}.jpg`), bytes);
  };
  for (let from = 0; from < count; from += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - from) }, (_each, offset) => draw(from + offset)));
}
