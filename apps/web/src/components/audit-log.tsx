import { useQuery } from '@apollo/client/react';

import { fill } from '../../logic/src/dictionary';
import { AuditLogDocument } from '../generated/operations';
import { useLanguage } from '../language';
import { ErrorText } from './error-text';

/** The audit log in pages, newest first. */
export function AuditLog() {
  const { t, language } = useLanguage();
  const { data, error, loading, fetchMore } = useQuery(AuditLogDocument, { fetchPolicy: 'network-only' });
  if (!data) return error ? <ErrorText error={error} /> : null;
  const { edges, pageInfo } = data.auditLog;
  return (
    <div className="audit">
      <h2 id="audit-title">{t.auditLog}</h2>
      <p className="models-intro">{t.auditIntro}</p>
      {/* Wide lines scroll sideways on a phone; the keyboard scrolls them too. */}
      <div className="audit-scroll" tabIndex={0} role="region" aria-labelledby="audit-title">
        <table>
          <thead>
            <tr>
              <th scope="col">{t.auditWhen}</th>
              <th scope="col">{t.auditWho}</th>
              <th scope="col">{t.auditAction}</th>
              <th scope="col">{t.auditTarget}</th>
            </tr>
          </thead>
          <tbody>
            {edges.map(({ cursor, node: { at, who, action, target, outcome } }) => (
              <tr key={cursor}>
                <td>{new Date(at).toLocaleString(language === 'zh' ? 'zh-CN' : 'en')}</td>
                <td>{who}</td>
                <td>
                  <code>{action}</code>
                  {outcome !== 'STARTED' && <b>{fill(t.auditFailed, { code: outcome })}</b>}
                </td>
                <td>{target}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {pageInfo.hasNextPage && (
        <button
          type="button"
          disabled={loading}
          onClick={() => void fetchMore({ variables: { after: pageInfo.endCursor } })}
        >
          {t.auditMore}
        </button>
      )}
    </div>
  );
}
