/**
 * `metadata.json` in the shape of a MONAI bundle's (docs.monai.io, MONAI Bundle Specification), for tools that read such; the
 * input contract beside it, key `kopt`, as in the model's own metadata. MONAI itself takes no part: the model is an ONNX file.
 */
import { elementAt } from '../../base/element-at.js'
import { version } from '../../base/version.js'
import { limitations, type ModelFacts, modelTitle, open, performanceRows, researchUse, summary } from './facts.js'

export function monaiMetadata(facts: ModelFacts): object {
  const { result, classifier } = facts
  const { classes } = result.dataset
  const { name, inputSize, channels, layout, scaling } = classifier.input
  const range = [0, 1].map((level) =>
    scaling.mean.map((mean, i) => (level - mean) / elementAt(scaling.deviation, i)),
  ) as [number[], number[]]
  return {
    schema: 'https://github.com/Project-MONAI/MONAI-extra-test-data/releases/download/0.8.1/meta_schema_20240725.json',
    version: '0.1.0',
    changelog: { '0.1.0': `exported by kopt ${version}` },
    monai_version: 'none: an ONNX file',
    pytorch_version: 'none: an ONNX file',
    numpy_version: '2.4.6',
    required_packages_version: { onnxruntime: '1.32.0', pillow: '13.0.0' },
    name: modelTitle(facts),
    task: `Classification of radiographs: ${classes.join(', ')}`,
    description: summary(facts),
    authors: open('who trained the model'),
    copyright: open('whose it is, and its licence'),
    data_source: `${result.dataset.name} ${open('institutions, dates, terms')}`,
    data_type: 'radiograph (PNG, JPEG, TIFF, DICOM)',
    image_classes: `${channels === 1 ? 'one grey channel' : 'three channels'}, scaled as kopt.input says`,
    label_classes: classes.map((one, i) => `${i}: ${one}`).join(', '),
    pred_classes: `${classes.length} probabilities, in the order of the classes`,
    eval_metrics: Object.fromEntries(
      performanceRows(facts).map(({ set, arm, aucValue }) => [`AUC, ${set}, ${arm}`, aucValue]),
    ),
    intended_use: researchUse,
    limitations: limitations(facts),
    references: ['Kong HJ, Kim JY, Moon HM, et al. Scientific Reports 2022;12:18118. doi:10.1038/s41598-022-22222-z'],
    network_data_format: {
      inputs: {
        [name]: {
          type: 'image',
          format: 'magnitude',
          modality: 'XR',
          layout,
          num_channels: channels,
          spatial_shape: inputSize,
          dtype: 'float32',
          value_range: [Math.min(...range[0]), Math.max(...range[1])],
          is_patch_data: false,
          channel_def: Object.fromEntries(
            (channels === 1 ? ['grey'] : ['red', 'green', 'blue']).map((channel, i) => [String(i), channel]),
          ),
        },
      },
      outputs: {
        probability: {
          type: 'probabilities',
          format: 'classes',
          num_channels: classes.length,
          spatial_shape: [],
          dtype: 'float32',
          value_range: [0, 1],
          is_patch_data: false,
          channel_def: Object.fromEntries(classes.map((one, i) => [String(i), one])),
        },
      },
    },
    kopt: classifier,
  }
}
