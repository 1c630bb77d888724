import { fill } from '../../logic/src/dictionary';
import { shorten, understandingNotes, type Understanding } from '../../logic/src/understanding';
import { useLanguage } from '../language';
import { Chip } from './examples';
import { Notice } from './notices';

const LONGEST_TITLE = 40;
const SUGGESTIONS = 4;

/** Above the results: which words the model does not know, and where the text is cut. */
export function UnderstandingNotes({ understanding }: { readonly understanding: Understanding }) {
  const { t, count } = useLanguage();
  return understandingNotes(understanding, t, count).map(({ title, text }) => (
    <p key={title} className="far" role="status">
      <b>{title}</b> {text}
    </p>
  ));
}

/** In place of results that would be chance. */
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
