const KEPT = 12;
const MAX_LENGTH = 200;

/** Recent queries, newest first, without duplicates. */
export function remember(history: readonly string[], query: string): string[] {
  const text = query.trim().slice(0, MAX_LENGTH);
  return text === '' ? [...history] : [text, ...history.filter((other) => other !== text)].slice(0, KEPT);
}

/** @param stored the stored value of an earlier visit, which may be invalid */
export function parseHistory(stored: string | null): string[] {
  try {
    const value: unknown = JSON.parse(stored ?? '[]');
    if (!Array.isArray(value)) return [];
    return value.filter((query): query is string => typeof query === 'string' && query.trim() !== '').slice(0, KEPT);
  } catch {
    return [];
  }
}
