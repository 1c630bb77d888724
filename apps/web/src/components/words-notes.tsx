import { fill } from '../../logic/src/dictionary';
import { shorten } from '../../logic/src/limit-text';
import { useLanguage } from '../language';
import { navigate } from '../use-address';
import { Notice } from './notices';

/** Above the results while words are being read. Screen readers do not hear each change of the number. */
export function WordsUnread({ unread }: { readonly unread: number }) {
  const { t, count } = useLanguage();
  return <p className="filling">{fill(t.wordsUnread, { count: count(unread) })}</p>;
}

/** In place of results: no picture has the words. */
export function NoWords({ text, hasFilter }: { readonly text: string; readonly hasFilter: boolean }) {
  const { t } = useLanguage();
  return (
    <>
      <h1 className="visually-hidden">{t.results}</h1>
      <Notice title={fill(t.noWordsTitle, { text: shorten(text) })} text={hasFilter ? t.noWordsAmong : t.noWordsText}>
        <button
          type="button"
          className="primary"
          onClick={() => {
            navigate({ match: 'meaning' });
          }}
        >
          {t.byMeaning}
        </button>
      </Notice>
    </>
  );
}
