import { offersFor, parsePageSession, type Right } from './page-session';

test('a page without a session of the server offers everything but keys', () => {
  for (const text of [null, '', '%SESSION%', 'null', '"x"', '{']) {
    const session = parsePageSession(text);
    expect(session).toMatchObject({ name: null, csrf: null, canSignIn: false });
    expect(offersFor(session)).toEqual({
      ...{ search: true, load: true, loadFolders: true, changeImages: true, manageCollections: true, models: true },
      keys: false,
    });
  }
});

test('a role is offered what it may do', () => {
  const sessionOf = (rights: readonly Right[], isBound = false) =>
    offersFor(parsePageSession(JSON.stringify({ name: 'mia', rights, isBound, csrf: 'x', canSignIn: false })));
  expect(Object.values(sessionOf([])).every((offer) => !offer)).toBe(true);
  expect(sessionOf(['SEARCH', 'READ_IMAGES'])).toMatchObject({ search: true, load: false, changeImages: false });
  expect(sessionOf(['SEARCH', 'LOAD'], true)).toMatchObject({ load: true, loadFolders: false });
  expect(sessionOf(['SEARCH', 'MANAGE_COLLECTIONS', 'ADMIN'], true)).toMatchObject({
    ...{ manageCollections: true, models: false, keys: false },
  });
  expect(sessionOf(['SEARCH', 'ADMIN'])).toMatchObject({ models: true, keys: true });
});
