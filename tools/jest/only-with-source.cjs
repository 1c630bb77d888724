// Jest `filter`: keeps a compiled test only while the TypeScript file it came from exists.
const { existsSync } = require('node:fs');
const { sep } = require('node:path');

module.exports = (tests) => ({
  filtered: tests.filter((test) =>
    existsSync(test.replace(`${sep}dist${sep}`, `${sep}src${sep}`).replace(/\.js$/, '.ts')),
  ),
});
