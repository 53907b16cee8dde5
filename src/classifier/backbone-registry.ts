/** Extractors that are known without being asked: files by checksum, and names whose weights a user has to bring. */
import type { WrittenContract } from './backbone-contract.js'

/** Contracts of files that circulate without one, by SHA-256. */
export const knownFiles: Readonly<Record<string, WrittenContract>> = {
  // MobileNetV2, alpha 0.35, ImageNet (Google, Apache-2.0); the frozen base of Teachable Machine's image exports.
  '37bcda3cd23bb8b776ef6e06386aba100145d32b1722bec9dde44acc8a143a84': {
    name: 'mobilenetv2-0.35-imagenet',
    inputSize: [224, 224],
    layout: 'NCHW',
    channels: 3,
    scaling: { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] },
    inputName: 'x',
    outputName: 'feat',
    note: 'MobileNetV2 (alpha 0.35) trained on ImageNet photographs; it has seen no radiograph.',
  },
}

/** Names with weights that can't be shipped: what to get, from where, and how to carry it. */
export const broughtByUser: Readonly<Record<string, string>> = {
  chexnet:
    'CheXNet (DenseNet-121 trained on ChestX-ray14) has no weights here: their makers give no licence to pass them on. ' +
    'Get a DenseNet-121 checkpoint with 14 outputs, for example model.pth.tar of github.com/arnoweng/CheXNet, on a machine with a network; ' +
    'export its feature part to ONNX there (input [N, 3, H, W] scaled by the ImageNet mean and deviation, output [N, 1024] after the last pooling); ' +
    'carry the one file over on a stick or a share; then name it: --backbone chexnet.onnx, with chexnet.onnx.json beside it for its contract. ' +
    'Without it, --backbone scattering works at once',
}

export const embedded = 'scattering'
