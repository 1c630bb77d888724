/** The tabs that GraphiQL opens with. The end-to-end test runs all of them. */
export const EXAMPLE_OPERATIONS = [
  `# 用中文找图片：按 ▶ 运行   ·   Find pictures with Chinese words: press ▶
query FindPuppies {
  searchImages(text: "小狗", collection: "samples", topK: 5) {
    similarity
    distance
    image {
      imageId
      url(width: 320)
      width
      height
    }
  }
}
`,
  `# 有哪些图库，服务器用什么模型   ·   Which collections there are, and what the server runs
query Overview {
  collections {
    name
    imageCount
    model
    dimension
  }
  serverInfo {
    version
    model
    executionProvider
    executionProviderReason
  }
}
`,
  `# 这张图更像哪句话（零样本分类）   ·   Which text fits this picture best (zero-shot)
query RankTexts {
  rankTexts(collection: "samples", imageId: "animals/dog-face.png", texts: ["小狗", "小猫", "汽车", "苹果"]) {
    text
    probability
    similarity
  }
}
`,
  `# 把服务器上的一个文件夹放进图库   ·   Load a folder of the server into a collection
mutation Load {
  loadCollection(collection: "我的照片", directory: "/path/to/photos") {
    id
    status
  }
}

# 用上面的 id 看进度   ·   Watch it, with the id from above
subscription Progress {
  loadProgress(id: "1") {
    status
    processed
    total
    failed
    imagesPerSecond
  }
}
`,
];
