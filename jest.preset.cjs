// Tests run on what `tsc -b` emitted, so what is tested is what is shipped, worker threads included.
const { existsSync } = require('node:fs');

// As the apps do: ONNX Runtime sends telemetry unless this is set before it is loaded.
process.env.ORT_DISABLE_TELEMETRY = '1';

/** @param {string} projectRoot @param {import('jest').Config} [extra] */
module.exports = (projectRoot, extra = {}) => ({
  rootDir: projectRoot,
  roots: ['<rootDir>/dist'],
  testMatch: ['**/*.test.js'],
  // What other suites cover too, and takes long: .ci/long has it.
  testPathIgnorePatterns: process.env.WENTU_LONG_TESTS === '1' ? [] : ['\\.long\\.test\\.js$'],
  transform: {},
  testEnvironment: require.resolve('./tools/jest/node-environment.cjs'),
  // tsc leaves the output of a deleted source behind; a test without its source is not a test.
  filter: require.resolve('./tools/jest/only-with-source.cjs'),
  reporters: ['default', require.resolve('./tools/jest/summary-reporter.cjs')],
  // For a machine that is several times slower than a usual one, and does other work. A suite that needs longer says so.
  testTimeout: 600_000,
  ...extra,
});
if (!existsSync(__dirname + '/node_modules')) throw new Error('Run "npm ci" in the workspace root first.');
