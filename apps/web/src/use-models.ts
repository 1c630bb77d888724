import { useMutation, useQuery, useSubscription } from '@apollo/client/react';
import { useEffect } from 'react';

import {
  CancelInstallDocument,
  CollectionsDocument,
  InstallChangedDocument,
  InstallModelDocument,
  ModelsDocument,
  PauseInstallDocument,
  ResumeInstallDocument,
  SetDefaultModelDocument,
  type ModelsQuery,
} from './generated/operations';

/** Also used when a proxy blocks the socket. Otherwise the subscription gives states at once. */
const POLL_MS = 3_000;

export type Model = ModelsQuery['models'][number];
export type Install = ModelsQuery['modelInstalls'][number];

export interface ModelsState {
  readonly data: ModelsQuery | undefined;
  readonly error: Error | undefined;
  /** The error of the last action. */
  readonly actionError: Error | undefined;
  readonly busy: boolean;
  readonly retry: () => void;
  readonly install: (name: string) => void;
  readonly pause: (id: string) => void;
  readonly resume: (id: string) => void;
  readonly cancel: (id: string) => void;
  readonly setDefault: (name: string) => void;
}

const hasEnded = ({ state }: Install): boolean => state === 'SUCCEEDED' || state === 'CANCELLED';

/** Installations that the page shows: those that have not ended, and those that failed. */
export function openInstalls(data: ModelsQuery): Install[] {
  return data.modelInstalls.filter((install) => !hasEnded(install));
}

/** The models and their installations, kept current. */
export function useModels(): ModelsState {
  const { data, error, refetch, startPolling, stopPolling } = useQuery(ModelsDocument, {
    fetchPolicy: 'cache-and-network',
  });
  // The subscription and the query write the same cache objects.
  const changed = useSubscription(InstallChangedDocument).data?.modelInstallChanged;
  const isListed = !changed || data?.modelInstalls.some(({ id }) => id === changed.id);
  const ended = data?.modelInstalls.filter(hasEnded).length;
  useEffect(() => {
    // A new installation, or one that has ended and changed the models.
    if (ended !== undefined) void refetch().catch(() => undefined);
  }, [ended, isListed, refetch]);
  const waits =
    data !== undefined &&
    (data.models.some(({ isInstalled, problem, textMs }) => isInstalled && problem === null && textMs === null) ||
      data.modelInstalls.some(({ state }) => state === 'QUEUED' || state === 'DOWNLOADING' || state === 'IMPORTING'));
  useEffect(() => {
    if (waits) startPolling(POLL_MS);
    return stopPolling;
  }, [waits, startPolling, stopPolling]);

  const then = { refetchQueries: [ModelsDocument, CollectionsDocument] };
  const [install, installing] = useMutation(InstallModelDocument, then);
  const [pause, pausing] = useMutation(PauseInstallDocument, then);
  const [resume, resuming] = useMutation(ResumeInstallDocument, then);
  const [cancel, cancelling] = useMutation(CancelInstallDocument, then);
  const [choose, choosing] = useMutation(SetDefaultModelDocument, then);
  const actions = [installing, pausing, resuming, cancelling, choosing];
  /** Only the error of the last action is shown. */
  const act = (call: () => Promise<unknown>): void => {
    for (const action of actions) action.reset();
    call().catch(() => undefined);
  };
  return {
    data,
    error,
    actionError: actions.find((action) => action.error)?.error,
    busy: actions.some(({ loading }) => loading),
    retry: () => void refetch().catch(() => undefined),
    install: (name) => {
      act(() => install({ variables: { name } }));
    },
    pause: (id) => {
      act(() => pause({ variables: { id } }));
    },
    resume: (id) => {
      act(() => resume({ variables: { id } }));
    },
    cancel: (id) => {
      act(() => cancel({ variables: { id } }));
    },
    setDefault: (name) => {
      act(() => choose({ variables: { name } }));
    },
  };
}
