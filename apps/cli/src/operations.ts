/** The operations that the command line sends to a running server. */

const JOB = `id status total processed loaded skipped failed replaced removed missing unreadFolders imagesPerSecond
  ignored { notPicture junk excluded link unreadable } error { item code message }`;

export const COLLECTIONS = '{ collections { name imageCount model dimension } }';

export const SEARCH = `
  query ($text: String!, $collection: String, $topK: Int!) {
    searchImages(text: $text, collection: $collection, topK: $topK) {
      similarity
      distance
      image { id imageId mimeType width height sizeBytes }
    }
    explainText(text: $text, collection: $collection) { understood unknownWords usedText ignoredText }
  }`;

export const LOAD = `
  mutation (
    $collection: String!
    $directory: String!
    $imageIdFrom: ImageIdSource
    $split: String
    $featuresModel: String
    $copyImages: Boolean
  ) {
    loadCollection(
      collection: $collection
      directory: $directory
      imageIdFrom: $imageIdFrom
      split: $split
      featuresModel: $featuresModel
      copyImages: $copyImages
    ) { ${JOB} }
  }`;

export const LOAD_STATE = `query ($id: ID!) { loadJob(id: $id) { ${JOB} } }`;

export const CANCEL = 'mutation ($id: ID!) { cancelLoad(id: $id) { id } }';

export const FAILURES = `
  query ($id: ID!, $first: Int!) { loadJob(id: $id) { failures(first: $first) { item code message } } }`;

export const RESOLVE_MISSING = `
  mutation ($collection: String!, $directory: String!, $action: MissingAction!) {
    resolveMissing(collection: $collection, directory: $directory, action: $action)
  }`;

export const DROP = 'mutation ($name: String!) { dropCollection(name: $name) }';

export const REPAIR = `
  mutation ($collection: String) {
    repairCollections(collection: $collection) { collection upserted removedFromIndex removedRows }
  }`;
