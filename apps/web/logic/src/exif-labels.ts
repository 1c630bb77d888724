import type { Language } from '@wentu/language';

/** Chinese names of EXIF fields. In English a field has its own name, with spaces. */
const CHINESE: Readonly<Record<string, string>> = {
  Make: '厂商',
  Model: '型号',
  LensMake: '镜头厂商',
  LensModel: '镜头',
  BodySerialNumber: '机身序列号',
  LensSerialNumber: '镜头序列号',
  CameraOwnerName: '相机主人',
  Software: '软件',
  HostComputer: '设备',
  ExposureTime: '快门',
  FNumber: '光圈',
  PhotographicSensitivity: 'ISO',
  FocalLength: '焦距',
  FocalLengthIn35mmFilm: '等效焦距',
  ExposureBiasValue: '曝光补偿',
  ExposureProgram: '曝光程序',
  ExposureMode: '曝光模式',
  MeteringMode: '测光',
  Flash: '闪光灯',
  WhiteBalance: '白平衡',
  LightSource: '光源',
  MaxApertureValue: '最大光圈',
  BrightnessValue: '亮度',
  SubjectDistance: '对焦距离',
  SubjectDistanceRange: '拍摄距离',
  DigitalZoomRatio: '数码变焦',
  SceneCaptureType: '场景',
  SensitivityType: '感光度类型',
  Contrast: '对比度',
  Saturation: '饱和度',
  Sharpness: '锐度',
  DateTimeOriginal: '拍摄时间',
  OffsetTimeOriginal: '时区',
  SubSecTimeOriginal: '不到一秒',
  DateTimeDigitized: '数字化时间',
  OffsetTimeDigitized: '数字化时区',
  DateTime: '修改时间',
  OffsetTime: '修改时区',
  GPSLatitude: '纬度',
  GPSLongitude: '经度',
  GPSAltitude: '海拔',
  GPSImgDirection: '镜头朝向',
  GPSSpeed: '速度',
  GPSSpeedRef: '速度单位',
  GPSHPositioningError: '定位误差',
  GPSDateStamp: 'GPS 日期',
  GPSTimeStamp: 'GPS 时间',
  GPSMapDatum: '坐标系',
  Artist: '作者',
  Copyright: '版权',
  ImageDescription: '说明',
  XPTitle: '标题',
  XPComment: '备注',
  XPAuthor: '作者（Windows）',
  XPKeywords: '关键词',
  XPSubject: '主题',
  UserComment: '评论',
  Rating: '评分',
  Orientation: '方向',
  PixelXDimension: '宽',
  PixelYDimension: '高',
  ColorSpace: '色彩空间',
  XResolution: '水平分辨率',
  YResolution: '垂直分辨率',
  ResolutionUnit: '分辨率单位',
  ImageUniqueID: '图片编号',
  ExifVersion: 'EXIF 版本',
};

/** Chinese words of values that stand for numbers. */
const CHINESE_VALUES: Readonly<Record<string, string>> = {
  ...{ manual: '手动', 'normal program': '程序自动', 'aperture priority': '光圈优先', 'shutter priority': '快门优先' },
  ...{
    'creative program': '创意程序',
    'action program': '运动程序',
    'portrait mode': '人像',
    'landscape mode': '风景',
  },
  ...{
    average: '平均',
    'center-weighted average': '中央重点',
    spot: '点测光',
    'multi-spot': '多点',
    pattern: '评价测光',
  },
  ...{ partial: '局部', daylight: '日光', fluorescent: '荧光灯', tungsten: '白炽灯', flash: '闪光灯' },
  ...{
    'fine weather': '晴天',
    cloudy: '阴天',
    shade: '阴影',
    'auto exposure': '自动曝光',
    'manual exposure': '手动曝光',
  },
  ...{ 'auto bracket': '自动包围', 'auto white balance': '自动', 'manual white balance': '手动', standard: '标准' },
  ...{ landscape: '风景', portrait: '人像', 'night scene': '夜景', normal: '正常', soft: '柔和', hard: '强烈' },
  ...{ 'low saturation': '低', 'high saturation': '高', macro: '微距', 'close view': '近景', 'distant view': '远景' },
  ...{ uncalibrated: '未校准', inch: '英寸', centimetre: '厘米', none: '无' },
  ...{ fired: '闪了', 'did not fire': '没有闪', 'no return light': '没有回光', 'return light': '有回光' },
  ...{ 'auto mode': '自动', 'compulsory on': '强制开', 'compulsory off': '强制关' },
  ...{ 'no flash function': '没有闪光灯', 'red-eye reduction': '防红眼' },
};

/** Fields whose values are words of the API. The texts of all others are those of the file. */
const WORDED = new Set(
  [
    'ExposureProgram',
    'ExposureMode',
    'MeteringMode',
    'Flash',
    'WhiteBalance',
    'LightSource',
    'SubjectDistanceRange',
  ].concat(['SceneCaptureType', 'Contrast', 'Saturation', 'Sharpness', 'ColorSpace', 'ResolutionUnit']),
);

export interface ExifText {
  readonly name: string;
  readonly value: string;
}

/** A field for people: its name in the language, such as 光圈 or F number. */
export function exifLabel(name: string, language: Language): string {
  const chinese = CHINESE[name];
  if (language === 'zh' && chinese !== undefined) return chinese;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .split(' ');
  return words.map((word, i) => (i === 0 || /^[A-Z]{2,}$/.test(word) ? word : word.toLowerCase())).join(' ');
}

export function exifValue({ name, value }: ExifText, language: Language): string {
  if (language !== 'zh' || !WORDED.has(name)) return value;
  const parts = value.split(', ');
  return parts.map((part) => CHINESE_VALUES[part] ?? part).join('，');
}

/** How a picture was taken, in the order in which photographers say it: f/2.8 · 1/250 s · ISO 400 · 50 mm. */
export function exposureLine(fields: readonly ExifText[]): string {
  const of = (name: string): string | undefined => fields.find((field) => field.name === name)?.value;
  const iso = of('PhotographicSensitivity');
  return [of('FNumber'), of('ExposureTime'), iso && `ISO ${iso}`, of('FocalLength')].filter(Boolean).join(' · ');
}
