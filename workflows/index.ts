/** Every workflow of the task queue. The default export catches types that are not here, which would otherwise hang unseen. */
export { migrateIdentity } from './migrate-identity.ts';
export { unknownWorkflow as default } from './unknown-workflow.ts';
