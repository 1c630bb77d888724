import { lazy, useEffect, useRef, useState } from 'react';

import { useLanguage } from '../language';
import { Chunk } from './chunk';
import { CodeIcon } from './icons';

const DeveloperItems = lazy(() => import('./developer-items'));

/** What only developers need: GraphiQL, and the view as a query. It is loaded when it is opened. */
export function DeveloperMenu() {
  const { t } = useLanguage();
  const [isOpen, setOpen] = useState(false);
  const menu = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    const onPress = (event: PointerEvent): void => {
      if (event.target instanceof Node && !menu.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', onPress);
    return () => {
      document.removeEventListener('pointerdown', onPress);
    };
  }, [isOpen]);
  return (
    <div
      ref={menu}
      className="developer wide-only"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isOpen) return;
        setOpen(false);
        button.current?.focus();
      }}
      onBlur={(event) => {
        if (event.relatedTarget instanceof Node && !event.currentTarget.contains(event.relatedTarget)) setOpen(false);
      }}
    >
      <button
        ref={button}
        type="button"
        className="quiet"
        aria-label={t.developer}
        title={t.developer}
        aria-expanded={isOpen}
        onClick={() => {
          setOpen(!isOpen);
        }}
      >
        <CodeIcon />
      </button>
      {isOpen && (
        <Chunk>
          <DeveloperItems />
        </Chunk>
      )}
    </div>
  );
}
