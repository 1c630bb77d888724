import { useApolloClient } from '@apollo/client/react';
import { useEffect, useRef, useState } from 'react';

import { uploadUrl, withOwnPaths, type NamedFile } from '../logic/src/files';
import { refusalIn } from '../logic/src/refusal';
import { sendFiles, type Refused, type SendProgress } from '../logic/src/send-files';
import { CodedError } from './describe-error';
import { sessionHeaders } from './session';
import { CreateUploadDocument, DiscardUploadDocument, LoadUploadDocument } from './generated/operations';

export interface UploadState {
  /** Null without an upload. */
  readonly progress: SendProgress | null;
  /** Files of the last upload that the server refused. */
  readonly refused: readonly Refused[];
  readonly error: unknown;
  readonly start: (files: readonly NamedFile[], collection: string) => void;
  readonly cancel: () => void;
  /** Clears the errors of the last upload. */
  readonly clear: () => void;
}

/** Sends files to the server and starts their load. @param onLoad called when the load has started */
export function useUpload(onLoad: (id: string) => void): UploadState {
  const client = useApolloClient();
  const [progress, setProgress] = useState<SendProgress | null>(null);
  const [refused, setRefused] = useState<readonly Refused[]>([]);
  const [error, setError] = useState<unknown>(null);
  const stop = useRef<AbortController | null>(null);
  const sending = progress !== null;
  useEffect(() => {
    if (!sending) return;
    // Unsent files are lost when the page closes.
    const ask = (event: BeforeUnloadEvent): void => {
      event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => {
      window.removeEventListener('beforeunload', ask);
    };
  }, [sending]);

  const send = async (files: readonly NamedFile[], collection: string, signal: AbortSignal): Promise<void> => {
    const { data } = await client.mutate({ mutation: CreateUploadDocument, variables: { collection } });
    if (!data) throw new Error('no answer');
    const { id, url } = data.createUpload;
    const discard = () => client.mutate({ mutation: DiscardUploadDocument, variables: { id } }).catch(() => undefined);
    try {
      const left = await sendFiles(files, (file) => put(url, file, signal), setProgress);
      setRefused(left);
      signal.throwIfAborted();
      if (left.length === files.length) {
        await discard();
        return;
      }
      const loaded = await client.mutate({ mutation: LoadUploadDocument, variables: { id, collection } });
      if (loaded.data) onLoad(loaded.data.loadUpload.id);
    } catch (failure) {
      await discard();
      throw failure;
    }
  };

  return {
    progress,
    refused,
    error,
    start: (files, collection) => {
      stop.current = new AbortController();
      const { signal } = stop.current;
      setError(null);
      setRefused([]);
      setProgress({ sent: 0, total: files.length, share: 0 });
      send(withOwnPaths(files), collection, signal)
        .catch((failure: unknown) => {
          if (!signal.aborted) setError(failure);
        })
        .finally(() => {
          setProgress(null);
        });
    },
    cancel: () => {
      stop.current?.abort();
    },
    clear: () => {
      setError(null);
      setRefused([]);
    },
  };
}

async function put(url: string, { path, file }: NamedFile, signal: AbortSignal): Promise<Refused | null> {
  const response = await fetch(uploadUrl(url, path), { method: 'PUT', body: file, signal, headers: sessionHeaders });
  if (response.ok) return null;
  const refusal = refusalIn(await response.text().catch(() => ''));
  const failure = refusal ?? { code: 'INTERNAL', message: response.statusText };
  // These errors concern one file. Any other error would occur for the other files too.
  if (response.status === 400 || response.status === 409 || response.status === 413) return { item: path, ...failure };
  throw new CodedError(failure);
}
