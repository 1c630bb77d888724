import { lazy, useState } from 'react';

import { fill } from '../../logic/src/dictionary';
import { share } from '../../logic/src/format';
import { START, type View } from '../../logic/src/url-state';
import type { LoadFragment } from '../generated/operations';
import { useLanguage } from '../language';
import { onPlainClick } from '../plain-click';
import { navigate } from '../use-address';
import { offers, session, signOut } from '../session';
import { isActive } from '../use-load-job';
import { Chunk } from './chunk';
import { DeveloperMenu } from './developer-menu';
import { CollectionsIcon, FolderIcon, ModelIcon } from './icons';

const SignInDialog = lazy(() => import('./sign-in-dialog'));

interface Props {
  readonly view: View;
  readonly job: LoadFragment | undefined;
  /** The share of an upload that is sent, 0 to 1; null without an upload. */
  readonly sending: number | null;
  readonly onLoad: () => void;
  /** Back to the start page, without a query or picture. */
  readonly onHome: () => void;
}

export function Header({ view, job, sending, onLoad, onHome }: Props) {
  const { t, toggle } = useLanguage();
  const running = job !== undefined && isActive(job);
  const done = sending ?? (running ? share(job.processed, job.total) : null);
  const loading = sending !== null ? t.sending : running ? t[`status${job.status}`] : t.load;
  return (
    <header className="header">
      <a
        className="brand"
        href="/"
        aria-label={`${t.appName}: ${t.home}`}
        onClick={onPlainClick(() => {
          onHome();
          navigate(START);
        })}
      >
        <img src="/favicon.svg" alt="" width="32" height="32" />
        <span>{t.appName}</span>
      </a>
      <nav aria-label={t.navigation}>
        <a
          className="quiet"
          href="/?view=collections"
          aria-current={view === 'collections' ? 'page' : undefined}
          onClick={onPlainClick(() => {
            navigate({ view: 'collections' });
          })}
        >
          <CollectionsIcon />
          {t.collections}
        </a>
        {offers.models && (
          <a
            className="quiet"
            href="/?view=models"
            aria-current={view === 'models' ? 'page' : undefined}
            onClick={onPlainClick(() => {
              navigate({ view: 'models' });
            })}
          >
            <ModelIcon />
            {t.models}
          </a>
        )}
        {offers.load && (
          <button type="button" className="quiet" onClick={onLoad}>
            <FolderIcon />
            {loading}
            {done !== null && <b>{Math.floor(done * 100)}%</b>}
          </button>
        )}
        {offers.keys && (
          <a
            className="quiet"
            href="/?view=keys"
            aria-current={view === 'keys' ? 'page' : undefined}
            onClick={onPlainClick(() => {
              navigate({ view: 'keys' });
            })}
          >
            {t.keys}
          </a>
        )}
        <DeveloperMenu />
        <button type="button" className="quiet" lang={t.otherLanguageCode} onClick={toggle}>
          {t.otherLanguage}
        </button>
        <SignInOrOut />
      </nav>
    </header>
  );
}

/** Nothing where nobody needs a key. */
function SignInOrOut() {
  const { t } = useLanguage();
  const [asking, setAsking] = useState(false);
  if (session.name !== null)
    return (
      <button
        type="button"
        className="quiet"
        title={fill(t.signedInAs, { name: session.name })}
        onClick={() => void signOut()}
      >
        {t.signOut}
      </button>
    );
  if (!session.canSignIn) return null;
  return (
    <>
      <button
        type="button"
        className="quiet"
        onClick={() => {
          setAsking(true);
        }}
      >
        {t.signIn}
      </button>
      {asking && (
        <Chunk>
          <SignInDialog
            onClose={() => {
              setAsking(false);
            }}
          />
        </Chunk>
      )}
    </>
  );
}
