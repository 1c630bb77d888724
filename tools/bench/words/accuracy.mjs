// How well lines that were read agree with the true lines of a picture, and with those of another reader.

/** Without spaces, which PP-OCR leaves out between English words, and in one form for each character. */
export const fold = (text) => text.normalize('NFKC').replace(/\s+/g, '');

/** The fewest changes that make the pattern a part of the text (Sellers 1980). */
function distanceToPart(pattern, text) {
  const characters = [...text];
  let row = new Array(characters.length + 1).fill(0);
  [...pattern].forEach((wanted, i) => {
    const next = [i + 1];
    characters.forEach((found, j) =>
      next.push(Math.min(row[j] + (found === wanted ? 0 : 1), row[j + 1] + 1, next[j] + 1)),
    );
    row = next;
  });
  return Math.min(...row);
}

/** Counts the true characters, and those that are not in the lines. A true line may be a part of a line, or be in two. */
export function countMissed(truth, lines) {
  const folded = lines.map(fold);
  const places = [...folded, folded.join('')];
  let [missed, total] = [0, 0];
  for (const line of truth.map(fold)) {
    const length = [...line].length;
    total += length;
    missed += Math.min(length, ...places.map((place) => distanceToPart(line, place)));
  }
  return { missed, total };
}

/** The lines of the first list that are in the second; each counts once. */
export function inBoth(first, second) {
  const left = second.map(fold);
  return first.map(fold).filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

/** The fewest changes that make one text the other (Levenshtein 1966). */
function distance(one, other) {
  const [a, b] = [[...one], [...other]];
  let row = b.map((_, j) => j + 1);
  row.unshift(0);
  a.forEach((wanted, i) => {
    const next = [i + 1];
    b.forEach((found, j) => next.push(Math.min(row[j] + (found === wanted ? 0 : 1), row[j + 1] + 1, next[j] + 1)));
    row = next;
  });
  return row.at(-1);
}

const nearest = (text, lines) =>
  lines.reduce((best, line) => (distance(line, text) < distance(best, text) ? line : best));

/**
 * The lines of another reader that this reader has too, or has with at most as many wrong characters: the line nearest
 * to the true one counts.
 */
export function equalOrNearer(theirs, mine, truth) {
  if (mine.length === 0 || truth.length === 0) return inBoth(theirs, mine);
  const [ours, right] = [mine.map(fold), truth.map(fold)];
  const equal = new Set(inBoth(theirs, mine));
  return theirs.map(fold).filter((line) => {
    const meant = nearest(line, right);
    return equal.has(line) || distance(nearest(meant, ours), meant) <= distance(line, meant);
  });
}
