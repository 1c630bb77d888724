import { testWatching } from './watch-cases';

testWatching('polling', { WENTU_WATCH_POLL_SECONDS: '1' });
