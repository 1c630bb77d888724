import { LimitExceededError, sentence } from '@wentu/domain';
import type { RemoteFile } from './file-download';
import { showUrl } from './show-url';

/** A repository of models on a hub. */
export interface HubRepository {
  readonly kind: 'hugging-face' | 'modelscope';
  /** The address of the hub or of its mirror, with `/` at the end. */
  readonly endpoint: URL;
  /** `OWNER/NAME` */
  readonly id: string;
  /** A branch, tag or commit; null: the default branch. */
  readonly revision: string | null;
  /** A file or folder of the repository; empty: the whole repository. */
  readonly path: string;
  /** Names the repository for users and in `wentu model add`; the same for a hub and its mirrors. */
  readonly source: string;
}

/** The files of one revision of a repository. */
export interface HubListing {
  /** The commit, or the requested revision when the hub does not name the commit. */
  readonly revision: string;
  readonly files: readonly RemoteFile[];
}

export const MAX_LISTED_FILES = 10_000;
/** A page of 1,000 files has about 300 KiB. */
export const MAX_LISTING_BYTES = 8 * 1024 * 1024;

const COMMIT = /^[0-9a-f]{40}$/;

export function isCommit(text: string): boolean {
  return COMMIT.test(text);
}

/** A listing is not trusted: no file may be written outside the folder of the download. */
export function isSafePath(path: string): boolean {
  return (
    path.length <= 512 && path.split('/').every((name) => /^[\w][\w.() +,@=-]*$/.test(name) && !name.endsWith('.'))
  );
}

/** @throws LimitExceededError */
export function checkCount(count: number, url: URL): void {
  if (count <= MAX_LISTED_FILES) return;
  throw new LimitExceededError(sentence('HUB_TOO_MANY', { url: showUrl(url), max: MAX_LISTED_FILES }));
}

/** The path with every name encoded. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
