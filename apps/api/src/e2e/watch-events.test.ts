import { testWatching } from './watch-cases';

jest.setTimeout(300_000);

testWatching('events', {});
