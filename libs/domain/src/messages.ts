/**
 * The messages of errors in English, by key, with {places} for values; a place in quotation marks is escaped.
 * `@wentu/language` has each of them in Chinese. A key is stable; its text may change.
 */
export const MESSAGES = {
  ADDRESS_INVALID: '"{text}" is not an address; give one that starts with https:// or http://',
  ALL_FAILED: 'none of the {failed} items could be loaded; the first is {first} ({code})',
  AVIF_FIRST_FRAME:
    'the first frame of this animated AVIF is empty, and Wentu cannot read the other frames; save a frame as PNG',
  BASE64_CHARACTER: 'the base64 has {character} at position {position}',
  BASE64_CUT: 'the base64 has {length} characters: it was cut off, or its padding is wrong',
  BMP_DAMAGED: 'the BMP is damaged: {why}; fetch it again',
  BMP_UNSUPPORTED: 'BMP pictures of {bits} bits with compression {compression} are not supported; save it as PNG',
  COLLECTION_COMING:
    'an unfinished load will create a collection "{collection}"; wait until it has ended, cancel it, or choose another name',
  COLLECTION_EXISTS: 'collection "{collection}" exists already; choose another name',
  COLLECTION_GONE: 'there is no collection with the id {id}, or it is being dropped; create it first',
  COLLECTION_NAME_INVALID:
    '{name} is not a valid collection name; give 1 to {maxLength} characters without control characters, invisible characters, or spaces at the start or end',
  COPY_TOO_LARGE:
    'the picture has {pictureBytes} bytes; at most {maxBytes} are copied into the store (WENTU_MAX_COPIED_BYTES, and max_allowed_packet of a MySQL server)',
  COUNT_CHANGED:
    '{count} images of "{collection}" match the filter, and {expected} were expected; nothing was deleted. Look at the images that match, and give their number as expectedCount',
  CSRF_MISSING: 'the request has no valid {header}; reload the page, or use a key',
  CURSOR_FOREIGN:
    'the cursor in after belongs to another search, or to embeddings that were dropped after a change of the model; repeat the arguments of that search, or leave after out',
  DECODERS_BUSY: '{count} pictures are waiting to be decoded; try again in a moment',
  DIRECTORY_INVALID: 'directory is "{directory}"; give the path of a folder on the server',
  DIRECTORY_IS_FILE: '{directory} is a file; give the folder that holds the pictures',
  DIRECTORY_RELATIVE: 'directory is "{directory}"; give an absolute path on the server',
  DUPLICATES_QUEUED: '{max} collections wait for their search for duplicates; start this one when some have ended',
  DUPLICATES_TOO_MANY:
    'more than {max} images of collection "{collection}" are in groups; divide the collection into several ones',
  DUPLICATE_ID: 'the id {imageId} is also on line {line}; the first picture is loaded',
  EXPIRY_PASSED: 'expiresAt is {time}, which has passed; give a later time',
  FACETS_TOO_MANY:
    'collection "{collection}" has {count} images; facets count at most {max}. Count with matchingCount, one filter at a time',
  FETCH_HOST: '{host} is not a host from which this server fetches pictures; name it in {setting}',
  FETCH_OFF: 'this server fetches no pictures; send the bytes, or name {host} in {setting}',
  FILE_EMPTY: 'the file is empty',
  FILE_INCOMPLETE: '{path} did not arrive completely; send it again',
  FILE_REPLACED: 'the {what} was replaced while it was read, perhaps by a link; load it again',
  FILE_TOO_LARGE: 'the file has {fileBytes} bytes; at most {maxBytes} are read (WENTU_MAX_IMAGE_BYTES)',
  FILE_UNREADABLE: 'the {what} cannot be read ({code}); check that it exists and that you may read it',
  FILTER_DEEP: 'the filter is more than {max} levels deep; combine nested and / or / not',
  FILTER_FOLDER:
    'the filter on {name} has folder "{folder}"; write a folder without a slash at its end, such as "trips/2024"',
  FILTER_PLACE:
    'the filter is near latitude {latitude}, longitude {longitude}; use degrees from -90 to 90 and from -180 to 180',
  FILTER_RADIUS: 'the filter is near a place within {km} km; use {least} to {most}',
  FILTER_RANGE: 'the range on {name} is empty, because {from} is more than {to}; exchange the two',
  FILTER_TERMS: 'the filter has more than {max} terms; search with fewer conditions or values at a time',
  FOLDER_LINKED: '{directory} is a link to another folder now; load that folder instead',
  FOLDER_SILENT:
    'the folder did not answer {times} times within {seconds} s; check that its disk or share is connected, or set WENTU_FOLDER_TIMEOUT_MS higher, then load again',
  FOLDER_TOO_DEEP: 'the folder is more than {maxDepth} levels deep; load a folder nearer to it',
  FOLDER_UNREADABLE: 'the folder {directory} cannot be read ({code}); check its permissions',
  FORMAT_UNSUPPORTED: '{format} pictures are not supported; save it in one of these formats: {formats}',
  HEIC_EMPTY: 'the HEIC is damaged: it contains no picture; fetch it again',
  HEIC_UNREADABLE:
    'the HEIC cannot be decoded: it is damaged, or libheif does not support it; open it in an image viewer, or fetch it again',
  HUB_ANSWER: '{answer} instead of the file; check the address, or try another mirror with --mirror',
  HUB_LOGIN:
    '{answer}: the server needs a login for this file; download it in a browser, then run wentu model add FOLDER',
  HUB_REVISION: '{answer}: {repository} has no such revision; check the branch, tag or commit',
  HUB_TOKEN: 'HF_TOKEN is not a token of the hub: it contains spaces or characters beyond ASCII',
  HUB_TOO_MANY: '{url} lists more than {max} files; give the address of a folder that contains one model',
  HUB_UNREACHABLE: '{what}; check that this machine is online, and set HTTPS_PROXY if it needs a proxy',
  HUB_WEB_PAGE:
    '{url} gives a web page instead of the file; check the address, and log in to the network if it needs that',
  ID_CHARACTERS: 'the id has control characters, or is not valid UTF-8; rename it',
  ID_EMPTY: 'the id is empty',
  ID_TOO_LONG: 'the id has {length} characters; at most {maxLength} are allowed: {start}…',
  IGNORE_FILE_INVALID:
    'the folder was not read, because its {file} cannot be used ({why}); correct or delete that file',
  IMAGES_HIDDEN:
    '{count} images cannot be encoded with {model}, so searches would not find them any more; the collection keeps its model. Make their files readable and start again, delete these images, or start again with hideUnreadable',
  IMAGE_ID_INVALID: '"{id}" cannot be the id of an image; give 1 to {maxLength} characters without control characters',
  INDEXES_FILLING: 'the indexes are being filled from the metadata store; try again in a moment',
  INDEX_MISSING:
    'collection "{collection}" has images but no index; run wentu repair, or start the server again, to rebuild the index',
  JPEG_CUT: 'the JPEG is cut off: the file ends before the picture does; fetch it again',
  JPEG_WITHOUT_PICTURE: 'the JPEG is cut off before its picture begins; fetch it again',
  JXL_DAMAGED: 'the JPEG XL is damaged; fetch it again',
  JXL_NO_HEADER: 'the JPEG XL is damaged: no header; fetch it again',
  KEYS_FULL: 'there are {max} keys already; revoke keys that are not used',
  KEY_BOUND:
    'the key of {name} is bound to some collections, and this is not about one of them; use a key of all collections',
  KEY_COLLECTIONS_COUNT: 'collections has {count} names; give 1 to {max}, or none for a key of all collections',
  KEY_COLLECTIONS_GONE: 'the collections that your key is bound to do not exist any more; ask for another key',
  KEY_EXISTS: 'there is a key named "{name}" already; choose another name, or revoke or rotate that key',
  KEY_HAS_PASSWORD: '"{name}" has a password; give the new password',
  KEY_IS_RANDOM: '"{name}" is a key and gets a random secret; leave the password out',
  KIND_UNSUPPORTED: 'this kind of {format} is not supported ({why}); save it as JPEG or PNG',
  LOADS_QUEUED:
    '{max} loads are already queued (WENTU_MAX_QUEUED_LOADS); try again when some of them have ended, or cancel some of them',
  LOAD_CRASHED: 'the process died {times} times while it ran this load; read the log, then load again',
  MODEL_BEING_ADDED: 'another process is adding the model {model}; wait until it has ended',
  MODEL_CHANGED:
    'collection "{collection}" has changed its model, and the {model} embeddings of the earlier pages are being dropped; search again from the first page',
  MODEL_EXISTS:
    'a model named {model} already exists; give another name with --name, or remove it first: wentu model remove {again}',
  MODEL_IN_USE:
    'collection "{collection}" is searched with the model {model}; change its model before this one is dropped',
  MODEL_MISSING:
    'collection "{collection}" holds {holds}, and no installed model makes those. {remedy}, or change the collection\'s model to an installed one (on the page, or by reencodeCollection, or wentu reencode)',
  MODEL_NAME_INVALID:
    '"{name}" cannot be the name of a model; with --name give a name of Latin letters, digits, - _ and .',
  MODEL_NOT_INSTALLED:
    'the model "{model}" is not installed; wentu model list shows the installed models, and wentu model add installs one',
  MODEL_OF_SERVER: '{model} is the model of this server until it is started again; remove it then',
  MODEL_REMOVED: 'the model {model} was removed during the search; search again',
  MODEL_REPLACED: 'the model {model} was replaced while it was being opened; try again',
  MODEL_SET: 'WENTU_MODEL chooses the model of this server; unset it or set it to {model}, and start the server again',
  MODEL_SHIPPED: 'a model named {model} is shipped with Wentu; give another name with --name',
  NAME_CHARACTERS: 'the name contains a control character; give letters, digits and signs',
  NAME_LENGTH: 'the name has {length} characters; give 1 to {max}',
  NEEDS_MEMORY:
    '{what} needs {neededMib} MiB to decode; one picture may use at most {maxMib} MiB (WENTU_MAX_DECODE_BYTES)',
  NONE_ENCODED: 'none of the {count} images could be encoded with {model}{example}',
  NOT_A_FOLDER: '{directory} is not a folder ({code})',
  NOT_A_PICTURE: 'the file is not a picture that Wentu can read; give {formats}',
  NO_ADDRESS: 'there is no {url}; check the address',
  NO_COLLECTION: 'no collection "{name}"; the query "collections" lists the collections',
  NO_EMBEDDING:
    'image "{image}" of collection "{collection}" has no embedding of {model}: its original could not be read when the model was changed. Load it again, or change the model back',
  NO_EMBEDDINGS: 'collection "{collection}" has no embeddings of the model "{model}"; its spaces list the models',
  NO_EXPORT:
    'no ONNX export of {model} is published; make one with tools/export-chinese-clip, then run wentu model add FOLDER',
  NO_FOLDER: 'there is no folder {directory}',
  NO_IMAGE: 'no image "{image}" in collection "{collection}"',
  NO_IMAGE_ID: 'no image "Image:{id}"; give the id of an image, such as a search returns it',
  NO_KEY: 'there is no key "{id}"; the query "keys" lists the keys',
  NO_KNOWN_FORMAT: 'the file is not a picture: its first bytes are of no known format',
  NO_LOAD: 'no load job {id}; the query "loadJobs" lists the stored jobs',
  NO_LOAD_ROOTS: 'this server loads no folders; set WENTU_LOAD_ROOTS to the folders that it may read',
  NO_MODEL_MAKES: 'no installed model makes {model} embeddings',
  NO_PICTURES:
    '{directory} contains no pictures (JPEG, PNG, WebP, GIF, AVIF, HEIC, SVG, TIFF and others); give a folder with pictures',
  NO_SOURCE: 'there is no source {id}; sources of a collection lists their ids',
  NO_SOURCE_OF_ID: 'there is no source "{id}"; sources of a collection lists their ids',
  NO_UPLOAD: 'no open upload "{id}"; begin one with createUpload',
  NUMBER_RANGE: '{name} is {value}; give a whole number from {least} to {most}',
  ORIGINAL_CHANGED: 'the file has other bytes than when it was loaded; load its folder again',
  ORIGINAL_LOST: 'the store has no original of this image any more; load the picture again',
  ORIGINAL_MISSING: 'the file does not exist any more; put it back, or delete the image',
  ORIGINAL_UNREADABLE: 'the file could not be read; check its permissions, and its disk or share',
  OTHER_SPACE:
    'image "Image:{id}" has no {model} embedding, so it cannot be compared here; search with its picture instead',
  OUTSIDE_ROOTS: '{directory} is not under a folder that this server may read ({roots}); add it to WENTU_LOAD_ROOTS',
  PASSWORD_LENGTH: 'the password has {length} characters; give {least} to {most}',
  PATH_FORBIDDEN: '{path} may not be read ({code}); check its permissions',
  PATH_MISSING: '{path} does not exist; check the path',
  PATH_UNREADABLE: '{path} cannot be read now ({code}); try again',
  PICTURE_CRASHED:
    'the decoder crashed twice on this picture ({how}); open it in an image viewer and save it as JPEG or PNG',
  PICTURE_DAMAGED: 'the picture is damaged: {why}; open it in an image viewer, or fetch it again',
  PICTURE_NOT_SHOWN: 'the picture cannot be shown at this size: {why}',
  PICTURE_TOOK_MEMORY: 'decoding the picture took more than {maxMib} MiB (WENTU_MAX_DECODE_BYTES)',
  PICTURE_TOO_LARGE: 'the picture has {pictureBytes} bytes; at most {maxBytes} are read (WENTU_MAX_IMAGE_BYTES)',
  PICTURE_TOO_SLOW: 'the picture was not decoded within {seconds} s (WENTU_DECODE_TIMEOUT_MS)',
  PSD_COMPRESSION: 'PSD pictures whose composite has compression {compression} are not supported; export it as PNG',
  PSD_DAMAGED: 'the PSD is damaged: {why}; fetch it again',
  PSD_LAYERS_ONLY: 'the PSD contains layers only; save it with "Maximize compatibility", or export it as PNG',
  PSD_UNSUPPORTED: 'PSD pictures with {what} are not supported; save it as RGB of 8 or 16 bits',
  QUERY_COST:
    'the query costs {cost}, and the limit is {maxCost} (WENTU_MAX_QUERY_COST); lower first or topK, ask for fewer fields in lists, or make several requests',
  RATE_LIMITED:
    'this client has used its {points} points of this minute (WENTU_RATE_LIMIT); try again in {seconds} seconds',
  RAW_WITHOUT_PREVIEW:
    'the {format} file has no JPEG preview, and Wentu does not develop sensor data; export it as JPEG or TIFF',
  REPOSITORY_INVALID: '"{source}" is not a repository; give {prefix}:OWNER/NAME, or {again}:OWNER/NAME@REVISION',
  RIGHT_MISSING: '{name} lacks the right {right}; ask the operator of this server for it',
  ROLE_MISSING: '{name} has no role here; ask the operator of this server for one',
  ROW_TOO_LARGE: 'the line has {rowBytes} bytes; pictures of at most {maxBytes} are read (WENTU_MAX_IMAGE_BYTES)',
  ROW_WITHOUT_PICTURE: 'the row has an id but no picture',
  ROW_WITHOUT_TAB: 'the line has no tab; it should be the id, a tab, the picture in base64',
  SCOPE_NO_MODEL: '{url}: there is no model {model}, or it is private ({why}); check the spelling',
  SCOPE_REVISION: '{url}: {model} has no revision {revision}; check the branch, tag or commit',
  SERVER_BUSY: '{count} requests are waiting already; try again in a moment',
  SIDECAR_TOO_LARGE: '{name} has more than {maxBytes} bytes; a sidecar has a few thousand',
  SIDE_TOO_LONG:
    'the picture has {width} × {height} pixels; sides of at most {maxSide} are decoded; cut it into pieces',
  SIGN_IN_FAILURES: 'too many wrong keys or passwords; try again in {seconds} s',
  SIGN_IN_FIRST: 'sign in, or send a key (Authorization: Bearer)',
  SOURCE_LINKED: '{directory} has become a link to another folder; load the right folder',
  SOURCE_LOST:
    '{directory} could not be read completely, or was replaced by another folder; no image was removed. Check that its disk or share is mounted and readable, then load it again',
  SOURCE_COUNT:
    '{count} images were loaded from {directory}, and {expected} were expected; nothing was removed. Look at the source again, and give this number as expectedCount',
  SOURCE_LOADING:
    '{directory} is being loaded; wait until the load has ended, or cancel it, before its source is removed',
  RETRY_NONE: 'load {id} has no failed items; loadAgain reads the whole folder',
  RETRY_RUNNING: 'load {id} has not ended; wait until it has ended, or cancel it',
  RETRY_UPLOAD: 'load {id} had files that were sent, and these are kept no longer; send the failed ones again',
  HUB_GAVE_UP:
    '{why}; stopped after {attempts}. Run the same command later to continue the download, or try another mirror with --mirror, or modelscope:OWNER/NAME',
  MODEL_INSTALLING: '{source} is being installed already; modelInstalls lists it',
  MODEL_INSTALLED: 'a model named {model} is installed already; remove it first',
  INSTALLS_UNFINISHED: '{max} installations have not ended; wait until one has ended, or cancel one',
  HUB_NO_REPOSITORY: '{answer}: there is no repository {repository}, or it is private; check the spelling{token}',
  HUB_GATED:
    '{answer}: {repository} can be downloaded only after its terms are accepted; open {page} in a browser, log in and accept them, and {token}',
  NO_EXPORT_HERE:
    'no ONNX export of {model} is published; make one with tools/export-chinese-clip, then run wentu model add FOLDER on the server',
  MODEL_SOURCE_INVALID:
    '"{text}" is no model of the catalogue and no repository; give a name that models lists, hf:OWNER/NAME or modelscope:OWNER/NAME. Addresses and folders are installed on the server with wentu model add',
  INSTALL_ENDED: 'the installation of {name} is {state} and cannot be {verb}; start it with installModel',
  SPACE_DIFFERS:
    'collection "{collection}" holds {held}; this load brings {other}. Load it into another collection, or drop this one first',
  SPLIT_MISSING: '{directory} has no {split}_imgs.tsv; it has {there}',
  SPLIT_OPEN: '{directory} has {there}; choose one with split',
  SVG_TOO_LARGE: 'the SVG has more than {maxBytes} bytes unpacked (WENTU_MAX_IMAGE_BYTES)',
  TAGS_COUNT: '{owner} has {count} tags; give at most {max}',
  TAG_EMPTY: 'the {what} is empty; give 1 to {max} characters',
  TAG_TOO_LONG: 'the {what} has {length} characters: {start}; give at most {max}',
  TERMS_CANCEL:
    'the wanted and the unwanted terms of the query cancel each other; change a weight, or leave one of the equal terms out',
  TERMS_UNWANTED: 'all terms have weights below 0, so nothing is searched for; give at least one term a weight above 0',
  TEXT_EMPTY: 'the text is empty; say in words what the picture shows',
  TEXT_TOO_LONG: 'the text has {length} characters; at most {maxLength} are allowed (WENTU_MAX_TEXT_LENGTH)',
  TEXT_WITHOUT_WORDS: 'the text "{text}" has no words; give at least one word',
  TIFF_COMPRESSION: 'TIFF pictures compressed with {compression} are not supported; {remedy}',
  TIFF_CUT:
    'the TIFF is cut off: the file ends at byte {fileBytes}, before {missing} of its {count} {parts}; fetch it again',
  TIFF_DIRECTORY_CUT:
    'the TIFF is cut off: its directory is at byte {at}, but the file has {fileBytes} bytes; fetch it again',
  TIFF_EMPTY: 'the TIFF is damaged: its directory contains no picture; fetch it again',
  TIFF_SAMPLES: 'the TIFF is damaged: {samples} samples per pixel',
  TIFF_UNSUPPORTED: 'TIFF pictures with {what} are not supported; save it as RGB of 8 or 16 bits',
  TIFF_YCBCR: 'TIFF pictures in YCbCr without JPEG are not supported; save it as RGB',
  TIME_ZONE_UNKNOWN: 'timeZone is "{zone}"; give an IANA name such as Asia/Shanghai, or leave it out',
  TOO_MANY_COLLECTIONS:
    'there are {count} collections with images, and one search covers at most {max}; name those to search',
  TOO_MANY_OPEN_FILES: 'no more files can be opened ({code}); raise the limit (ulimit -n), then load again',
  TOO_MANY_PIXELS: 'the picture has {width} × {height} pixels; at most {maxPixels} are decoded (WENTU_MAX_PIXELS)',
  TOO_MANY_WORDS: 'the text has {count} words; give at most {max}, or put a sentence in quotation marks',
  UPLOADS_FULL:
    'all uploads together have at most {maxBytes} bytes (WENTU_UPLOADS_QUOTA_BYTES); try again when the loads of earlier uploads have ended',
  UPLOADS_OFF: 'this server accepts no uploads (WENTU_MAX_UPLOAD_BYTES is 0); load a folder of the server',
  UPLOADS_OPEN: '{max} uploads are open; wait until one of them has ended',
  UPLOAD_EMPTY: 'this upload has no files; send them first',
  UPLOAD_FILES: 'an upload has at most {max} files',
  UPLOAD_FILE_TOO_LARGE: 'a file has at most {maxBytes} bytes ({setting}); make it smaller',
  UPLOAD_NAME_TAKEN: '{name} is in this upload already; give it another name',
  UPLOAD_PATHS: 'the paths of all open uploads together are too long; load this upload first',
  UPLOAD_PATH_INVALID:
    '"{path}" cannot be the path of a picture; give at most {maxLength} characters, relative, with / between folders',
  UPLOAD_RECEIVING: '{count} files of this upload are still being received; load it when they have arrived',
  UPLOAD_TOO_LARGE: 'an upload has at most {maxBytes} bytes (WENTU_MAX_UPLOAD_BYTES)',
  URL_FAILED: '{url} could not be fetched: {why}; try again, or send the bytes',
  URL_REDIRECT_INVALID: '{url} redirects to an address that is no web address; check the url',
  URL_REDIRECTS: '{url} redirects more than {max} times; check the url',
  URL_REFUSED: '{url} answered {status} instead of a picture; check the url',
  URL_TOO_LONG: 'the url has more than {maxLength} characters; give a shorter one',
  WATCH_ENDED: 'source {id} is not watched any more',
  WATCH_PICTURES_ONLY: 'only folders of picture files are watched; load this source again after changes',
  XMP_DOCUMENT_TYPE: '{owner} has a document type, which XMP has not; write it again',
  XMP_INVALID: '{owner} is not valid XML; write it again',
  STORE_UNAVAILABLE:
    "the metadata store (DATABASE_URL) cannot do this now; try again, and read the server's log if it keeps failing",
  STORE_DISK_FULL: "the disk of the metadata store is full: free some space there; the server's log says which one",
  INDEX_UNAVAILABLE:
    "the vector store (VECTOR_STORE) is not available now; try again, and read the server's log if the error stays",
  SERVER_DISK_FULL:
    "the server's disk: {call} failed ({code}); the disk is full: free some space, or set {setting} to a folder on another disk",
  SERVER_DISK_FAILED: "the server's disk: {call} failed ({code}); {advice}",
  NO_ROOM:
    '{disk} has {freeBytes} bytes free, but the download needs {neededBytes}; free some space, or set WENTU_DATA_DIR to a folder on another disk',
  MODEL_BROKEN:
    'the model {model}, which makes the embeddings of this collection, cannot be used; remove it and install it again (wentu model verify {model} shows what is wrong with it)',
  KEY_WRONG: 'the key is wrong, has expired or was revoked; ask for another one',
  SIGN_IN_WRONG: 'the key, or the name or the password, is wrong, has expired or was revoked',
} as const;

export type MessageKey = keyof typeof MESSAGES;
