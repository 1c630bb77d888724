module.exports = require('../../jest.preset.cjs')(__dirname, {
  globalSetup: require.resolve('../../tools/jest/fresh-bundle.cjs'),
  // A test starts several commands, and each loads a model.
  testTimeout: 900_000,
});
