import { useLanguage } from '../language';
import { describeCode, describeError, type Described } from '../describe-error';

interface Props {
  readonly title?: string;
  readonly error: unknown;
}

/** An error, which screen readers announce at once. */
export function ErrorText({ title, error }: Props) {
  const { t, language } = useLanguage();
  return (
    <div ref={intoView} className="panel-error" role="alert">
      {title !== undefined && <b>{title}</b>}
      <Description {...describeError(error, t, language)} />
    </div>
  );
}

/** In a low window the error would be below the visible part of a dialog. */
function intoView(element: Element | null): void {
  element?.scrollIntoView({ block: 'nearest' });
}

export function Reason({ code, message }: { readonly code: string; readonly message: string }) {
  const { language } = useLanguage();
  return <Description {...describeCode(code, message, language)} />;
}

export function Description({ text, details }: Described) {
  return (
    <>
      {text}
      {details !== undefined && (
        <small className="details" lang="en">
          {details}
        </small>
      )}
    </>
  );
}
