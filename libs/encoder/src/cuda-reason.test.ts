import { cudaReason } from './cuda-reason';

// Messages of onnxruntime-node 1.30.0 with the provider of the same version, without an NVIDIA driver.
const TYPES =
  'std::conditional_t<THRW, void, onnxruntime::common::Status> onnxruntime::CudaCall(ERRTYPE, const char*, const char*, SUCCTYPE, const char*, const char*, int) [with ERRTYPE = cudaError; bool THRW = true; SUCCTYPE = cudaError; std::conditional_t<THRW, void, common::Status> = void]';

test('names the failure in a message full of types', () => {
  const message = `/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_call.cc:154 ${TYPES} /onnxruntime_src/onnxruntime/core/providers/cuda/cuda_call.cc:146 ${TYPES} CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=-1 ; hostname=vm ; file=/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_execution_provider.cc ; line=352 ; expr=cudaSetDevice(info_.device_id); \n\n`;
  expect(cudaReason(message)).toBe('CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version');
});

test('keeps the first line of other messages, and no more than 200 characters', () => {
  expect(cudaReason('OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library\nmore')).toBe(
    'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
  );
  expect(cudaReason('x'.repeat(1_000))).toHaveLength(200);
});
