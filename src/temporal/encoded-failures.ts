import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Puts a failure's message and stack trace where the payload codec reaches them. Loaded by its path: by worker and client, and into the
 * bundle of the workflows, for payloads that are encrypted.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
