// Pictures of everyday things with words, drawn as SVG: receipts, chats, signs and others, each with its true lines.
import { BOARDS } from './made-boards.mjs';
import { PAPERS } from './made-papers.mjs';
import { Sheet } from './sheet.mjs';

const KINDS = { ...PAPERS, ...BOARDS };

/** Numbers from 0 to 1, the same for each seed. */
export function seeded(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * @param count pictures of all kinds in turns
 * @returns for each picture its name, kind, SVG, true lines in reading order, and what it can be asked for by meaning
 */
export function madePictures(count, seed = 1) {
  const kinds = Object.entries(KINDS);
  return Array.from({ length: count }, (_, i) => {
    const [kind, draw] = kinds[i % kinds.length];
    const sheet = new Sheet(seeded(seed * 100_000 + i));
    draw(sheet);
    return { name: `${kind}-${Math.floor(i / kinds.length)}`, kind, svg: sheet.svg(), lines: sheet.lines };
  });
}
