import { useSyncExternalStore } from 'react';

/** How long a deletion can be undone. */
export const UNDO_MS = 10_000;
/** How long the page says that it was undone. */
const SAID_MS = 4_000;

export interface TakenPicture {
  /** Such as Image:123. The server never gives an id to another picture. */
  readonly id: string;
  readonly imageId: string;
  /** The name of its collection. */
  readonly collection: string;
}

/** How a deletion ended, if that is to be said: it was undone, or the server did not make it. */
export type TakenNotice =
  | { readonly kind: 'undone'; readonly count: number }
  | { readonly kind: 'failed'; readonly count: number; readonly error: Error };

/** Deletes pictures on the server. @returns those that are deleted, also when a later request has failed */
export type TakeOut = (pictures: readonly TakenPicture[]) => Promise<{
  readonly deleted: readonly TakenPicture[];
  readonly error: Error | null;
}>;

export interface TakenOut {
  /** Pictures that the page does not show, deleted ones and those that will be: from their ids to their collections. */
  readonly hidden: ReadonlyMap<string, string>;
  /** Those among them whose deletion can be undone. */
  readonly waiting: readonly TakenPicture[];
  readonly notice: TakenNotice | null;
  /** The number of deletions that the server has made: another number when lists have to be read again. */
  readonly rounds: number;
  /** The number of pictures that this page has deleted, by collection. */
  readonly deleted: ReadonlyMap<string, number>;
}

let state: TakenOut = { hidden: new Map(), waiting: [], notice: null, rounds: 0, deleted: new Map() };
let takeOut: TakeOut | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let said: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function set(change: Partial<TakenOut>): void {
  state = { ...state, ...change };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

const takenOut = (): TakenOut => state;

export function useTakenOut(): TakenOut {
  return useSyncExternalStore(subscribe, takenOut);
}

/**
 * Hides pictures at once and deletes them after `UNDO_MS`, or when the page is left or hidden, or at the next deletion.
 * Until then nothing has happened to them, so "undo" gives back all of it. The page has one such deletion at a time.
 */
export function deleteLater(pictures: readonly TakenPicture[], how: TakeOut): void {
  deleteNow();
  takeOut = how;
  const { notice } = state;
  set({ hidden: withThese(pictures), waiting: pictures, notice: notice?.kind === 'failed' ? notice : null });
  holdTimer(false);
}

/** Hides pictures that the server has deleted. @param count the number that it gives: others were deleted before */
export function hideDeleted(collection: string, pictures: readonly TakenPicture[], count: number): void {
  const deleted = new Map(state.deleted).set(collection, (state.deleted.get(collection) ?? 0) + count);
  set({ hidden: withThese(pictures), deleted });
}

/** Lists are read again. */
export function endRound(): void {
  set({ rounds: state.rounds + 1 });
}

/** The user looks at the notice, or does not any more: it stays until then. */
export function holdTimer(isHeld: boolean): void {
  clearTimeout(timer);
  if (state.waiting.length > 0 && !isHeld) timer = setTimeout(deleteNow, UNDO_MS);
}

export function undo(): void {
  const { waiting } = state;
  if (waiting.length === 0) return;
  clearTimeout(timer);
  set({ hidden: withoutThese(waiting), waiting: [], notice: { kind: 'undone', count: waiting.length } });
  clearTimeout(said);
  said = setTimeout(() => {
    if (state.notice?.kind === 'undone') closeNotice();
  }, SAID_MS);
}

export function closeNotice(): void {
  set({ notice: null });
}

/** Deletes what waits. What could not be deleted is shown again. */
export function deleteNow(): void {
  const { waiting } = state;
  const how = takeOut;
  if (waiting.length === 0 || how === null) return;
  clearTimeout(timer);
  set({ waiting: [] });
  void how(waiting).then(({ deleted, error }) => {
    const done = new Set(deleted.map(({ id }) => id));
    const left = waiting.filter(({ id }) => !done.has(id));
    if (error === null) return;
    set({ hidden: withoutThese(left), notice: { kind: 'failed', count: left.length, error } });
  });
}

function withThese(pictures: readonly TakenPicture[]): ReadonlyMap<string, string> {
  return new Map([...state.hidden, ...pictures.map(({ id, collection }) => [id, collection] as const)]);
}

function withoutThese(pictures: readonly TakenPicture[]): ReadonlyMap<string, string> {
  const hidden = new Map(state.hidden);
  for (const { id } of pictures) hidden.delete(id);
  return hidden;
}

addEventListener('keydown', (event) => {
  const isUndo =
    event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
  const isText = event.target instanceof Element && event.target.closest('input, textarea, select') !== null;
  if (!isUndo || isText || state.waiting.length === 0) return;
  event.preventDefault();
  undo();
});
// The browser may end a page that is not seen without another event.
addEventListener('pagehide', deleteNow);
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') deleteNow();
});
