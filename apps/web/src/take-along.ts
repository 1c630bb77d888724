import { refusalIn } from '../logic/src/refusal';
import type { SelectedPicture } from '../logic/src/selection';
import { CodedError } from './describe-error';
import { sessionHeaders } from './session';

/**
 * Lets the browser download pictures: one as it is, several in a zip file.
 * @param name the name of the zip file
 * @throws CodedError for too many pictures or bytes, or when they are gone
 */
export async function download(pictures: readonly SelectedPicture[], name: string): Promise<void> {
  const [first] = pictures;
  if (first && pictures.length === 1) {
    const number = first.id.slice(first.id.indexOf(':') + 1);
    save(`/images/${number}?download=1`, first.imageId.slice(first.imageId.lastIndexOf('/') + 1));
    return;
  }
  const response = await fetch('/images/zip', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...sessionHeaders },
    body: JSON.stringify({ ids: pictures.map(({ id }) => id), name }),
  });
  const text = await response.text();
  if (!response.ok) {
    const refusal = refusalIn(text);
    throw new CodedError(refusal ?? { code: 'INTERNAL', message: response.statusText });
  }
  save((JSON.parse(text) as { readonly url: string }).url, '');
}

/** @param name used only when the server names no file */
function save(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}
