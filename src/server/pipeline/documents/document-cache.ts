import { LRUCache } from 'lru-cache';
import type { AnalysedDocument } from './analyse-document.ts';

/** Caches documents by their text, so that an operation that many clients send is analysed once. */
export interface DocumentCache {
  get(text: string): AnalysedDocument | undefined;
  set(text: string, document: AnalysedDocument): void;
}

/** Measured: one token with its part of the tree. */
const BYTES_PER_TOKEN = 500;
const BYTES_PER_CHARACTER = 2;
/** Measured: one error of validation, with its stack. */
const BYTES_PER_ERROR = 2000;

/**
 * The cache is limited by the memory that its documents take, not by their number. A comment can make a
 * document of a few tokens as long as a request may be, so a client that sends a new one each time could fill
 * the heap.
 */
export function createDocumentCache(maxBytes = 16_777_216): DocumentCache {
  const documents = new LRUCache<string, AnalysedDocument>({
    maxSize: maxBytes,
    sizeCalculation: ({ document: { tokenCount = 0 }, errors }, text) =>
      BYTES_PER_CHARACTER * text.length +
      BYTES_PER_TOKEN * tokenCount +
      BYTES_PER_ERROR * errors.length +
      1,
  });
  return {
    get: (text) => documents.get(text),
    set: (text, document) => void documents.set(text, document),
  };
}
