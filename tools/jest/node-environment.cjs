// Jest gives each test file a realm of its own; onnxruntime-node's addon makes typed arrays of the outer one and then
// finds that they are "not a Float32Array". One set of typed arrays for both ends that.
const { TestEnvironment } = require('jest-environment-node');

const SHARED = [
  ArrayBuffer, Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array,
  Float32Array, Float64Array, BigInt64Array, BigUint64Array, DataView,
]; // prettier-ignore

module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    for (const type of SHARED) this.global[type.name] = type;
  }
};
