// Jest begins with the largest files. The tests of watched folders are small and wait for minutes, so they begin first and
// wait beside the others.
const Sequencer = require('@jest/test-sequencer').default;

module.exports = class WaitingFirst extends Sequencer {
  /** @param {import('@jest/test-result').Test[]} tests */
  sort(tests) {
    const waits = ({ path }) => /watch-\w+\.test\.js$/.test(path);
    return super.sort(tests).sort((a, b) => Number(waits(b)) - Number(waits(a)));
  }
};
