import { useApolloClient } from '@apollo/client/react';
import { useState, type ReactNode } from 'react';

import { fill } from '../../logic/src/dictionary';
import { formatBytes } from '../../logic/src/format';
import { shorten } from '../../logic/src/limit-text';
import { batches, MOST_SELECTED, remove, type SelectedPicture } from '../../logic/src/selection';
import { PathsDocument } from '../generated/operations';
import { useLanguage } from '../language';
import { offers } from '../session';
import { download } from '../take-along';
import { canCopy } from '../use-copy';
import type { Selecting } from '../use-selection';
import { DeleteDialog } from './delete-dialog';
import { ErrorText } from './error-text';
import { CloseIcon, CopyIcon, DeleteIcon, DownloadIcon, SelectAllIcon, TagIcon } from './icons';
import { SelectionTags } from './selection-tags';

import '../styles/selection.css';

/** One request reads so many paths. */
const PATHS_AT_ONCE = 100;
const MOST_PATHS = 1_000;

interface Props {
  readonly selecting: Selecting;
  readonly name: string;
  readonly collection: string | null;
  readonly onTagged: () => void;
}

/** What is selected, and what can be done with it. */
export default function SelectionBar({ selecting, name, collection, onTagged }: Props) {
  const { t, count } = useLanguage();
  const client = useApolloClient();
  const { selection, list, state } = selecting;
  const pictures = [...selection.pictures.values()];
  const size = pictures.length;
  const sizeBytes = pictures.reduce((sum, picture) => sum + picture.sizeBytes, 0);
  const [dialog, setDialog] = useState<'tags' | 'delete' | null>(null);
  const [said, setSaid] = useState('');
  const [error, setError] = useState<Error | null>(null);
  const act = (work: Promise<string>): void => {
    setError(null);
    work.then(setSaid, (reason: unknown) => {
      setSaid('');
      setError(reason instanceof Error ? reason : new Error(String(reason)));
    });
  };
  const take = async (): Promise<string> => {
    setSaid(t.downloadStarting);
    await download(pictures, name);
    return fill(t.downloadStarted, { count: count(size), size: formatBytes(sizeBytes) });
  };
  const copyPaths = async (): Promise<string> => {
    if (size > MOST_PATHS) return fill(t.pathsMost, { count: count(MOST_PATHS) });
    const text = pathsOf(pictures).then((paths) => new Blob([paths.join('\n')], { type: 'text/plain' }));
    // Called at once with a promise: Safari allows the clipboard only during the press.
    await navigator.clipboard.write([new ClipboardItem({ 'text/plain': text })]);
    return fill(t.pathsCopied, { count: count(size) });
  };
  const pathsOf = async (of: readonly SelectedPicture[]): Promise<string[]> => {
    if (!offers.load) return of.map(({ imageId }) => imageId);
    const paths = new Map<string, string>();
    for (const ids of batches(
      of.map(({ id }) => id),
      PATHS_AT_ONCE,
    )) {
      const { data } = await client.query({ query: PathsDocument, variables: { ids }, fetchPolicy: 'no-cache' });
      for (const node of data?.nodes ?? [])
        if (node && 'originalPath' in node && node.originalPath !== null) paths.set(node.id, node.originalPath);
    }
    return of.map(({ id, imageId }) => paths.get(id) ?? imageId);
  };
  return (
    <div className="selection-bar">
      {error && (
        <div className="selection-error" role="alert">
          <ErrorText error={error} />
          <button
            type="button"
            className="quiet"
            aria-label={t.close}
            onClick={() => {
              setError(null);
            }}
          >
            <CloseIcon />
          </button>
        </div>
      )}
      <div className="selection-tools" role="toolbar" aria-label={t.selection}>
        <Tool label={t.selectionEnd} icon={<CloseIcon />} onPress={selecting.end} />
        <p role="status" title={t.selectionKeys}>
          <b>{size === 0 ? t.selectionEmpty : fill(t.selectionCount, { count: count(size) })}</b>
          <span>{note()}</span>
        </p>
        <Tool
          label={t.selectionAll}
          hint={fill(t.selectionAllHint, { count: count(Math.min(list.total, MOST_SELECTED)) })}
          icon={<SelectAllIcon />}
          isOff={state === 'reading' || size >= list.total}
          onPress={selecting.all}
        />
        <Tool
          label={t.downloadSelected}
          icon={<DownloadIcon />}
          isOff={size === 0}
          onPress={() => {
            act(take());
          }}
        />
        {canCopy && (
          <Tool
            label={t.copyPaths}
            icon={<CopyIcon />}
            isOff={size === 0}
            onPress={() => {
              act(copyPaths());
            }}
          />
        )}
        {offers.changeImages && (
          <>
            <Tool
              label={t.tags}
              icon={<TagIcon />}
              isOff={size === 0}
              onPress={() => {
                setDialog('tags');
              }}
            />
            <Tool
              label={t.deleteImage}
              icon={<DeleteIcon />}
              isOff={size === 0}
              onPress={() => {
                setDialog('delete');
              }}
            />
          </>
        )}
      </div>
      {dialog === 'tags' && (
        <SelectionTags
          pictures={pictures}
          collection={collection}
          onChange={selecting.replace}
          onClose={(isChanged) => {
            setDialog(null);
            if (isChanged) onTagged();
          }}
        />
      )}
      {dialog === 'delete' && (
        <DeleteDialog
          pictures={pictures}
          title={
            size === 1 && pictures[0]
              ? fill(t.deleteTitle, { name: shorten(pictures[0].imageId) })
              : fill(t.deleteManyTitle, { count: count(size) })
          }
          onHidden={(hidden) => {
            selecting.replace((before) => remove(before, hidden));
            setSaid('');
          }}
          onClose={() => {
            setDialog(null);
          }}
        />
      )}
    </div>
  );

  function note(): string {
    if (state === 'reading') return t.selectionReading;
    if (state === 'failed') return t.selectionFailed;
    if (selection.isCut) return fill(t.selectionMost, { count: count(MOST_SELECTED) });
    return said !== '' ? said : size === 0 ? '' : formatBytes(sizeBytes);
  }
}

interface ToolProps {
  readonly label: string;
  readonly hint?: string;
  readonly icon: ReactNode;
  readonly isOff?: boolean;
  readonly onPress: () => void;
}

function Tool({ label, hint = label, icon, isOff = false, onPress }: ToolProps) {
  return (
    <button type="button" className="selection-tool" title={hint} disabled={isOff} onClick={onPress}>
      {icon}
      <span>{label}</span>
    </button>
  );
}
