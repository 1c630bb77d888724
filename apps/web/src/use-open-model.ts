import { useMutation, useQuery, skipToken } from '@apollo/client/react';
import { useEffect } from 'react';

import { ModelStateDocument, OpenModelDocument } from './generated/operations';
import type { Collection } from './types';

const POLL_MS = 1_000;

/** Opens the model of the chosen collection before its first search, and follows `modelState` until it is open. */
export function useOpenModel(collection: Collection | undefined): void {
  const { name, modelState } = collection ?? {};
  const [open] = useMutation(OpenModelDocument, { refetchQueries: [ModelStateDocument] });
  useQuery(
    ModelStateDocument,
    name !== undefined && (modelState === 'CLOSED' || modelState === 'OPENING')
      ? { variables: { collection: name }, pollInterval: modelState === 'OPENING' ? POLL_MS : 0 }
      : skipToken,
  );
  useEffect(() => {
    if (name === undefined || modelState !== 'CLOSED') return;
    // The search reports why the model cannot be opened.
    open({ variables: { collection: name } }).catch(() => undefined);
  }, [name, modelState, open]);
}
