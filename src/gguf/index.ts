export { openGguf, type GgufFile, type TensorInfo } from './reader.ts';
export { Metadata, type NumberArray } from './metadata.ts';
export { StringArray } from './strings.ts';
export * from './types.ts';
