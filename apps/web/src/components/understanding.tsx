import { fill } from '../../logic/src/dictionary';
import { shorten, understandingNotes, type Understanding } from '../../logic/src/understanding';
import { useLanguage } from '../language';
import { Chip } from './chip';
import { Notice } from './notices';

const LONGEST_TITLE = 40;
const SUGGESTIONS = 4;

/** Shown above the results: unknown words, and the part of the text that was cut. */
export function UnderstandingNotes({ understanding }: { readonly understanding: Understanding }) {
  const { t, count } = useLanguage();
  return understandingNotes(understanding, t, count).map(({ title, text }) => (
    <p key={title} className="far" role="status">
      <b>{title}</b> {text}
    </p>
  ));
}

/** Shown in place of results that would be random. */
export function NotUnderstood({ text }: { readonly text: string }) {
  const { t } = useLanguage();
  return (
    <>
      <h1 className="visually-hidden">{t.results}</h1>
      <Notice title={fill(t.notUnderstoodTitle, { text: shorten(text, LONGEST_TITLE) })} text={t.notUnderstoodText}>
        <div className="examples" role="group" aria-label={t.examplesLabel} lang="zh-CN">
          {t.examples
            .split('、')
            .slice(0, SUGGESTIONS)
            .map((example) => (
              <Chip key={example} query={example} />
            ))}
        </div>
      </Notice>
    </>
  );
}
