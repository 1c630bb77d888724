import { NotFoundError, sentence } from '@wentu/domain';
import { z } from 'zod';
import type { RemoteFile } from './file-download';
import {
  checkCount,
  isCommit,
  isSafePath,
  MAX_LISTING_BYTES,
  type HubListing,
  type HubRepository,
} from './hub-listing';
import { showUrl } from './show-url';
import { parseAnswer, type FetchSmall } from './small-files';

const fileSchema = z.object({
  Path: z.string(),
  /** `blob` or `tree`. */
  Type: z.string().optional(),
  Size: z.int().min(0).default(0),
  Sha256: z.string().nullish(),
  /** The last commit that changed this file. */
  Revision: z.string().nullish(),
});
const answerSchema = z.object({
  Code: z.int().optional(),
  Message: z.string().nullish(),
  Data: z
    .object({
      Files: z.array(fileSchema).nullish(),
      LatestCommitter: z.object({ Id: z.string().nullish(), ShortId: z.string().nullish() }).nullish(),
    })
    .nullish(),
});
type Data = NonNullable<z.infer<typeof answerSchema>['Data']>;

/** Lists a repository of ModelScope. @throws NotFoundError, UnavailableError, LimitExceededError */
export async function listModelScope(
  { endpoint, id, revision }: HubRepository,
  fetchSmall: FetchSmall,
): Promise<HubListing> {
  const url = new URL(`api/v1/models/${id}/repo/files`, endpoint);
  url.searchParams.set('Recursive', 'True');
  // The default branch is mostly master, but each repository chooses it.
  if (revision !== null) url.searchParams.set('Revision', revision);
  const answer = await fetchSmall(url, MAX_LISTING_BYTES);
  const { Code: code, Message: message, Data: data } = parseAnswer(answer?.text ?? '{"Code":404}', url, answerSchema);
  if (code !== undefined && code !== 200) {
    throw new NotFoundError(sentence('SCOPE_NO_MODEL', { url: showUrl(url), model: id, why: message ?? code }));
  }
  const files = data?.Files;
  // An unknown revision is not an error for ModelScope: the answer has status 200 and no list.
  if (!data || !files) {
    throw new NotFoundError(
      sentence('SCOPE_REVISION', { url: showUrl(url), model: id, revision: revision ?? 'master' }),
    );
  }
  checkCount(files.length, url);
  const pinned = commitOf(data) ?? revision ?? 'master';
  const toFile = ({ Path: path, Size: sizeBytes, Sha256: hash }: z.infer<typeof fileSchema>): RemoteFile => {
    const fileUrl = new URL(`api/v1/models/${id}/repo`, endpoint);
    fileUrl.searchParams.set('Revision', pinned);
    fileUrl.searchParams.set('FilePath', path);
    const sha256 = /^[0-9a-f]{64}$/i.test(hash ?? '') ? hash?.toLowerCase() : undefined;
    return { url: fileUrl.href, path, sizeBytes, ...(sha256 === undefined ? {} : { sha256 }) };
  };
  return {
    revision: pinned,
    files: files.filter((file) => file.Type !== 'tree' && isSafePath(file.Path)).map(toFile),
  };
}

/** The answer has only the first digits of the commit; a file that this commit changed has all of them. */
function commitOf({ Files: files, LatestCommitter: latest }: Data): string | null {
  const [id, short] = [latest?.Id ?? '', latest?.ShortId ?? ''];
  if (isCommit(id)) return id;
  if (!/^[0-9a-f]{7,40}$/.test(short)) return null;
  return files?.map((file) => file.Revision ?? '').find((each) => isCommit(each) && each.startsWith(short)) ?? null;
}
