// What needs no browser is in logic/, compiled on its own: dist/ here is what the server hands to browsers.
module.exports = require('../../jest.preset.cjs')(__dirname, { roots: ['<rootDir>/logic/dist'] });
