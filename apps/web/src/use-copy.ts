import { useEffect, useState } from 'react';

const SHOWN_MS = 2_500;

/** Browsers provide a clipboard only on this machine or over HTTPS. */
export const canCopy = 'clipboard' in navigator && typeof ClipboardItem === 'function';

export interface Copying {
  /** The result of the last copy, shown for a moment. */
  readonly outcome: 'copied' | 'failed' | null;
  /** @param type the MIME type of the content, such as image/png */
  readonly copy: (type: string, content: Promise<Blob>) => void;
}

/** Copies content to the clipboard and shows the result for a moment. */
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
      // Called at once with a promise of the content: Safari allows the clipboard only during the press.
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

/** Converts to PNG, the format that clipboards accept. */
export async function pictureBlob(url: string): Promise<Blob> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(response.statusText);
  const bitmap = await createImageBitmap(await response.blob());
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return await canvas.convertToBlob({ type: 'image/png' });
}
