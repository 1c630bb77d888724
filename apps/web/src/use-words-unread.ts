import { useQuery } from '@apollo/client/react';

import { WordsUnreadDocument } from './generated/operations';
import type { Collection } from './types';

const POLL_MS = 3_000;

/** While the words of pictures are being read, asks how many are left, for all parts of the page. */
export function useWordsUnread(collections: readonly Collection[] | undefined): void {
  const isReading = collections?.some(({ wordsUnread }) => (wordsUnread ?? 0) > 0) ?? false;
  useQuery(WordsUnreadDocument, {
    skip: !isReading,
    fetchPolicy: 'network-only',
    pollInterval: POLL_MS,
    skipPollAttempt: () => document.hidden,
  });
}
