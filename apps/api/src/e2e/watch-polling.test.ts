import { testWatching } from './watch-cases';

jest.setTimeout(600_000);

testWatching('polling', { WENTU_WATCH_POLL_SECONDS: '1' });
