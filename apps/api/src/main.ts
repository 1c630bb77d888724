import 'reflect-metadata';

// ONNX Runtime tells its maker of each model and run unless this is set before it is loaded. Nobody's pictures are
// their business.
process.env['ORT_DISABLE_TELEMETRY'] = '1';
// libuv reads this once, before its first use. Two loads read four files each at a time, and a share that is away holds
// them for minutes: requests have the rest.
process.env['UV_THREADPOOL_SIZE'] ??= '16';

void import('./serve')
  .then(({ serve }) => serve(process.env))
  .then((code) => {
    process.exitCode = code;
  });
