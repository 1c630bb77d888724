/** The operations that the command line sends to a running server. */

const DETAIL = 'detail { key params { name value } }';

const JOB = `id status total processed loaded skipped failed keptOut replaced removed missing unreadFolders imagesPerSecond
  ignored { notPicture junk excluded link unreadable unsettled } error { item code message ${DETAIL} }`;

export const COLLECTIONS = '{ collections { name imageCount model dimension } }';

const HIT = `score similarity distance isRelevant collection matched { lines { text } } image { id imageId mimeType width height sizeBytes }`;

const SAME = 'duplicates { score similarity collection image { id imageId } }';

const UNDERSTANDING = 'understood unknownWords usedText ignoredText';

export const SEARCH = `
  query ($text: String!, $collection: String, $topK: Int!) {
    searchImages(text: $text, collection: $collection, topK: $topK) { ${HIT} }
    explainText(text: $text, collection: $collection) { ${UNDERSTANDING} }
  }`;

export const FIND = `
  query (
    $query: SearchQuery!
    $collection: String
    $collections: [String!]
    $everywhere: Boolean! = false
    $filter: ImageFilter
    $first: Int!
    $collapse: Boolean!
    $match: SearchMatch!
    $datesInWords: Boolean!
    $timeZone: String
  ) {
    search(
      query: $query
      collection: $collection
      collections: $collections
      everywhere: $everywhere
      filter: $filter
      first: $first
      collapse: $collapse
      match: $match
      datesInWords: $datesInWords
      timeZone: $timeZone
    ) {
      collections
      understood { text words takenAfter takenBefore }
      ranking
      unanswered { collection code message }
      edges { node { ${HIT} ${SAME} } }
    }
  }`;

export const EXPLAIN = `
  query ($text: String!, $collection: String) {
    explainText(text: $text, collection: $collection) { ${UNDERSTANDING} }
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
  query ($id: ID!, $first: Int!) { loadJob(id: $id) { failures(first: $first) { item code message ${DETAIL} } } }`;

export const RESOLVE_MISSING = `
  mutation ($collection: String!, $directory: String!, $action: MissingAction!) {
    resolveMissing(collection: $collection, directory: $directory, action: $action)
  }`;

export const DROP = 'mutation ($name: String!) { dropCollection(name: $name) }';

export const DELETE_IMAGES = `
  mutation ($collection: String!, $imageIds: [ID!]!, $keepOut: Boolean!) {
    deleteImages(collection: $collection, imageIds: $imageIds, keepOut: $keepOut)
  }`;

export const IMAGES = `
  query ($name: String!, $filter: ImageFilter, $orderBy: ImageOrder, $first: Int!, $after: String) {
    collection(name: $name) {
      imagesConnection(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
        edges { node { imageId mimeType width height sizeBytes takenAt camera } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }`;

export const MATCHING_COUNT = `
  query ($name: String!, $filter: ImageFilter!) { collection(name: $name) { matchingCount(filter: $filter) } }`;

export const FACETS = `
  query ($collection: String!, $filter: ImageFilter, $fields: [FacetField!]!, $folder: String!, $limit: Int!) {
    facets(collection: $collection, filter: $filter, fields: $fields, folder: $folder, limit: $limit) {
      field
      totalCount
      imageCount
      values { value count }
    }
  }`;

export const DELETE_MATCHING = `
  mutation ($collection: String!, $filter: ImageFilter!, $expectedCount: Int!, $keepOut: Boolean!) {
    deleteMatchingImages(collection: $collection, filter: $filter, expectedCount: $expectedCount, keepOut: $keepOut)
  }`;

export const SET_ATTRIBUTES = `
  mutation ($collection: String!, $changes: [ImageAttributesChange!]!) {
    setImageAttributes(collection: $collection, changes: $changes) { imageId status message }
  }`;

export const KEPT_OUT = `
  query ($name: String!, $after: String) {
    collection(name: $name) {
      keptOutImages(first: 1000, after: $after) {
        edges { node { imageId keptOutAt } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }`;

export const ALLOW_IMAGES = `
  mutation ($collection: String!, $imageIds: [ID!]!) { allowImages(collection: $collection, imageIds: $imageIds) }`;

export const REENCODE = `
  mutation ($collection: String!, $model: String!, $hideUnreadable: Boolean!) {
    reencodeCollection(collection: $collection, model: $model, hideUnreadable: $hideUnreadable) { ${JOB} }
  }`;

export const SOURCES = `
  query ($name: String!) {
    collection(name: $name) {
      sources(first: 1000) { id directory state imageCount watch { state problem } lastLoad { id status failed finishedAt } }
    }
  }`;

export const WATCH_SOURCE = `
  mutation ($source: ID!, $on: Boolean!) { watchSource(source: $source, on: $on) { id } }`;

export const SPACES = `
  query ($name: String!) {
    collection(name: $name) { spaces { model dimension imageCount missingCount isActive } }
  }`;

export const DROP_SPACE = `
  mutation ($collection: String!, $model: String!) { dropSpace(collection: $collection, model: $model) { id } }`;

const DUPLICATE_SEARCH = 'status done error { code message } newImageCount';

export const FIND_DUPLICATES = `
  mutation ($collection: String!) { findDuplicates(collection: $collection) { ${DUPLICATE_SEARCH} } }`;

export const DUPLICATE_STATE = `
  query ($collection: String!) { duplicates(collection: $collection, first: 0) { search { ${DUPLICATE_SEARCH} } } }`;

export const CANCEL_DUPLICATES = `
  mutation ($collection: String!) { cancelFindDuplicates(collection: $collection) { status } }`;

export const DUPLICATES = `
  query ($collection: String!, $first: Int!, $images: Int!) {
    duplicates(collection: $collection, first: $first) {
      totalCount
      spareBytes
      search { ${DUPLICATE_SEARCH} }
      edges {
        node {
          imageCount
          spareBytes
          images(first: $images) { kind similarity image { imageId width height sizeBytes } }
        }
      }
    }
  }`;

export const KEYS = `{ keys { id name kind role collections prefix createdAt lastUsedAt expiresAt revokedAt } }`;

export const CREATE_KEY = `
  mutation ($name: String!, $role: Role!, $collections: [String!], $expiresAt: DateTimeISO, $password: String) {
    createKey(name: $name, role: $role, collections: $collections, expiresAt: $expiresAt, password: $password) { secret }
  }`;

export const ROTATE_KEY =
  'mutation ($id: ID!, $password: String) { rotateKey(id: $id, password: $password) { secret } }';

export const REVOKE_KEY = 'mutation ($id: ID!) { revokeKey(id: $id) { id } }';

export const AUDIT = `
  query ($first: Int!) { auditLog(first: $first) { edges { node { at who action target outcome } } } }`;

export const REPAIR = `
  mutation ($collection: String) {
    repairCollections(collection: $collection) { collection upserted removedFromIndex removedRows }
  }`;
