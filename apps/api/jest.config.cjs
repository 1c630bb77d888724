const { availableParallelism } = require('node:os');

// Each suite has a server of its own and waits for it: three side by side even on two cores, where Jest would run one.
module.exports = require('../../jest.preset.cjs')(__dirname, {
  maxWorkers: Math.max(3, availableParallelism() - 1),
  globalSetup: require.resolve('../../tools/jest/fresh-bundle.cjs'),
  testSequencer: require.resolve('../../tools/jest/waiting-first.cjs'),
});
