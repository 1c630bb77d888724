import { useLanguage } from '../language';
import { SignInForm } from './sign-in-form';

/** The whole page, where nothing is shown without a sign-in. */
export default function SignInPage() {
  const { t, toggle } = useLanguage();
  return (
    <div className="page sign-in-page">
      <main>
        <p className="sign-in-brand">
          <img src="/favicon.svg" alt="" width="40" height="40" />
          {t.appName}
        </p>
        <h1>{t.signIn}</h1>
        <p className="sign-in-text">{t.signInText}</p>
        <SignInForm />
        <button type="button" className="quiet" lang={t.otherLanguageCode} onClick={toggle}>
          {t.otherLanguage}
        </button>
      </main>
    </div>
  );
}
