import { testWatching } from './watch-cases';

jest.setTimeout(900_000);

testWatching('events', {});
