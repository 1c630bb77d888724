import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const FENCED = /^```[^]*?^```$/gm;
const LINK = /\]\((?<target>[^)\s#]*)(?:#(?<anchor>[^)\s]+))?\)/g;
const HEADING = /^#{1,6} (?<title>.+)$/gm;

/** @returns {string[]} "page: link" of each relative link in a tracked Markdown file that leads nowhere */
export function brokenLinks(root) {
  const pages = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  return pages.flatMap((page) => {
    const links = [...proseOf(join(root, page)).matchAll(LINK)].map(({ groups }) => groups);
    return links
      .filter(({ target }) => !/^[a-z]+:/.test(target))
      .filter(({ target, anchor }) => !leadsSomewhere(join(root, target ? join(dirname(page), target) : page), anchor))
      .map(({ target, anchor }) => `${page}: ${target}${anchor ? `#${anchor}` : ''}`);
  });
}

function leadsSomewhere(path, anchor) {
  if (!existsSync(path)) return false;
  return anchor === undefined || anchorsOf(path).has(decodeURIComponent(anchor));
}

/** The names that GitHub gives to headings. */
function anchorsOf(path) {
  return new Set(
    [...proseOf(path).matchAll(HEADING)].map(({ groups: { title } }) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(/\s/g, '-'),
    ),
  );
}

function proseOf(path) {
  return readFileSync(path, 'utf8').replaceAll(FENCED, '');
}
