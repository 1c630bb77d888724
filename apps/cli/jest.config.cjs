module.exports = require('../../jest.preset.cjs')(__dirname, {
  globalSetup: require.resolve('../../tools/jest/fresh-bundle.cjs'),
});
