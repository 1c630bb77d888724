export type HistoryMode = 'push' | 'replace';

/**
 * Decides when typed text becomes a search: after a pause in typing, or at once on Enter, but not while an input method
 * is composing, because half a syllable is not a query. Texts that are typed in one go are one entry of the browser's
 * history.
 */
export class SearchTyping {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private composing = false;
  private typedBefore = false;
  private committed = '';

  constructor(
    private readonly commit: (query: string, mode: HistoryMode) => void,
    private readonly pauseMs = 350,
  ) {}

  /** The text comes from elsewhere: the address bar, an example, the back button. */
  follow(query: string): void {
    if (query.trim() === this.committed) return;
    this.cancel();
    this.committed = query.trim();
    this.typedBefore = false;
  }

  input(text: string): void {
    this.cancel();
    if (this.composing) return;
    this.timer = setTimeout(() => {
      this.send(text, this.typedBefore ? 'replace' : 'push');
    }, this.pauseMs);
  }

  compositionStart(): void {
    this.cancel();
    this.composing = true;
  }

  compositionEnd(text: string): void {
    this.composing = false;
    this.input(text);
  }

  /** Called for Enter and for the button. */
  submit(text: string): void {
    if (this.composing) return;
    this.cancel();
    this.send(text, this.typedBefore ? 'replace' : 'push');
    this.typedBefore = false;
  }

  /** Cancels the waiting search; the object can still be used. */
  cancel(): void {
    clearTimeout(this.timer);
  }

  private send(text: string, mode: HistoryMode): void {
    const query = text.trim();
    if (query === this.committed) return;
    this.committed = query;
    this.typedBefore = true;
    this.commit(query, mode);
  }
}
