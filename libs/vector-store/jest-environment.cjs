// Jest runs tests in a realm of their own; the tensors that ONNX Runtime's binding makes are of the process's realm and
// would not be instances of the tests' Float32Array.
const { TestEnvironment } = require('jest-environment-node');

module.exports = class extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    Object.assign(this.global, { ArrayBuffer, Uint8Array, Float32Array, Float64Array, BigInt64Array });
  }
};
