import { ForbiddenError, NotFoundError, sentence, type WentuError } from '@wentu/domain';

/** `/api/models/OWNER/NAME/…` and `/OWNER/NAME/resolve/…`, perhaps behind the path of a mirror. */
const IN_API = /\/api\/models\/([^/]+\/[^/]+)(?=\/|$)/;
const IN_FILES = /\/([^/]+\/[^/]+)\/resolve\//;

/** A user whose token was not sent has to know why. */
const SET_TOKEN = 'set HF_TOKEN; a mirror gets it only if HF_ENDPOINT names that mirror';

/**
 * The meaning of a hub's answer by its `X-Error-Code`. The status does not give it: a hub answers 401 also for a
 * repository that does not exist, so that nobody learns the names of private ones.
 */
export function hubError(
  status: number,
  code: string | string[] | undefined,
  url: URL,
  { answer, sentToken }: { answer: string; sentToken: boolean },
): WentuError | null {
  const inApi = IN_API.exec(url.pathname)?.[1];
  const repository = inApi ?? IN_FILES.exec(url.pathname)?.[1] ?? 'the repository';
  // Without a token, the API of the hub answers a plain 401 for a repository that does not exist.
  switch (code ?? (status === 401 && inApi !== undefined ? 'RepoNotFound' : undefined)) {
    case 'RepoNotFound':
      return new NotFoundError(
        sentence('HUB_NO_REPOSITORY', {
          ...{ answer, repository },
          token: sentToken ? ', and whether the token in HF_TOKEN may read it' : `; for a private one, ${SET_TOKEN}`,
        }),
      );
    case 'GatedRepo':
      return new ForbiddenError(
        sentence('HUB_GATED', {
          ...{ answer, repository, page: `${url.origin}/${repository}` },
          token: sentToken ? 'check that the token in HF_TOKEN belongs to that account' : SET_TOKEN,
        }),
      );
    case 'RevisionNotFound':
      return new NotFoundError(sentence('HUB_REVISION', { answer, repository }));
    default:
      return null;
  }
}
