import { refusalIn } from '../logic/src/refusal';
import { CodedError } from './describe-error';
import { sessionHeaders } from './session';

/** The cache of share-worker.js. */
const CACHE = 'shared-pictures';

/** Files with which the system opens the installed page. TypeScript does not know it yet. */
interface LaunchQueue {
  setConsumer(consumer: (launch: { readonly files: readonly FileSystemFileHandle[] }) => void): void;
}

/**
 * Receives pictures from the system: from its share sheet, and those that are opened with the installed page. The
 * address may name a picture of the web too.
 * @param onPictures called with one picture or more
 * @param onProblem called when the picture of the web does not come
 */
export function receivePictures(
  onPictures: (files: readonly Blob[]) => void,
  onProblem: (error: unknown) => void,
): void {
  const take = (taken: Promise<readonly Blob[]>): void => {
    taken.then(
      (files) => {
        if (files.length > 0) onPictures(files);
      },
      // The browser blocks storage, or the file is gone: nothing was received.
      () => undefined,
    );
  };
  if (isInstalled() && 'serviceWorker' in navigator)
    navigator.serviceWorker.register('/share-worker.js').catch(() => undefined);
  const params = new URLSearchParams(location.search);
  if (params.has('shared')) take(takeShared());
  const url = params.get('picture');
  if (url !== null)
    fetchPicture(url).then((picture) => {
      onPictures([picture]);
    }, onProblem);
  const { launchQueue } = window as { launchQueue?: LaunchQueue };
  launchQueue?.setConsumer(({ files }) => {
    take(Promise.all(files.map((handle) => handle.getFile())));
  });
}

/** Only the installed page is in the share sheet; a visit of a browser has no worker. */
export function isInstalled(): boolean {
  return matchMedia('(display-mode: standalone), (display-mode: minimal-ui)').matches;
}

/** The server fetches it, from the hosts that its owner has named. */
async function fetchPicture(url: string): Promise<Blob> {
  // Loading the page again does not search again.
  history.replaceState(history.state, '', location.pathname);
  const response = await fetch('/remote-picture', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...sessionHeaders },
    body: JSON.stringify({ url }),
  });
  if (response.ok) return await response.blob();
  const refusal = refusalIn(await response.text());
  throw new CodedError(refusal ?? { code: 'INTERNAL', message: response.statusText });
}

async function takeShared(): Promise<readonly File[]> {
  history.replaceState(history.state, '', location.pathname);
  const cache = await caches.open(CACHE);
  const kept = await Promise.all((await cache.keys()).map(async (request) => await cache.match(request)));
  const files = await Promise.all(kept.filter((response) => response !== undefined).map(fileOf));
  await caches.delete(CACHE);
  return files;
}

async function fileOf(response: Response): Promise<File> {
  const name = decodeURIComponent(response.headers.get('x-name') ?? '');
  return new File([await response.blob()], name === '' ? 'shared' : name, {
    type: response.headers.get('content-type') ?? '',
  });
}
