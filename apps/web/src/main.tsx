import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { ApolloProvider } from '@apollo/client/react';
import { relayStylePagination } from '@apollo/client/utilities';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app';
import { LanguageProvider } from './language';
import './styles/base.css';
import './styles/header.css';
import './styles/search.css';
import './styles/results.css';
import './styles/dialogs.css';
import './styles/load.css';

// One list for each search; asking for the next page adds to it.
const cache = new InMemoryCache({
  typePolicies: { Query: { fields: { search: relayStylePagination(['query', 'collection']) } } },
});
const client = new ApolloClient({ link: new HttpLink({ uri: '/graphql' }), cache });

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id "root"');
createRoot(root).render(
  <StrictMode>
    <ApolloProvider client={client}>
      <LanguageProvider>
        <App />
      </LanguageProvider>
    </ApolloProvider>
  </StrictMode>,
);
