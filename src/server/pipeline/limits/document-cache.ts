import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** Remembers what a function made of a text, so that an operation that many clients send is parsed once. */
export interface DocumentCache {
  get(text: string): DocumentNode | undefined;
  set(text: string, document: DocumentNode): void;
}

/** Measured: a token with what stands for it in the tree. */
const BYTES_PER_TOKEN = 500;
const BYTES_PER_CHARACTER = 2;

/**
 * Bounded by what the documents take in memory, and not by their number alone: a comment makes a document of
 * a few tokens as long as a request may be, and whoever sends a new one each time would fill the heap.
 */
export function createDocumentCache(maxBytes = 16_777_216): DocumentCache {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: maxBytes,
    sizeCalculation: ({ tokenCount = 0 }, text) =>
      BYTES_PER_CHARACTER * text.length + BYTES_PER_TOKEN * tokenCount + 1,
  });
  return {
    get: (text) => documents.get(text),
    set: (text, document) => void documents.set(text, document),
  };
}
