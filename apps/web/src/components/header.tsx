import { share } from '../../logic/src/format';
import { useLanguage } from '../language';
import type { LoadJob } from '../operations';
import { navigate } from '../use-address';
import { isActive } from '../use-load-job';
import { FolderIcon } from './icons';

export function Header({ job, onLoad }: { readonly job: LoadJob | undefined; readonly onLoad: () => void }) {
  const { t, toggle } = useLanguage();
  const running = job !== undefined && isActive(job);
  const done = running ? share(job.processed, job.total) : null;
  return (
    <header className="header">
      <a
        className="brand"
        href="/"
        aria-label={`${t.appName}: ${t.home}`}
        onClick={(event) => {
          // A click with a modifier opens a tab, as on every link.
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          navigate({ query: '', like: null, collection: null });
        }}
      >
        <img src="/favicon.svg" alt="" width="32" height="32" />
        <span>{t.appName}</span>
      </a>
      <nav>
        <button type="button" className="quiet" onClick={onLoad}>
          <FolderIcon />
          {running ? t[`status${job.status}`] : t.load}
          {done !== null && <b>{Math.floor(done * 100)}%</b>}
        </button>
        <a className="quiet" href="/graphql">
          {t.graphiql}
        </a>
        <button type="button" className="quiet" onClick={toggle}>
          {t.otherLanguage}
        </button>
      </nav>
    </header>
  );
}
