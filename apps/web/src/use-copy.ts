import { useEffect, useState } from 'react';

const SHOWN_MS = 2_500;

/** Copying is for pages of this machine or over HTTPS; elsewhere browsers have no clipboard. */
export const canCopy = 'clipboard' in navigator && typeof ClipboardItem === 'function';

export interface Copying {
  /** What was done last, for a moment. */
  readonly outcome: 'copied' | 'failed' | null;
  readonly copy: (content: Promise<Blob>) => void;
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
    copy: (content) => {
      content
        .then((blob) => navigator.clipboard.write([new ClipboardItem({ [blob.type]: blob })]))
        .then(
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
