/**
 * A Chinese caption of each shipped picture, by folder: `name caption`, where a name without an ending is a PNG file.
 */
const CAPTIONS: Readonly<Record<string, string>> = {
  animals: `
    ant 蚂蚁, bat 蝙蝠, bear 熊, bird 鸟, black-cat 黑猫, blowfish 河豚, bug 毛毛虫, butterfly 蝴蝶, camel 骆驼,
    cat-face 猫脸, cat 猫, chicken 鸡, chipmunk 松鼠, cow-face 奶牛头, cow 奶牛, crab 蟹, crocodile 鳄鱼,
    deer 鹿, dog-face 小狗, dog 狗, dolphin 海豚, dragon 龙, duck 鸭子, eagle 鹰, elephant 大象, ewe 母羊,
    fish 鱼, fox 狐狸, frog 青蛙, giraffe 长颈鹿, goat 山羊, gorilla 大猩猩, hamster 仓鼠,
    hatching-chick 破壳的小鸡, hedgehog 刺猬, hippopotamus 河马, honeybee 蜜蜂, horse-face 马头, kangaroo 袋鼠,
    lady-beetle 瓢虫, lion 狮子, lizard 蜥蜴, monkey-face 猴头, monkey 猴子, mouse-face 老鼠头, octopus 章鱼,
    owl 猫头鹰, panda 熊猫, penguin 企鹅, pig-face 猪头, pig 猪, poodle 贵宾犬, rabbit-face 兔子头, rabbit 兔子,
    rooster 公鸡, shark 鲨鱼, shrimp 虾, snail 蜗牛, snake 蛇, spider 蜘蛛, spouting-whale 鲸鱼, t-rex 霸王龙,
    tiger-face 老虎头, tiger 老虎, tropical-fish 热带鱼, turtle 龟, unicorn 独角兽, wolf 狼, zebra 斑马`,
  faces: `
    alien 外星人, beaming-face-with-smiling-eyes 开心的笑脸, clapping-hands 鼓掌, crying-face 哭的脸,
    face-screaming-in-fear 惊恐的脸, face-with-medical-mask 戴口罩的脸, face-with-tears-of-joy 笑哭的脸,
    ghost 幽灵, grinning-face 笑脸, jack-o-lantern 南瓜灯, loudly-crying-face 大哭的脸, pouting-face 生气的脸,
    red-heart 红心, robot 机器人, sleeping-face 睡着的脸, smiling-face-with-heart-eyes 眼睛是爱心的笑脸,
    smiling-face-with-sunglasses 戴墨镜的笑脸, thinking-face 思考的脸, thumbs-up 竖起大拇指`,
  food: `
    avocado 鳄梨, banana 香蕉, beer-mug 啤酒, birthday-cake 生日蛋糕, bread 面包, broccoli 西兰花,
    bubble-tea 珍珠奶茶, candy 糖, carrot 胡萝卜, cheese-wedge 芝士, cherries 樱桃, chocolate-bar 巧克力,
    chopsticks 筷子, coconut 椰子, cooked-rice 米饭, cookie 饼干, cooking 煎蛋, croissant 羊角面包,
    cucumber 黄瓜, cut-of-meat 一块肉, doughnut 甜甜圈, dumpling 饺子, ear-of-corn 玉米, egg 蛋, eggplant 茄子,
    french-fries 薯条, grapes 葡萄, green-apple 青苹果, hamburger 汉堡, hot-beverage 热饮, hot-dog 热狗,
    hot-pepper 红辣椒, lemon 柠檬, lollipop 棒棒糖, moon-cake 月饼, peach 桃, pear 梨, pineapple 菠萝,
    pizza 披萨, popcorn 爆米花, potato 土豆, poultry-leg 鸡腿, red-apple 红苹果, sandwich 三明治,
    shortcake 草莓蛋糕, soft-ice-cream 圆筒冰激凌, spaghetti 意大利面, steaming-bowl 一碗面条, strawberry 草莓,
    sushi 寿司, taco 墨西哥卷饼, tangerine 橘子, tomato 西红柿, watermelon 西瓜, wine-glass 一杯红酒`,
  music: `
    drum 一面鼓, guitar 吉他, headphone 耳机, microphone 麦克风, musical-keyboard 钢琴键盘, musical-note 音符,
    musical-notes 音符, musical-score 乐谱, saxophone 萨克斯管, trumpet 小号, violin 小提琴`,
  people: `
    astronaut 宇航员, baby 婴儿, boy 男孩, construction-worker 建筑工人, cook 厨师, farmer 农民,
    firefighter 消防员, girl 女孩, health-worker 医生, man 男人, old-man 老爷爷, old-woman 老奶奶,
    police-officer 警察, princess 公主, santa-claus 圣诞老人, student 学生, teacher 老师, woman 女人`,
  photos: `
    photo-astronaut.jpg 一位穿宇航服的女宇航员, photo-cameraman.jpg 拿着相机的摄影师,
    photo-cat.jpg 一只猫的特写照片, photo-clock.jpg 模糊的时钟, photo-coffee.jpg 桌上的一杯咖啡,
    photo-coins.jpg 一堆硬币, photo-galaxies.jpg 星系, photo-rocket.jpg 火箭发射`,
  places: `
    beach-with-umbrella 沙滩上的遮阳伞, bridge-at-night 夜晚的桥, castle 城堡, desert-island 荒岛, factory 工厂,
    ferris-wheel 摩天轮, hospital 医院, house 房子, roller-coaster 过山车, school 学校,
    snow-capped-mountain 雪山, statue-of-liberty 自由女神像, sunrise 日出, tent 帐篷, tokyo-tower 东京塔,
    volcano 火山`,
  plants: `
    blossom 花, bouquet 花束, cactus 仙人掌, cherry-blossom 樱花, christmas-tree 圣诞树, deciduous-tree 落叶树,
    evergreen-tree 松树, four-leaf-clover 四叶草, hibiscus 芙蓉, maple-leaf 枫叶, mushroom 蘑菇,
    palm-tree 棕榈树, rose 玫瑰, seedling 幼苗, sunflower 向日葵, tulip 郁金香`,
  sports: `
    1st-place-medal 金牌, american-football 美式橄榄球, artist-palette 调色盘, badminton 羽毛球, baseball 棒球,
    basketball 篮球, boxing-glove 拳击手套, fishing-pole 钓鱼竿, game-die 骰子, ping-pong 乒乓球,
    puzzle-piece 拼图, skis 滑雪, soccer-ball 足球, tennis 网球, trophy 奖杯, video-game 游戏手柄,
    volleyball 排球`,
  things: `
    alarm-clock 闹钟, backpack 书包, balloon 气球, bathtub 浴缸, battery 电池, bed 床, books 书, broom 扫帚,
    camera 相机, candle 蜡烛, chair 椅子, crown 皇冠, door 门, dress 连衣裙, envelope 信封, fireworks 焰火,
    gem-stone 宝石, glasses 眼镜, hammer 锤子, handbag 手提包, high-heeled-shoe 高跟鞋, jeans 牛仔裤, key 钥匙,
    keyboard 键盘, kitchen-knife 菜刀, kite 风筝, laptop 笔记本电脑, light-bulb 灯泡,
    magnifying-glass-tilted-left 放大镜, mobile-phone 手机, money-bag 钱袋, open-book 打开的书, package 包裹,
    pencil 铅笔, pill 药丸, printer 打印机, red-paper-lantern 红灯笼, ring 戒指, running-shoe 跑鞋, scarf 围巾,
    scissors 剪刀, syringe 注射器, t-shirt T恤, teddy-bear 泰迪熊, television 电视机, toilet 马桶, top-hat 礼帽,
    watch 手表, wrapped-gift 礼物, wrench 扳手`,
  vehicles: `
    airplane 飞机, ambulance 救护车, anchor 锚, automobile 汽车, bicycle 自行车, bullet-train 子弹头列车,
    bus 公交车, delivery-truck 货车, fire-engine 消防车, flying-saucer 飞碟, helicopter 直升机,
    high-speed-train 高速列车, locomotive 蒸汽火车, motor-scooter 踏板摩托车, motorcycle 摩托车,
    oncoming-automobile 汽车, police-car 警车, racing-car 赛车, rocket 火箭, sailboat 帆船, ship 船,
    speedboat 快艇, sport-utility-vehicle 越野车, taxi 出租车, tractor 拖拉机, train 火车,
    vertical-traffic-light 红绿灯`,
  weather: `
    cloud-with-lightning-and-rain 雷阵雨, cloud-with-rain 下雨, cloud 云, crescent-moon 弯月, fire 火焰,
    full-moon-face 微笑的月亮, high-voltage 闪电, rainbow 彩虹, snowflake 雪花, snowman-without-snow 雪人,
    snowman 雪人, star 星星, sun-behind-cloud 太阳和云, sun-behind-rain-cloud 太阳雨, sun-with-face 微笑的太阳,
    sun 太阳, tornado 龙卷风, umbrella-with-rain-drops 雨伞, water-wave 海浪`,
};

/** Captions of the shipped pictures by their paths in the folder of samples. */
export const SAMPLE_CAPTIONS: ReadonlyMap<string, string> = new Map(
  Object.entries(CAPTIONS).flatMap(([folder, list]) =>
    list.split(',').map((entry): [string, string] => {
      const [name = '', caption = ''] = entry.trim().split(' ');
      return [`${folder}/${name.includes('.') ? name : `${name}.png`}`, caption];
    }),
  ),
);
