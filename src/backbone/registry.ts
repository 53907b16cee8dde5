/**
 * Extractors that are known by name: where their weights are, under which licence, how they are checked, and what input
 * they were trained on. None is shipped with kopt; the embedded scattering needs none.
 *
 * Sources: github.com/arnoweng/CheXNet (commit 3d45ee7, model.py), github.com/jrzech/reproduce-chexnet (commit a011a9a,
 * model.py), github.com/mlmed/torchxrayvision (models.py, datasets.py), torchvision 0.28 (models/densenet.py).
 */
import { knownValue } from '../base/own-value.js'
import type { WrittenContract } from './contract.js'

export const embedded = 'scattering'

/** How a downloaded file is checked. */
export type Checksum =
  /** SHA-256 in hex, or its beginning where the makers publish no more. */
  | { readonly sha256: string }
  /** The name Git gives the content: SHA-1 of `blob SIZE\0` and the bytes; it stands in the repository's tree. */
  | { readonly gitBlob: string }
  /** The makers publish none. */
  | null

export interface KnownSource {
  /** What it is and what it has seen, in a sentence. */
  readonly about: string
  readonly licence: string
  /** Where a file comes from; undefined where a user has to bring it. */
  readonly download?: {
    readonly address: string
    readonly checksum: Checksum
    /** Most bytes that are taken. */
    readonly maxBytes: number
  }
  /** Where to look for a file by hand. */
  readonly place: string
  /** What it expects, as far as it does not depend on the file's form. */
  readonly input: Pick<WrittenContract, 'inputSize' | 'channels' | 'scaling'>
}

const imagenetInput = {
  inputSize: [224, 224] as [number, number],
  channels: 3 as const,
  scaling: { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] },
}

/** TorchXRayVision scales grey values 0..255 to -1024..1024. */
const xrayvisionInput = {
  inputSize: [224, 224] as [number, number],
  channels: 1 as const,
  scaling: { mean: [0.5], deviation: [1 / 2048] },
}

const megabytes = 2 ** 20

export const knownSources: Readonly<Record<string, KnownSource>> = {
  chexnet: {
    about: 'CheXNet as arnoweng rebuilt it: DenseNet-121 trained on 14 findings of ChestX-ray14',
    licence: 'none given by its makers: use it for yourself, do not pass it on',
    download: {
      address:
        'https://raw.githubusercontent.com/arnoweng/CheXNet/3d45ee77e2cfe6ec81bf1b87e2ed4e3fc10af6c1/model.pth.tar',
      checksum: { gitBlob: '14922ae7de18767793f6ac85cf51df950327d96c' },
      maxBytes: 200 * megabytes,
    },
    place: 'github.com/arnoweng/CheXNet, file model.pth.tar',
    input: imagenetInput,
  },
  'chexnet-zech': {
    about: 'CheXNet as John Zech rebuilt it: DenseNet-121 trained on 14 findings of ChestX-ray14',
    licence: 'BSD-3-Clause',
    download: {
      address:
        'https://raw.githubusercontent.com/jrzech/reproduce-chexnet/a011a9ab108cb03a533aeab52dc934b02a823ac8/pretrained/checkpoint',
      checksum: { gitBlob: '637c09c2e4295febb266679b18036db052c40f79' },
      maxBytes: 200 * megabytes,
    },
    place: 'github.com/jrzech/reproduce-chexnet, file pretrained/checkpoint',
    input: imagenetInput,
  },
  'xrv-densenet121': {
    about: 'TorchXRayVision DenseNet-121 "all": trained on 18 findings of seven sets of chest films',
    licence: 'Apache-2.0',
    download: {
      address:
        'https://github.com/mlmed/torchxrayvision/releases/download/v1/nih-pc-chex-mimic_ch-google-openi-kaggle-densenet121-d121-tw-lr001-rot45-tr15-sc15-seed0-best.pt',
      checksum: null,
      maxBytes: 200 * megabytes,
    },
    place: 'the releases of github.com/mlmed/torchxrayvision (other DenseNet-121 there have the same input)',
    input: xrayvisionInput,
  },
  'imagenet-densenet121': {
    about: 'DenseNet-121 trained on ImageNet photographs (torchvision); it has seen no radiograph',
    licence: 'BSD-3-Clause (torchvision); ImageNet images are for research',
    download: {
      address: 'https://download.pytorch.org/models/densenet121-a639ec97.pth',
      checksum: { sha256: 'a639ec97' },
      maxBytes: 200 * megabytes,
    },
    place: 'download.pytorch.org/models/densenet121-a639ec97.pth',
    input: imagenetInput,
  },
  mobilenetv2: {
    about: 'MobileNetV2, alpha 0.35, trained on ImageNet photographs (Google); it has seen no radiograph',
    licence: 'Apache-2.0',
    place:
      'the frozen base of Teachable Machine image exports as ONNX (SHA-256 37bcda3c...a84); a MobileNetV2 of PyTorch has to be exported to ONNX first',
    input: { inputSize: [224, 224], channels: 3, scaling: { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] } },
  },
}

/** Contracts of ONNX files that circulate without one, by SHA-256. */
export const knownFiles: Readonly<Record<string, WrittenContract>> = {
  // MobileNetV2, alpha 0.35, ImageNet (Google, Apache-2.0); the frozen base of Teachable Machine's image exports.
  '37bcda3cd23bb8b776ef6e06386aba100145d32b1722bec9dde44acc8a143a84': {
    name: 'mobilenetv2-0.35-imagenet',
    ...knownValue(knownSources, 'mobilenetv2').input,
    layout: 'NCHW',
    inputName: 'x',
    outputName: 'feat',
    note: 'MobileNetV2 (alpha 0.35) trained on ImageNet photographs; it has seen no radiograph.',
  },
}

/** The sentence for a known name whose weights are not on this computer. */
export function howToGet(name: string): string {
  const { about, licence, place } = knownValue(knownSources, name)
  return (
    `backbone ${name} is not on this computer (${about}; licence: ${licence}). With a network: kopt backbone add ${name}. ` +
    `Without one: download it on another computer (${place}), carry the one file over, then kopt backbone add ${name} --from FILE. ` +
    'Until then --backbone scattering works at once'
  )
}
