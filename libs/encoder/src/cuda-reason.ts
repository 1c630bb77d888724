const MAX_LENGTH = 200;

/**
 * The part of ONNX Runtime's message that says what failed. In the message of a failed CUDA call, types of C++ come
 * before it, and the place in ONNX Runtime's source after it.
 */
export function cudaReason(message: string): string {
  const failure = /\bCU[A-Z]+ failure \d+:[^;\n]+/.exec(message)?.[0].trim();
  return (failure ?? message.split('\n')[0] ?? '').slice(0, MAX_LENGTH);
}
