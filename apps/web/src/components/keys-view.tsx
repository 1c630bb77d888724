import { useQuery } from '@apollo/client/react';
import { useState } from 'react';

import { fill } from '../../logic/src/dictionary';
import { formatDay } from '../../logic/src/format-date';
import { KeysDocument, type KeyFragment } from '../generated/operations';
import { useLanguage } from '../language';
import { AuditLog } from './audit-log';
import { CreateKeyDialog, MadeKeyDialog, RevokeKeyDialog, RotateKeyDialog, type Made } from './key-dialogs';
import { CollectionsFailed } from './notices';
import '../styles/collections.css';

type Asked = { readonly what: 'create' } | { readonly what: 'rotate' | 'revoke'; readonly key: KeyFragment };

/** Who may use the server, and who did what. */
export default function KeysView() {
  const { t } = useLanguage();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [made, setMade] = useState<Made | null>(null);
  const { data, error, refetch } = useQuery(KeysDocument, { fetchPolicy: 'cache-and-network' });
  if (!data) return error ? <CollectionsFailed error={error} onRetry={() => void refetch()} /> : null;
  const keys = data.keys.filter(({ revokedAt }) => revokedAt === null);
  const close = () => {
    setAsked(null);
  };
  const onMade = (result: Made) => {
    close();
    setMade(result.secret === null ? null : result);
  };
  return (
    <section className="collections keys" aria-labelledby="keys-title">
      <div className="collections-head">
        <h1 id="keys-title">{t.keys}</h1>
        <button
          type="button"
          className="primary"
          onClick={() => {
            setAsked({ what: 'create' });
          }}
        >
          {t.createKey}
        </button>
      </div>
      <p className="models-intro">{t.keysIntro}</p>
      {keys.length === 0 && <p className="models-intro">{t.noKeys}</p>}
      <ul className="cards">
        {keys.map((key) => (
          <Card
            key={key.id}
            owner={key}
            onRotate={() => {
              setAsked({ what: 'rotate', key });
            }}
            onRevoke={() => {
              setAsked({ what: 'revoke', key });
            }}
          />
        ))}
      </ul>
      <AuditLog />
      {asked?.what === 'create' && <CreateKeyDialog onMade={onMade} onClose={close} />}
      {asked?.what === 'rotate' && <RotateKeyDialog owner={asked.key} onMade={onMade} onClose={close} />}
      {asked?.what === 'revoke' && <RevokeKeyDialog owner={asked.key} onClose={close} />}
      {made && (
        <MadeKeyDialog
          made={made}
          onClose={() => {
            setMade(null);
          }}
        />
      )}
    </section>
  );
}

interface CardProps {
  readonly owner: KeyFragment;
  readonly onRotate: () => void;
  readonly onRevoke: () => void;
}

function Card({ owner, onRotate, onRevoke }: CardProps) {
  const { t, language } = useLanguage();
  const { name, kind, role, collections, prefix, createdAt, lastUsedAt, expiresAt } = owner;
  const date = (iso: string): string => formatDay(iso, language);
  const among = collections?.join(language === 'zh' ? '、' : ', ');
  return (
    <li className="card">
      <h2>{name}</h2>
      <p>{t[`role${role}`]}</p>
      <p>
        {among === undefined
          ? t.keyUnlimited
          : fill(t.keyLimited, { collections: among === '' ? t.keyNoCollection : among })}
      </p>
      <p>{kind === 'KEY' ? <code>{prefix}…</code> : t.withPassword}</p>
      <p>
        {fill(t.keyCreated, { date: date(createdAt) })} ·{' '}
        {lastUsedAt === null ? t.keyNeverUsed : fill(t.keyUsed, { date: date(lastUsedAt) })}
      </p>
      {expiresAt !== null && <p>{fill(t.keyExpires, { date: date(expiresAt) })}</p>}
      <div className="card-actions">
        <button type="button" aria-label={`${t.rotate}: ${name}`} onClick={onRotate}>
          {t.rotate}
        </button>
        <button type="button" className="danger" aria-label={`${t.revoke}: ${name}`} onClick={onRevoke}>
          {t.revoke}
        </button>
      </div>
    </li>
  );
}
