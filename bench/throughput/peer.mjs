// The same work as the job's extraction, as a Node.js user would write it for speed: sharp decodes and resizes (cubic, the
// same a = -0.5), onnxruntime-node infers with batch 1, one worker thread per core, one session per worker.
// Usage: node peer.mjs FOLDER MODEL THREADS [fine]  →  one line of JSON. By itself sharp decodes a JPEG at the scale that leaves
// least to resize; with 'fine' at the one before it, as a person does who sees moiré (its option fastShrinkOnLoad).
import { readdirSync, readFileSync, writeFileSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

const size = 224;
const featureWidth = 1280;

async function work({ files, model, first, step, fastShrinkOnLoad }) {
  const { default: sharp } = await import('sharp');
  const { default: ort } = await import('onnxruntime-node');
  sharp.concurrency(1);
  sharp.cache(false);
  const session = await ort.InferenceSession.create(model, {
    intraOpNumThreads: 1, interOpNumThreads: 1, graphOptimizationLevel: 'all', executionMode: 'sequential',
  });
  const pixels = new Float32Array(size * size * 3);
  const features = new Float32Array(Math.ceil((files.length - first) / step) * featureWidth);
  let row = 0;
  // The next image is read and decoded while this one is inferred.
  const decode = (i) => i < files.length
    ? sharp(readFileSync(files[i])).resize(size, size, { kernel: 'cubic', fit: 'fill', fastShrinkOnLoad }).removeAlpha().raw().toBuffer()
    : undefined;
  let next = decode(first);
  for (let i = first; i < files.length; i += step) {
    const rgb = await next;
    next = decode(i + step);
    for (let p = 0; p < rgb.length; p++) pixels[p] = rgb[p] / 127.5 - 1;
    const result = await session.run({ input: new ort.Tensor('float32', pixels, [1, size, size, 3]) });
    features.set(result.features.data, row++ * featureWidth);
  }
  return features;
}

if (isMainThread) {
  const [folder, model, threads, scale] = process.argv.slice(2);
  const files = readdirSync(folder, { recursive: true })
    .filter((name) => /\.(jpg|jpeg|png|webp)$/i.test(name)).sort().map((name) => join(folder, name));
  const started = process.hrtime.bigint();
  const parts = await Promise.all(Array.from({ length: Number(threads) }, (_, first) => new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { files, model, first, step: Number(threads), fastShrinkOnLoad: scale !== 'fine' } });
    worker.once('message', resolve);
    worker.once('error', reject);
  })));
  const output = mkdtempSync(join(tmpdir(), 'pomona-peer-'));
  parts.forEach((part, i) => writeFileSync(join(output, `features-${i}.bin`), Buffer.from(part)));
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const { default: ort } = await import('onnxruntime-node');
  console.log(JSON.stringify({
    images: files.length, seconds, node: process.version, onnxruntime: ort.env.versions.node ?? '1.30.0',
  }));
} else {
  const features = await work(workerData);
  parentPort.postMessage(new Uint8Array(features.buffer), [features.buffer]);
}
