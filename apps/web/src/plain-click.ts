import type { MouseEvent } from 'react';

/** Handles a link of the page. With a modifier key the browser opens a tab as usual. */
export function onPlainClick(act: () => void) {
  return (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    act();
  };
}
