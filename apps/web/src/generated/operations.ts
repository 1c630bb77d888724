// Made by codegen.mjs from operations.graphql and the API's schema.
export * from './first-documents';
export * from './more-documents';
export * from './types';
