import type { ItemErrorCode, WentuErrorCode } from '@wentu/domain';
import type { Language } from './language';

type Code = WentuErrorCode | ItemErrorCode | 'INTERNAL';

/** Typed by code: a new code of the domain does not compile until it has its sentences here. */
const SENTENCES: Readonly<Record<Code, Readonly<Record<Language, string>>>> = {
  INVALID_INPUT: {
    zh: '输入或设置有误，请改正后再试',
    en: 'The input or a setting is wrong; correct it and try again',
  },
  NOT_FOUND: {
    zh: '没有找到，请检查名称、编号或路径',
    en: 'There is no such thing; check its name, id or path',
  },
  CONFLICT: {
    zh: '名称或文件夹已被占用，请换一个，或等占用它的操作结束',
    en: 'The name or the folder is in use; choose another one, or wait until the other operation has ended',
  },
  UNAVAILABLE: {
    zh: '服务器、存储或模型暂时没有回应，请稍后再试',
    en: 'A server, a store or the model does not answer; try again later',
  },
  INDEX_MISMATCH: {
    zh: '特征出自另一个模型，请装上那个模型，或换一个图库',
    en: 'The embeddings are those of another model; install that model, or use another collection',
  },
  UNAUTHENTICATED: {
    zh: '没有登录，或登录被拒绝；请检查名称、密码、密钥或令牌',
    en: 'There is no login, or it was refused; check name, password, key or token',
  },
  FORBIDDEN: {
    zh: '不允许：密钥没有这个权限，或文件没有读取权限；服务器读的文件夹要列在 WENTU_LOAD_ROOTS 里',
    en: 'This is not allowed: the key lacks the right, or files cannot be read; folders that a server loads must be in WENTU_LOAD_ROOTS',
  },
  LIMIT_EXCEEDED: {
    zh: '超出了上限，请减少一些，或调高相应的设置',
    en: 'A limit was exceeded; ask for less, or raise the setting',
  },
  RATE_LIMITED: {
    zh: '请求太频繁，请稍等一会儿再试',
    en: 'There were too many requests; wait a moment and try again',
  },
  INTERNAL: {
    zh: '文图自己出了错（程序缺陷），详情见日志，请向我们报告',
    en: 'This is a bug in Wentu; the log has the details, please report it',
  },
  EMPTY_FILE: {
    zh: '文件是空的，请换上完整的文件',
    en: 'The file is empty; replace it with the complete file',
  },
  UNSUPPORTED_FORMAT: {
    zh: '不是能读的图片格式，请转成 JPEG、PNG 或 WebP',
    en: 'The file is not a picture in a supported format; convert it to JPEG, PNG or WebP',
  },
  DECODE_FAILED: {
    zh: '图片已损坏，请换上完好的文件',
    en: 'The picture is damaged; replace it with an intact file',
  },
  TOO_LARGE: {
    zh: '图片太大，请缩小图片，或调高相应的设置',
    en: 'The picture is too large; make it smaller, or raise the setting',
  },
  READ_FAILED: {
    zh: '文件没能读出来，请检查权限和磁盘，然后重新导入',
    en: 'The file could not be read; check permissions and disk, then load it again',
  },
  BAD_ROW: {
    zh: '这一行的格式不对，请改正',
    en: 'The line does not have the right form; correct it',
  },
  BAD_BASE64: {
    zh: '图片的 base64 有误，请重新编码',
    en: "The picture's base64 is wrong; encode it again",
  },
  FETCH_FAILED: {
    zh: '图片的网址没能取到图片，请检查网址，或者直接发送图片',
    en: 'The picture could not be fetched from its url; check the url, or send the bytes',
  },
  BAD_ID: {
    zh: '编号或文件名不能用，请改名',
    en: 'The id or file name cannot be used; rename it',
  },
  DUPLICATE_ID: {
    zh: '编号重复，只用其中一个，请改成不同的编号',
    en: 'The id occurs more than once and only one of its pictures is used; give each picture its own id',
  },
  BAD_FEATURE: {
    zh: '特征缺失或有误，请重新提取',
    en: 'The feature is missing or wrong; extract it again',
  },
  BAD_ATTRIBUTES: {
    zh: '图片已导入，但标签或属性有误，请改正后重新导入',
    en: 'The picture is loaded, but its tags or attributes are wrong; correct them and load again',
  },
  NO_IMAGE: {
    zh: '没有这个编号的图片或文字，请检查编号',
    en: 'There is no picture or text with this id; check the id',
  },
  CRASHED: {
    zh: '处理它时进程几次崩溃，请检查文件',
    en: 'The process ended several times while it read this picture; check the file',
  },
  ALL_FAILED: {
    zh: '没有一张图片能导入，请看下面每张图片的原因',
    en: 'No picture could be loaded; the reason is listed for each picture',
  },
  SOURCE_LOST: {
    zh: '文件夹在导入途中不见了或被换掉了，图库里的图片都还在；请接好磁盘或共享，再导入一次',
    en: 'The folder disappeared or was replaced during the load, and no picture was removed; connect its disk or share and load again',
  },
  ORIGINAL_GONE: {
    zh: '原图不在了，换模型时没法重新编码；请把文件放回原处，或删掉这张图片',
    en: 'The original is gone, so another model cannot encode it; put the file back, or delete the image',
  },
  ORIGINAL_CHANGED: {
    zh: '原图和导入时不一样了，换模型时没法重新编码；请再导入一次它的文件夹',
    en: 'The original has changed since it was loaded, so another model cannot encode it; load its folder again',
  },
  IMAGES_HIDDEN: {
    zh: '换模型后会有图片搜不到，所以没有换；请先处理下面列出的图片，或确认仍要更换',
    en: 'The change of the model would hide the listed images from searches, so the model was not changed; repair or delete them, or confirm the change',
  },
};

/** What a code means and what to do next: one sentence without a full stop. Returns null for an unknown code. */
export function explainCode(code: string, language: Language): string | null {
  return Object.hasOwn(SENTENCES, code) ? SENTENCES[code as Code][language] : null;
}
