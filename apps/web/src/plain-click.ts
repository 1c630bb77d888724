import type { MouseEvent } from 'react';

/** What a link of the page does; with a modifier it opens a tab, as every link. */
export function onPlainClick(act: () => void) {
  return (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    act();
  };
}
