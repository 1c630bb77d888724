// Reads the part of the Dockerfile language that docker/Dockerfile uses. What it does not know is an error, not a guess.

const PLAIN = ['WORKDIR', 'ENV', 'COPY', 'RUN', 'USER', 'VOLUME', 'EXPOSE'];

/** @returns the stages by name: `{ from, steps: [{ word, flags, text }], command, healthcheck }` */
export function parseDockerfile(text) {
  const stages = new Map();
  let stage;
  for (const line of joinLines(text)) {
    const [, word, given] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? refuse(line);
    if (word === 'FROM') {
      const [, from, name] = /^(\S+) AS (\S+)$/.exec(given) ?? refuse(line);
      stages.set(name, (stage = { from, steps: [], command: null, healthcheck: null }));
      continue;
    }
    const { flags, rest } = splitFlags(given);
    if (word === 'CMD') stage.command = JSON.parse(rest);
    else if (word === 'HEALTHCHECK') stage.healthcheck = JSON.parse(rest.replace(/^CMD\s+/, ''));
    else if (PLAIN.includes(word)) stage.steps.push({ word, flags, text: rest });
    else refuse(line);
  }
  return stages;
}

/** Comments out, lines that end with a backslash joined with the next. */
function joinLines(text) {
  return text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#') && line.trim() !== '')
    .join('\n')
    .replaceAll('\\\n', ' ')
    .split('\n');
}

function splitFlags(given) {
  const flags = {};
  let rest = given.trim();
  for (let match; (match = /^--([a-z-]+)=(\S+)\s+/.exec(rest)); rest = rest.slice(match[0].length)) {
    flags[match[1]] = match[2];
  }
  return { flags, rest };
}

/** `ENV A=1 B=2`, without quotes: none are needed yet. */
export function parseEnv(text) {
  return Object.fromEntries(text.split(/\s+/).map((pair) => /^(\w+)=([^"'$]*)$/.exec(pair)?.slice(1) ?? refuse(text)));
}

/** The mounts of a RUN: only caches are used. @returns the cache's folder in the image, or null */
export function cacheOf(flags) {
  if (flags.mount === undefined) return null;
  return /^type=cache,target=(\/\S+)$/.exec(flags.mount)?.[1] ?? refuse(`--mount=${flags.mount}`);
}

/** A function that says whether .dockerignore keeps a path (relative, with slashes) out of the context. */
export function parseIgnore(text) {
  const patterns = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const tests = patterns.map((pattern) => {
    if (/[!?[\]\\]/.test(pattern)) refuse(pattern);
    const source = pattern
      .replace(/[.+^${}()|]/g, '\\$&')
      .replaceAll('**/', '\0')
      .replaceAll('*', '[^/]*')
      .replaceAll('\0', '(?:.*/)?');
    return new RegExp(`^${source}(?:/|$)`);
  });
  return (path) => tests.some((test) => test.test(path));
}

function refuse(what) {
  throw new Error(
    `tools/ci/docker/dockerfile.mjs does not know this: ${what}\nTeach it, or write the Dockerfile without it.`,
  );
}
