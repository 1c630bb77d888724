/**
 * The list of concepts: every emoji of Unicode that is a picture of something, with its Chinese
 * name and keywords (Unicode CLDR, emojibase) and its English label and tags (emojibase).
 */
import fs from 'node:fs';
import path from 'node:path';

/** Subdivision flags and letters. Regional indicators are not pictures. */
const SKIPPED_FLAGS = /^1F1E|^1F3F4-E/;
/** Gendered variants show the same concept twice. */
const GENDERED = /200D-264[02]|^1F46[89]-200D/;
const FLAG_GROUP = 9;

export function readJson(modules, file) {
  return JSON.parse(fs.readFileSync(path.join(modules, file), 'utf8'));
}

/** `1F468-FE0F` → `1f468`: a key that matches the names of all vendors. */
export function normalHex(hex) {
  return hex
    .toLowerCase()
    .split('-')
    .filter((part) => part !== 'fe0f')
    .join('-');
}

function annotationsOf(modules, locale) {
  const base = readJson(modules, `cldr-annotations-full/annotations/${locale}/annotations.json`);
  const derived = readJson(modules, `cldr-annotations-derived-full/annotationsDerived/${locale}/annotations.json`);
  const tables = [base.annotations.annotations, derived.annotationsDerived.annotations];
  return (emoji) => {
    const bare = emoji.replace(/\uFE0F/g, '');
    for (const table of tables) {
      const found = table[emoji] ?? table[bare];
      if (found) return found;
    }
    return {};
  };
}

/** @returns an array of {hex, emoji, group, name, keywords, traditional, label, tags} */
export function loadConcepts(modules) {
  const chinese = readJson(modules, 'emojibase-data/zh/data.json');
  const english = new Map(readJson(modules, 'emojibase-data/en/data.json').map((entry) => [entry.hexcode, entry]));
  const simplified = annotationsOf(modules, 'zh');
  const traditional = annotationsOf(modules, 'zh-Hant');
  return chinese
    .filter((entry) => entry.group !== undefined)
    .filter((entry) => !(entry.group === FLAG_GROUP && SKIPPED_FLAGS.test(entry.hexcode)))
    .filter((entry) => !GENDERED.test(entry.hexcode))
    .map((entry) => {
      const zh = simplified(entry.emoji);
      const hant = traditional(entry.emoji);
      const en = english.get(entry.hexcode);
      return {
        hex: normalHex(entry.hexcode),
        emoji: entry.emoji,
        group: entry.group,
        name: (zh.tts ?? [entry.label])[0],
        keywords: [...new Set([...(zh.default ?? []), ...(entry.tags ?? [])])],
        traditional: [...new Set([...(hant.tts ?? []), ...(hant.default ?? [])])],
        label: en?.label ?? '',
        tags: en?.tags ?? [],
      };
    });
}
