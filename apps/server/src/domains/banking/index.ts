export { encodeText } from './encode-text.ts';
