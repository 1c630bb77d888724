// Code without a browser is in logic/ and is compiled separately: dist/ here is the page that the server sends to
// browsers.
module.exports = require('../../jest.preset.cjs')(__dirname, { roots: ['<rootDir>/logic/dist'] });
