import { skipToken, useMutation, useQuery, useSubscription } from '@apollo/client/react';
import { useState, type SubmitEvent } from 'react';
import { SERVER } from './client';
import { COLLECTIONS, LOAD, PROGRESS, SEARCH } from './operations';

export function App() {
  const [collection, setCollection] = useState('samples');
  const { data, error } = useQuery(COLLECTIONS);
  return (
    <main>
      {error && <p role="alert">{error.message}</p>}
      <select value={collection} onChange={(event) => setCollection(event.target.value)}>
        {data?.collections.map(({ id, name, imageCount }) => (
          <option key={id} value={name}>{`${name} (${imageCount})`}</option>
        ))}
      </select>
      <Search key={collection} collection={collection} />
      <Load onEnd={setCollection} />
    </main>
  );
}

function Search({ collection }: { collection: string }) {
  const [text, setText] = useState('');
  const { data, error, fetchMore, refetch } = useQuery(SEARCH, text ? { variables: { collection, text } } : skipToken);
  const { edges = [], pageInfo, totalCount } = data?.search ?? {};
  // A cursor is valid as long as the collection exists; after that the search starts again.
  const more = () => fetchMore({ variables: { after: pageInfo?.endCursor } }).catch(() => refetch());
  return (
    <section>
      <form onSubmit={(event) => setText(fieldsOf(event)['text'] ?? '')}>
        <input name="text" type="search" placeholder="小狗" required />
        <button>搜索 Search</button>
        {totalCount !== undefined && <output>{totalCount} 张 pictures</output>}
      </form>
      {error && <p role="alert">{error.message}</p>}
      {edges.map(({ node: { image, similarity } }) => (
        <img key={image.id} src={SERVER + image.url} alt={image.imageId} title={similarity.toFixed(3)} />
      ))}
      {pageInfo?.hasNextPage && <button onClick={() => void more()}>更多 More</button>}
    </section>
  );
}

function Load({ onEnd }: { onEnd: (collection: string) => void }) {
  const [load, { data, error }] = useMutation(LOAD);
  const start = (event: SubmitEvent<HTMLFormElement>) => {
    const { directory = '', collection = '' } = fieldsOf(event);
    load({ variables: { directory, collection } }).catch(() => undefined); // `error` has it.
  };
  return (
    <section>
      <form onSubmit={start}>
        <input name="directory" placeholder="服务器上的文件夹 /home/me/Pictures" required />
        <input name="collection" placeholder="图库 collection" required />
        <button>导入 Load</button>
      </form>
      {error && <p role="alert">{error.message}</p>}
      {data && <Progress key={data.loadCollection.id} id={data.loadCollection.id} onEnd={onEnd} />}
    </section>
  );
}

function Progress({ id, onEnd }: { id: string; onEnd: (collection: string) => void }) {
  const { data, error } = useSubscription(PROGRESS, {
    variables: { id },
    onData: ({ client, data: { data } }) => {
      if (!data?.loadProgress.finishedAt) return;
      // The results of queries before the load are outdated.
      for (const fieldName of ['collections', 'search']) client.cache.evict({ fieldName });
      onEnd(data.loadProgress.collection);
    },
  });
  const problem = error ?? data?.loadProgress.error;
  if (problem) return <p role="alert">{problem.message}</p>;
  if (!data) return null;
  const { status, processed, total, loaded, failed, failures } = data.loadProgress;
  return (
    <>
      <progress value={total ? processed : undefined} max={total ?? undefined} /> {status}: {loaded} 张导入 loaded,{' '}
      {failed} 张失败 failed
      <ul>
        {failures.map(({ item, message }) => (
          <li key={item}>{`${item}: ${message}`}</li>
        ))}
      </ul>
    </>
  );
}

function fieldsOf(event: SubmitEvent<HTMLFormElement>): Record<string, string> {
  event.preventDefault();
  return Object.fromEntries([...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]));
}
