// Made by codegen.mjs from operations.graphql and the API's schema.
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
import type {
  CollectionsQuery,
  CollectionsQueryVariables,
  WordsUnreadQuery,
  WordsUnreadQueryVariables,
  ModelStateQuery,
  ModelStateQueryVariables,
  OpenModelMutation,
  OpenModelMutationVariables,
  AdviceQuery,
  AdviceQueryVariables,
  CollectionsWithSamplesQuery,
  CollectionsWithSamplesQueryVariables,
  ServerQuery,
  ServerQueryVariables,
  FindQuery,
  FindQueryVariables,
  RecentQuery,
  RecentQueryVariables,
  HomeCollectionsQuery,
  HomeCollectionsQueryVariables,
  LastLoadsQuery,
  LastLoadsQueryVariables,
  FitsQuery,
  FitsQueryVariables,
  TagsQuery,
  TagsQueryVariables,
  RecentLoadsQuery,
  RecentLoadsQueryVariables,
  LoadStateQuery,
  LoadStateQueryVariables,
  LoadProgressSubscription,
  LoadProgressSubscriptionVariables,
  LoadFolderMutation,
  LoadFolderMutationVariables,
  CancelLoadMutation,
  CancelLoadMutationVariables,
  CreateUploadMutation,
  CreateUploadMutationVariables,
  LoadUploadMutation,
  LoadUploadMutationVariables,
  DiscardUploadMutation,
  DiscardUploadMutationVariables,
} from './operations';
export const CollectionsDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'Collections' },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'collections' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                { kind: 'Field', name: { kind: 'Name', value: 'model' } },
                { kind: 'Field', name: { kind: 'Name', value: 'dimension' } },
                { kind: 'Field', name: { kind: 'Name', value: 'imageCount' } },
                { kind: 'Field', name: { kind: 'Name', value: 'isDemonstration' } },
                { kind: 'Field', name: { kind: 'Name', value: 'modelState' } },
                { kind: 'Field', name: { kind: 'Name', value: 'wordsUnread' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<CollectionsQuery, CollectionsQueryVariables>;
export const WordsUnreadDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'WordsUnread' },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'collections' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                { kind: 'Field', name: { kind: 'Name', value: 'wordsUnread' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<WordsUnreadQuery, WordsUnreadQueryVariables>;
export const ModelStateDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'ModelState' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'collection' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'name' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                { kind: 'Field', name: { kind: 'Name', value: 'modelState' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<ModelStateQuery, ModelStateQueryVariables>;
export const OpenModelDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'mutation',
      name: { kind: 'Name', value: 'OpenModel' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'openModel' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'collection' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
              },
            ],
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<OpenModelMutation, OpenModelMutationVariables>;
export const AdviceDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'Advice' },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'recommendedModel' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'model' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'isInstalled' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'sizeBytes' } },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<AdviceQuery, AdviceQueryVariables>;
export const CollectionsWithSamplesDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'CollectionsWithSamples' },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'collections' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                { kind: 'Field', name: { kind: 'Name', value: 'model' } },
                { kind: 'Field', name: { kind: 'Name', value: 'dimension' } },
                { kind: 'Field', name: { kind: 'Name', value: 'isSearchable' } },
                { kind: 'Field', name: { kind: 'Name', value: 'imageCount' } },
                { kind: 'Field', name: { kind: 'Name', value: 'sizeBytes' } },
                { kind: 'Field', name: { kind: 'Name', value: 'keptOutCount' } },
                { kind: 'Field', name: { kind: 'Name', value: 'wordsUnread' } },
                { kind: 'Field', name: { kind: 'Name', value: 'createdAt' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'images' },
                  arguments: [
                    {
                      kind: 'Argument',
                      name: { kind: 'Name', value: 'first' },
                      value: { kind: 'IntValue', value: '4' },
                    },
                  ],
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'imageId' } },
                      { kind: 'FragmentSpread', name: { kind: 'Name', value: 'Sizes' } },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'Sizes' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'Image' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'mimeType' } },
          { kind: 'Field', name: { kind: 'Name', value: 'width' } },
          { kind: 'Field', name: { kind: 'Name', value: 'height' } },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'at160' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '160' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'thumbnail' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '320' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'at480' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '480' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'thumbnail2x' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '640' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'at960' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '960' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'large' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '1280' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'larger' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '2048' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'high' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'height' }, value: { kind: 'IntValue', value: '480' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'high2x' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'height' }, value: { kind: 'IntValue', value: '960' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'tall' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '320' } },
              { kind: 'Argument', name: { kind: 'Name', value: 'height' }, value: { kind: 'IntValue', value: '533' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'tall2x' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '640' } },
              { kind: 'Argument', name: { kind: 'Name', value: 'height' }, value: { kind: 'IntValue', value: '1067' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'wide' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '480' } },
              { kind: 'Argument', name: { kind: 'Name', value: 'height' }, value: { kind: 'IntValue', value: '218' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'wide2x' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '960' } },
              { kind: 'Argument', name: { kind: 'Name', value: 'height' }, value: { kind: 'IntValue', value: '436' } },
            ],
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<CollectionsWithSamplesQuery, CollectionsWithSamplesQueryVariables>;
export const ServerDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'Server' },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'serverInfo' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'version' } },
                { kind: 'Field', name: { kind: 'Name', value: 'model' } },
                { kind: 'Field', name: { kind: 'Name', value: 'maxUploadFileBytes' } },
                { kind: 'Field', name: { kind: 'Name', value: 'maxUploadFileSetting' } },
                { kind: 'Field', name: { kind: 'Name', value: 'maxUploadBytes' } },
                { kind: 'Field', name: { kind: 'Name', value: 'maxTextLength' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<ServerQuery, ServerQueryVariables>;
export const FindDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'Find' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'query' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'SearchQuery' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
          type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'everywhere' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'Boolean' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'filter' } },
          type: { kind: 'NamedType', name: { kind: 'Name', value: 'ImageFilter' } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'datesInWords' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'Boolean' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'collapse' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'Boolean' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'match' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'SearchMatch' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'timeZone' } },
          type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'first' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'Int' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'after' } },
          type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'search' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'query' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'query' } },
              },
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'collection' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
              },
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'everywhere' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'everywhere' } },
              },
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'filter' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'filter' } },
              },
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'datesInWords' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'datesInWords' } },
              },
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'collapse' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'collapse' } },
              },
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'match' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'match' } },
              },
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'timeZone' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'timeZone' } },
              },
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'first' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'first' } },
              },
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'after' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'after' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'totalCount' } },
                { kind: 'Field', name: { kind: 'Name', value: 'ranking' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'unanswered' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'collection' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'message' } },
                    ],
                  },
                },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'understood' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'text' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'words' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'takenAfter' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'takenBefore' } },
                    ],
                  },
                },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'understanding' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'understood' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'unknownWords' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'cut' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'usedText' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'ignoredText' } },
                    ],
                  },
                },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'pageInfo' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'hasNextPage' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'endCursor' } },
                    ],
                  },
                },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'edges' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'cursor' } },
                      {
                        kind: 'Field',
                        name: { kind: 'Name', value: 'node' },
                        selectionSet: {
                          kind: 'SelectionSet',
                          selections: [
                            { kind: 'FragmentSpread', name: { kind: 'Name', value: 'Hit' } },
                            {
                              kind: 'Field',
                              name: { kind: 'Name', value: 'duplicates' },
                              selectionSet: {
                                kind: 'SelectionSet',
                                selections: [{ kind: 'FragmentSpread', name: { kind: 'Name', value: 'Hit' } }],
                              },
                            },
                          ],
                        },
                      },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'Sizes' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'Image' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'mimeType' } },
          { kind: 'Field', name: { kind: 'Name', value: 'width' } },
          { kind: 'Field', name: { kind: 'Name', value: 'height' } },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'at160' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '160' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'thumbnail' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '320' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'at480' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '480' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'thumbnail2x' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '640' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'at960' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '960' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'large' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '1280' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'larger' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '2048' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'high' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'height' }, value: { kind: 'IntValue', value: '480' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'high2x' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'height' }, value: { kind: 'IntValue', value: '960' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'tall' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '320' } },
              { kind: 'Argument', name: { kind: 'Name', value: 'height' }, value: { kind: 'IntValue', value: '533' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'tall2x' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '640' } },
              { kind: 'Argument', name: { kind: 'Name', value: 'height' }, value: { kind: 'IntValue', value: '1067' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'wide' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '480' } },
              { kind: 'Argument', name: { kind: 'Name', value: 'height' }, value: { kind: 'IntValue', value: '218' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'wide2x' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '960' } },
              { kind: 'Argument', name: { kind: 'Name', value: 'height' }, value: { kind: 'IntValue', value: '436' } },
            ],
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'Hit' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'SearchHit' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'distance' } },
          { kind: 'Field', name: { kind: 'Name', value: 'similarity' } },
          { kind: 'Field', name: { kind: 'Name', value: 'isRelevant' } },
          { kind: 'Field', name: { kind: 'Name', value: 'relevance' } },
          { kind: 'Field', name: { kind: 'Name', value: 'collection' } },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'matched' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'words' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'lines' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [{ kind: 'Field', name: { kind: 'Name', value: 'text' } }],
                  },
                },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'boxes' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'x' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'y' } },
                    ],
                  },
                },
              ],
            },
          },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'image' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [{ kind: 'FragmentSpread', name: { kind: 'Name', value: 'Picture' } }],
            },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'Picture' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'Image' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'id' } },
          { kind: 'Field', name: { kind: 'Name', value: 'imageId' } },
          { kind: 'Field', name: { kind: 'Name', value: 'sizeBytes' } },
          { kind: 'Field', name: { kind: 'Name', value: 'takenAt' } },
          { kind: 'Field', name: { kind: 'Name', value: 'takenAtOffsetMinutes' } },
          { kind: 'Field', name: { kind: 'Name', value: 'takenAtSource' } },
          { kind: 'Field', name: { kind: 'Name', value: 'camera' } },
          { kind: 'Field', name: { kind: 'Name', value: 'tags' } },
          { kind: 'FragmentSpread', name: { kind: 'Name', value: 'Sizes' } },
          { kind: 'Field', alias: { kind: 'Name', value: 'original' }, name: { kind: 'Name', value: 'url' } },
        ],
      },
    },
  ],
} as unknown as DocumentNode<FindQuery, FindQueryVariables>;
export const RecentDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'Recent' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'first' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'Int' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'collection' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'name' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'images' },
                  arguments: [
                    {
                      kind: 'Argument',
                      name: { kind: 'Name', value: 'first' },
                      value: { kind: 'Variable', name: { kind: 'Name', value: 'first' } },
                    },
                    {
                      kind: 'Argument',
                      name: { kind: 'Name', value: 'orderBy' },
                      value: {
                        kind: 'ObjectValue',
                        fields: [
                          {
                            kind: 'ObjectField',
                            name: { kind: 'Name', value: 'field' },
                            value: { kind: 'EnumValue', value: 'LOADED_AT' },
                          },
                          {
                            kind: 'ObjectField',
                            name: { kind: 'Name', value: 'direction' },
                            value: { kind: 'EnumValue', value: 'DESC' },
                          },
                        ],
                      },
                    },
                  ],
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                      { kind: 'Field', name: { kind: 'Name', value: 'imageId' } },
                      { kind: 'FragmentSpread', name: { kind: 'Name', value: 'TileSizes' } },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'TileSizes' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'Image' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'mimeType' } },
          { kind: 'Field', name: { kind: 'Name', value: 'width' } },
          { kind: 'Field', name: { kind: 'Name', value: 'height' } },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'at160' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '160' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'thumbnail' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '320' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'at480' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '480' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'thumbnail2x' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '640' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'tall' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '320' } },
              { kind: 'Argument', name: { kind: 'Name', value: 'height' }, value: { kind: 'IntValue', value: '533' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'tall2x' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '640' } },
              { kind: 'Argument', name: { kind: 'Name', value: 'height' }, value: { kind: 'IntValue', value: '1067' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'wide' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '480' } },
              { kind: 'Argument', name: { kind: 'Name', value: 'height' }, value: { kind: 'IntValue', value: '218' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'wide2x' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '960' } },
              { kind: 'Argument', name: { kind: 'Name', value: 'height' }, value: { kind: 'IntValue', value: '436' } },
            ],
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<RecentQuery, RecentQueryVariables>;
export const HomeCollectionsDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'HomeCollections' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'first' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'Int' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'collectionsConnection' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'first' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'first' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'edges' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      {
                        kind: 'Field',
                        name: { kind: 'Name', value: 'node' },
                        selectionSet: {
                          kind: 'SelectionSet',
                          selections: [
                            { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'name' } },
                            { kind: 'Field', name: { kind: 'Name', value: 'imageCount' } },
                            {
                              kind: 'Field',
                              alias: { kind: 'Name', value: 'covers' },
                              name: { kind: 'Name', value: 'images' },
                              arguments: [
                                {
                                  kind: 'Argument',
                                  name: { kind: 'Name', value: 'first' },
                                  value: { kind: 'IntValue', value: '4' },
                                },
                                {
                                  kind: 'Argument',
                                  name: { kind: 'Name', value: 'orderBy' },
                                  value: {
                                    kind: 'ObjectValue',
                                    fields: [
                                      {
                                        kind: 'ObjectField',
                                        name: { kind: 'Name', value: 'field' },
                                        value: { kind: 'EnumValue', value: 'LOADED_AT' },
                                      },
                                      {
                                        kind: 'ObjectField',
                                        name: { kind: 'Name', value: 'direction' },
                                        value: { kind: 'EnumValue', value: 'DESC' },
                                      },
                                    ],
                                  },
                                },
                              ],
                              selectionSet: {
                                kind: 'SelectionSet',
                                selections: [
                                  { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                                  { kind: 'FragmentSpread', name: { kind: 'Name', value: 'TileSizes' } },
                                ],
                              },
                            },
                          ],
                        },
                      },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'TileSizes' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'Image' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'mimeType' } },
          { kind: 'Field', name: { kind: 'Name', value: 'width' } },
          { kind: 'Field', name: { kind: 'Name', value: 'height' } },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'at160' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '160' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'thumbnail' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '320' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'at480' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '480' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'thumbnail2x' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '640' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'tall' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '320' } },
              { kind: 'Argument', name: { kind: 'Name', value: 'height' }, value: { kind: 'IntValue', value: '533' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'tall2x' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '640' } },
              { kind: 'Argument', name: { kind: 'Name', value: 'height' }, value: { kind: 'IntValue', value: '1067' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'wide' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '480' } },
              { kind: 'Argument', name: { kind: 'Name', value: 'height' }, value: { kind: 'IntValue', value: '218' } },
            ],
          },
          {
            kind: 'Field',
            alias: { kind: 'Name', value: 'wide2x' },
            name: { kind: 'Name', value: 'url' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'width' }, value: { kind: 'IntValue', value: '960' } },
              { kind: 'Argument', name: { kind: 'Name', value: 'height' }, value: { kind: 'IntValue', value: '436' } },
            ],
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<HomeCollectionsQuery, HomeCollectionsQueryVariables>;
export const LastLoadsDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'LastLoads' },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'loadJobs' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'first' }, value: { kind: 'IntValue', value: '50' } },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                { kind: 'Field', name: { kind: 'Name', value: 'kind' } },
                { kind: 'Field', name: { kind: 'Name', value: 'collection' } },
                { kind: 'Field', name: { kind: 'Name', value: 'finishedAt' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<LastLoadsQuery, LastLoadsQueryVariables>;
export const FitsDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'Fits' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'text' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'search' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'query' },
                value: {
                  kind: 'ObjectValue',
                  fields: [
                    {
                      kind: 'ObjectField',
                      name: { kind: 'Name', value: 'text' },
                      value: { kind: 'Variable', name: { kind: 'Name', value: 'text' } },
                    },
                  ],
                },
              },
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'collection' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
              },
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'datesInWords' },
                value: { kind: 'BooleanValue', value: false },
              },
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'match' },
                value: { kind: 'EnumValue', value: 'MEANING' },
              },
              { kind: 'Argument', name: { kind: 'Name', value: 'first' }, value: { kind: 'IntValue', value: '1' } },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'edges' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [
                      {
                        kind: 'Field',
                        name: { kind: 'Name', value: 'node' },
                        selectionSet: {
                          kind: 'SelectionSet',
                          selections: [{ kind: 'Field', name: { kind: 'Name', value: 'isRelevant' } }],
                        },
                      },
                    ],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<FitsQuery, FitsQueryVariables>;
export const TagsDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'Tags' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'facets' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'collection' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
              },
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'fields' },
                value: { kind: 'ListValue', values: [{ kind: 'EnumValue', value: 'TAG' }] },
              },
              { kind: 'Argument', name: { kind: 'Name', value: 'limit' }, value: { kind: 'IntValue', value: '4' } },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                {
                  kind: 'Field',
                  name: { kind: 'Name', value: 'values' },
                  selectionSet: {
                    kind: 'SelectionSet',
                    selections: [{ kind: 'Field', name: { kind: 'Name', value: 'value' } }],
                  },
                },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<TagsQuery, TagsQueryVariables>;
export const RecentLoadsDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'RecentLoads' },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'loadJobs' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'first' }, value: { kind: 'IntValue', value: '5' } },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                { kind: 'Field', name: { kind: 'Name', value: 'kind' } },
                { kind: 'Field', name: { kind: 'Name', value: 'status' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<RecentLoadsQuery, RecentLoadsQueryVariables>;
export const LoadStateDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'query',
      name: { kind: 'Name', value: 'LoadState' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'ID' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'loadJob' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'id' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [{ kind: 'FragmentSpread', name: { kind: 'Name', value: 'Load' } }],
            },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'Load' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'LoadJob' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'id' } },
          { kind: 'Field', name: { kind: 'Name', value: 'collection' } },
          { kind: 'Field', name: { kind: 'Name', value: 'directory' } },
          { kind: 'Field', name: { kind: 'Name', value: 'isUpload' } },
          { kind: 'Field', name: { kind: 'Name', value: 'status' } },
          { kind: 'Field', name: { kind: 'Name', value: 'total' } },
          { kind: 'Field', name: { kind: 'Name', value: 'processed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'loaded' } },
          { kind: 'Field', name: { kind: 'Name', value: 'skipped' } },
          { kind: 'Field', name: { kind: 'Name', value: 'failed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'keptOut' } },
          { kind: 'Field', name: { kind: 'Name', value: 'replaced' } },
          { kind: 'Field', name: { kind: 'Name', value: 'removed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'missing' } },
          { kind: 'Field', name: { kind: 'Name', value: 'unreadFolders' } },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'ignored' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'total' } },
                { kind: 'Field', name: { kind: 'Name', value: 'notPicture' } },
                { kind: 'Field', name: { kind: 'Name', value: 'junk' } },
                { kind: 'Field', name: { kind: 'Name', value: 'excluded' } },
                { kind: 'Field', name: { kind: 'Name', value: 'link' } },
                { kind: 'Field', name: { kind: 'Name', value: 'unreadable' } },
                { kind: 'Field', name: { kind: 'Name', value: 'unsettled' } },
              ],
            },
          },
          { kind: 'Field', name: { kind: 'Name', value: 'imagesPerSecond' } },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'error' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'item' } },
                { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                { kind: 'Field', name: { kind: 'Name', value: 'message' } },
              ],
            },
          },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'failures' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'first' }, value: { kind: 'IntValue', value: '50' } },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'item' } },
                { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                { kind: 'Field', name: { kind: 'Name', value: 'message' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<LoadStateQuery, LoadStateQueryVariables>;
export const LoadProgressDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'subscription',
      name: { kind: 'Name', value: 'LoadProgress' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'ID' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'loadProgress' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'id' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [{ kind: 'FragmentSpread', name: { kind: 'Name', value: 'Load' } }],
            },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'Load' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'LoadJob' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'id' } },
          { kind: 'Field', name: { kind: 'Name', value: 'collection' } },
          { kind: 'Field', name: { kind: 'Name', value: 'directory' } },
          { kind: 'Field', name: { kind: 'Name', value: 'isUpload' } },
          { kind: 'Field', name: { kind: 'Name', value: 'status' } },
          { kind: 'Field', name: { kind: 'Name', value: 'total' } },
          { kind: 'Field', name: { kind: 'Name', value: 'processed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'loaded' } },
          { kind: 'Field', name: { kind: 'Name', value: 'skipped' } },
          { kind: 'Field', name: { kind: 'Name', value: 'failed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'keptOut' } },
          { kind: 'Field', name: { kind: 'Name', value: 'replaced' } },
          { kind: 'Field', name: { kind: 'Name', value: 'removed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'missing' } },
          { kind: 'Field', name: { kind: 'Name', value: 'unreadFolders' } },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'ignored' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'total' } },
                { kind: 'Field', name: { kind: 'Name', value: 'notPicture' } },
                { kind: 'Field', name: { kind: 'Name', value: 'junk' } },
                { kind: 'Field', name: { kind: 'Name', value: 'excluded' } },
                { kind: 'Field', name: { kind: 'Name', value: 'link' } },
                { kind: 'Field', name: { kind: 'Name', value: 'unreadable' } },
                { kind: 'Field', name: { kind: 'Name', value: 'unsettled' } },
              ],
            },
          },
          { kind: 'Field', name: { kind: 'Name', value: 'imagesPerSecond' } },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'error' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'item' } },
                { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                { kind: 'Field', name: { kind: 'Name', value: 'message' } },
              ],
            },
          },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'failures' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'first' }, value: { kind: 'IntValue', value: '50' } },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'item' } },
                { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                { kind: 'Field', name: { kind: 'Name', value: 'message' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<LoadProgressSubscription, LoadProgressSubscriptionVariables>;
export const LoadFolderDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'mutation',
      name: { kind: 'Name', value: 'LoadFolder' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'directory' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'loadCollection' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'collection' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
              },
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'directory' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'directory' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [{ kind: 'FragmentSpread', name: { kind: 'Name', value: 'Load' } }],
            },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'Load' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'LoadJob' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'id' } },
          { kind: 'Field', name: { kind: 'Name', value: 'collection' } },
          { kind: 'Field', name: { kind: 'Name', value: 'directory' } },
          { kind: 'Field', name: { kind: 'Name', value: 'isUpload' } },
          { kind: 'Field', name: { kind: 'Name', value: 'status' } },
          { kind: 'Field', name: { kind: 'Name', value: 'total' } },
          { kind: 'Field', name: { kind: 'Name', value: 'processed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'loaded' } },
          { kind: 'Field', name: { kind: 'Name', value: 'skipped' } },
          { kind: 'Field', name: { kind: 'Name', value: 'failed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'keptOut' } },
          { kind: 'Field', name: { kind: 'Name', value: 'replaced' } },
          { kind: 'Field', name: { kind: 'Name', value: 'removed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'missing' } },
          { kind: 'Field', name: { kind: 'Name', value: 'unreadFolders' } },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'ignored' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'total' } },
                { kind: 'Field', name: { kind: 'Name', value: 'notPicture' } },
                { kind: 'Field', name: { kind: 'Name', value: 'junk' } },
                { kind: 'Field', name: { kind: 'Name', value: 'excluded' } },
                { kind: 'Field', name: { kind: 'Name', value: 'link' } },
                { kind: 'Field', name: { kind: 'Name', value: 'unreadable' } },
                { kind: 'Field', name: { kind: 'Name', value: 'unsettled' } },
              ],
            },
          },
          { kind: 'Field', name: { kind: 'Name', value: 'imagesPerSecond' } },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'error' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'item' } },
                { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                { kind: 'Field', name: { kind: 'Name', value: 'message' } },
              ],
            },
          },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'failures' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'first' }, value: { kind: 'IntValue', value: '50' } },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'item' } },
                { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                { kind: 'Field', name: { kind: 'Name', value: 'message' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<LoadFolderMutation, LoadFolderMutationVariables>;
export const CancelLoadDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'mutation',
      name: { kind: 'Name', value: 'CancelLoad' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'ID' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'cancelLoad' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'id' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [{ kind: 'FragmentSpread', name: { kind: 'Name', value: 'Load' } }],
            },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'Load' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'LoadJob' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'id' } },
          { kind: 'Field', name: { kind: 'Name', value: 'collection' } },
          { kind: 'Field', name: { kind: 'Name', value: 'directory' } },
          { kind: 'Field', name: { kind: 'Name', value: 'isUpload' } },
          { kind: 'Field', name: { kind: 'Name', value: 'status' } },
          { kind: 'Field', name: { kind: 'Name', value: 'total' } },
          { kind: 'Field', name: { kind: 'Name', value: 'processed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'loaded' } },
          { kind: 'Field', name: { kind: 'Name', value: 'skipped' } },
          { kind: 'Field', name: { kind: 'Name', value: 'failed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'keptOut' } },
          { kind: 'Field', name: { kind: 'Name', value: 'replaced' } },
          { kind: 'Field', name: { kind: 'Name', value: 'removed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'missing' } },
          { kind: 'Field', name: { kind: 'Name', value: 'unreadFolders' } },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'ignored' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'total' } },
                { kind: 'Field', name: { kind: 'Name', value: 'notPicture' } },
                { kind: 'Field', name: { kind: 'Name', value: 'junk' } },
                { kind: 'Field', name: { kind: 'Name', value: 'excluded' } },
                { kind: 'Field', name: { kind: 'Name', value: 'link' } },
                { kind: 'Field', name: { kind: 'Name', value: 'unreadable' } },
                { kind: 'Field', name: { kind: 'Name', value: 'unsettled' } },
              ],
            },
          },
          { kind: 'Field', name: { kind: 'Name', value: 'imagesPerSecond' } },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'error' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'item' } },
                { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                { kind: 'Field', name: { kind: 'Name', value: 'message' } },
              ],
            },
          },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'failures' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'first' }, value: { kind: 'IntValue', value: '50' } },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'item' } },
                { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                { kind: 'Field', name: { kind: 'Name', value: 'message' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<CancelLoadMutation, CancelLoadMutationVariables>;
export const CreateUploadDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'mutation',
      name: { kind: 'Name', value: 'CreateUpload' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'createUpload' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'collection' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'id' } },
                { kind: 'Field', name: { kind: 'Name', value: 'url' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<CreateUploadMutation, CreateUploadMutationVariables>;
export const LoadUploadDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'mutation',
      name: { kind: 'Name', value: 'LoadUpload' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'ID' } } },
        },
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'String' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'loadUpload' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'id' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
              },
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'collection' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'collection' } },
              },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [{ kind: 'FragmentSpread', name: { kind: 'Name', value: 'Load' } }],
            },
          },
        ],
      },
    },
    {
      kind: 'FragmentDefinition',
      name: { kind: 'Name', value: 'Load' },
      typeCondition: { kind: 'NamedType', name: { kind: 'Name', value: 'LoadJob' } },
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          { kind: 'Field', name: { kind: 'Name', value: 'id' } },
          { kind: 'Field', name: { kind: 'Name', value: 'collection' } },
          { kind: 'Field', name: { kind: 'Name', value: 'directory' } },
          { kind: 'Field', name: { kind: 'Name', value: 'isUpload' } },
          { kind: 'Field', name: { kind: 'Name', value: 'status' } },
          { kind: 'Field', name: { kind: 'Name', value: 'total' } },
          { kind: 'Field', name: { kind: 'Name', value: 'processed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'loaded' } },
          { kind: 'Field', name: { kind: 'Name', value: 'skipped' } },
          { kind: 'Field', name: { kind: 'Name', value: 'failed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'keptOut' } },
          { kind: 'Field', name: { kind: 'Name', value: 'replaced' } },
          { kind: 'Field', name: { kind: 'Name', value: 'removed' } },
          { kind: 'Field', name: { kind: 'Name', value: 'missing' } },
          { kind: 'Field', name: { kind: 'Name', value: 'unreadFolders' } },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'ignored' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'total' } },
                { kind: 'Field', name: { kind: 'Name', value: 'notPicture' } },
                { kind: 'Field', name: { kind: 'Name', value: 'junk' } },
                { kind: 'Field', name: { kind: 'Name', value: 'excluded' } },
                { kind: 'Field', name: { kind: 'Name', value: 'link' } },
                { kind: 'Field', name: { kind: 'Name', value: 'unreadable' } },
                { kind: 'Field', name: { kind: 'Name', value: 'unsettled' } },
              ],
            },
          },
          { kind: 'Field', name: { kind: 'Name', value: 'imagesPerSecond' } },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'error' },
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'item' } },
                { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                { kind: 'Field', name: { kind: 'Name', value: 'message' } },
              ],
            },
          },
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'failures' },
            arguments: [
              { kind: 'Argument', name: { kind: 'Name', value: 'first' }, value: { kind: 'IntValue', value: '50' } },
            ],
            selectionSet: {
              kind: 'SelectionSet',
              selections: [
                { kind: 'Field', name: { kind: 'Name', value: 'item' } },
                { kind: 'Field', name: { kind: 'Name', value: 'code' } },
                { kind: 'Field', name: { kind: 'Name', value: 'message' } },
              ],
            },
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<LoadUploadMutation, LoadUploadMutationVariables>;
export const DiscardUploadDocument = {
  kind: 'Document',
  definitions: [
    {
      kind: 'OperationDefinition',
      operation: 'mutation',
      name: { kind: 'Name', value: 'DiscardUpload' },
      variableDefinitions: [
        {
          kind: 'VariableDefinition',
          variable: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
          type: { kind: 'NonNullType', type: { kind: 'NamedType', name: { kind: 'Name', value: 'ID' } } },
        },
      ],
      selectionSet: {
        kind: 'SelectionSet',
        selections: [
          {
            kind: 'Field',
            name: { kind: 'Name', value: 'discardUpload' },
            arguments: [
              {
                kind: 'Argument',
                name: { kind: 'Name', value: 'id' },
                value: { kind: 'Variable', name: { kind: 'Name', value: 'id' } },
              },
            ],
          },
        ],
      },
    },
  ],
} as unknown as DocumentNode<DiscardUploadMutation, DiscardUploadMutationVariables>;
