import { useEffect, useState } from 'react';

const SHOWN_MS = 2_500;

/** Copying is for pages of this machine or over HTTPS; elsewhere browsers have no clipboard. */
export const canCopy = 'clipboard' in navigator && typeof ClipboardItem === 'function';

export interface Copying {
  /** What was done last, for a moment. */
  readonly outcome: 'copied' | 'failed' | null;
  /** @param type of the content, such as image/png */
  readonly copy: (type: string, content: Promise<Blob>) => void;
}

/** Puts something on the clipboard, and says for a moment how that went. */
export function useCopy(): Copying {
  const [outcome, setOutcome] = useState<'copied' | 'failed' | null>(null);
  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => {
      setOutcome(null);
    }, SHOWN_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [outcome]);
  return {
    outcome,
    copy: (type, content) => {
      // At once, with what is not there yet: Safari allows it within the press only.
      navigator.clipboard.write([new ClipboardItem({ [type]: content })]).then(
        () => {
          setOutcome('copied');
        },
        () => {
          setOutcome('failed');
        },
      );
    },
  };
}

export const textBlob = (text: string): Promise<Blob> => Promise.resolve(new Blob([text], { type: 'text/plain' }));

/** As PNG, which is what clipboards take. */
export async function pictureBlob(url: string): Promise<Blob> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(response.statusText);
  const bitmap = await createImageBitmap(await response.blob());
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return await canvas.convertToBlob({ type: 'image/png' });
}
