import { z } from 'zod';
import type { RemoteFile } from './file-download';
import {
  checkCount,
  encodePath,
  isSafePath,
  MAX_LISTED_FILES,
  MAX_LISTING_BYTES,
  type HubListing,
  type HubRepository,
} from './hub-listing';
import { parseAnswer, type FetchSmall } from './small-files';

const MAX_PAGES = 50;

const infoSchema = z.object({ sha: z.string().regex(/^[0-9a-f]{40,64}$/) });
const pageSchema = z.array(
  z.object({
    type: z.string(),
    path: z.string(),
    size: z.int().min(0).default(0),
    /** For a large file, of its pointer. */
    oid: z.string().optional(),
    lfs: z.object({ oid: z.string(), size: z.int().min(0) }).optional(),
  }),
);
type Entry = z.infer<typeof pageSchema>[number];

/**
 * Lists a repository of Hugging Face's hub or of a server with the same API. The files are those of the commit, also
 * when the branch moves later.
 *
 * @returns null when the server does not have this API
 * @throws NotFoundError, ForbiddenError, UnavailableError, LimitExceededError
 */
export async function listHuggingFace(
  { endpoint, id, revision }: HubRepository,
  fetchSmall: FetchSmall,
): Promise<HubListing | null> {
  const infoUrl = new URL(`api/models/${id}/revision/${encodeURIComponent(revision ?? 'main')}?expand=sha`, endpoint);
  const info = await fetchSmall(infoUrl, MAX_LISTING_BYTES);
  if (info === null) return null;
  const { sha } = parseAnswer(info.text, infoUrl, infoSchema);
  const files = (await listTree(new URL(`api/models/${id}/tree/${sha}?recursive=true`, endpoint), fetchSmall)).flatMap(
    (entry) => {
      const url = new URL(`${id}/resolve/${sha}/${encodePath(entry.path)}`, endpoint);
      return entry.type === 'file' && isSafePath(entry.path) ? [toFile(entry, url)] : [];
    },
  );
  return { revision: sha, files };
}

async function listTree(first: URL, fetchSmall: FetchSmall): Promise<Entry[]> {
  const entries: Entry[] = [];
  let url: URL | null = first;
  for (let pages = 0; url !== null; pages++) {
    const page = await fetchSmall(url, MAX_LISTING_BYTES);
    if (page === null) break;
    entries.push(...parseAnswer(page.text, url, pageSchema));
    checkCount(pages < MAX_PAGES ? entries.length : MAX_LISTED_FILES + 1, first);
    url = nextPage(first, page.link);
  }
  return entries;
}

/** A mirror may leave the address of the hub in the link, so only the query is used. */
function nextPage(first: URL, link: string | null): URL | null {
  const target = /<([^>]+)>\s*;[^,]*\brel="?next"?/.exec(link ?? '')?.[1];
  if (target === undefined || !URL.canParse(target, first.href)) return null;
  const next = new URL(first);
  next.search = new URL(target, first).search;
  return next;
}

function toFile({ path, size, oid, lfs }: Entry, url: URL): RemoteFile {
  const sha256 = /^(?:sha256:)?([0-9a-f]{64})$/.exec(lfs?.oid ?? '')?.[1];
  return {
    url: url.href,
    path,
    sizeBytes: lfs?.size ?? size,
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(lfs === undefined && oid !== undefined && /^[0-9a-f]{40}$/.test(oid) ? { gitSha1: oid } : {}),
  };
}
