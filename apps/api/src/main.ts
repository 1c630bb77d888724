import 'reflect-metadata';

// Without this setting, ONNX Runtime sends telemetry about each model and run. It must be set before the library is
// loaded.
process.env['ORT_DISABLE_TELEMETRY'] = '1';
// libuv reads this once, before its first use. Two loads read four files each at a time, and an unavailable share
// blocks those threads for minutes. The other threads serve requests.
process.env['UV_THREADPOOL_SIZE'] ??= '16';
// In other modes graphql-js compares the names of all types again for each object.
process.env['NODE_ENV'] ??= 'production';

void import('./serve')
  .then(({ serve }) => serve(process.env))
  .then((code) => {
    process.exitCode = code;
  });
