import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { fitTensors, toFloat32 } from '../tensor-types';
import type { OnnxGraph } from './onnx-graph';
import { partFor, writeOnnxGraph } from './split-onnx';

/** The outputs of a joint graph. */
export const JOINT = { image: 'image_embeds', text: 'text_embeds', logits: 'logits_per_image' } as const;

/** The logits that a model gives for a picture and a text. */
export interface Logits {
  /** Of two equal unit vectors. */
  readonly same: number;
  /** Of two vectors whose cosine is 0. */
  readonly apart: number;
}

/**
 * What the model makes of cosines: the last nodes of the joint graph run on unit vectors. The configuration has only
 * the values before training.
 *
 * @param folder with the external weights of the graph; it gets a file for a moment
 * @returns null when the graph does not show it
 */
export async function readLogits(joint: OnnxGraph, dimension: number, folder: string): Promise<Logits | null> {
  if (dimension < 2 || !joint.outputs.some(({ name }) => name === JOINT.logits)) return null;
  const tail = partFor(joint, JOINT.logits, [JOINT.image, JOINT.text]);
  // When the embeddings are side branches of the graph, the logits need the whole towers, which is too expensive.
  if (tail.inputs.length !== 2 || tail.nodes.length > 100) return null;
  const path = join(folder, 'logits.onnx');
  try {
    await writeOnnxGraph(tail, path);
    const session = await InferenceSession.create(path, { logSeverityLevel: 4 });
    try {
      const run = async (text: Tensor): Promise<number> => {
        const feeds = fitTensors(session, { [JOINT.image]: unitVector(dimension, 0), [JOINT.text]: text });
        const { [JOINT.logits]: logits } = await session.run(feeds);
        return (logits && toFloat32(logits)?.[0]) ?? NaN;
      };
      const found = { same: await run(unitVector(dimension, 0)), apart: await run(unitVector(dimension, 1)) };
      return Number.isFinite(Math.log(found.same - found.apart)) ? found : null;
    } finally {
      await session.release();
    }
  } catch {
    return null;
  } finally {
    await rm(path, { force: true });
  }
}

function unitVector(dimension: number, at: number): Tensor {
  const values = new Float32Array(dimension);
  values[at] = 1;
  return new Tensor('float32', values, [1, dimension]);
}
