"""Draws the pictures. Each function returns a picture and its lines of text, in reading order."""

import random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

import texts as t

NOTO = "/usr/share/fonts/opentype/noto/"
FONTS = {
    "noto": (NOTO + "NotoSansCJK-Regular.ttc", 2),
    "noto-bold": (NOTO + "NotoSansCJK-Bold.ttc", 2),
    "serif": (NOTO + "NotoSerifCJK-Regular.ttc", 2),
    "serif-bold": (NOTO + "NotoSerifCJK-Bold.ttc", 2),
    "microhei": ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),
    "zenhei": ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
    "ming": ("/usr/share/fonts/truetype/arphic/uming.ttc", 0),
    "kai": ("/usr/share/fonts/truetype/arphic/ukai.ttc", 0),
    "wenkai": ("/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf", 0),
    "smiley": ("/usr/share/fonts/truetype/smiley-sans/SmileySans-Oblique.ttf", 0),
}
SOBER = ["noto", "serif", "microhei", "zenhei", "ming", "wenkai"]


def font(name, size):
    path, index = FONTS[name]
    return ImageFont.truetype(path, size, index=index)


def canvas(width, height, colour="white"):
    image = Image.new("RGB", (width, height), colour)
    return image, ImageDraw.Draw(image)


def scenery(r, width, height):
    """A smooth coloured background with some shapes and grain, as behind a sign or a subtitle."""
    small = np.array([[[r.randrange(30, 226) for _ in range(3)] for _ in range(6)] for _ in range(5)], np.uint8)
    image = Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    for _ in range(r.randrange(4, 14)):
        x, y, s = r.randrange(width), r.randrange(height), r.randrange(20, max(21, width // 4))
        colour = tuple(r.randrange(256) for _ in range(3))
        (draw.ellipse if r.random() < 0.5 else draw.rectangle)((x, y, x + s, y + s // 2), fill=colour)
    image = image.filter(ImageFilter.GaussianBlur(r.uniform(1, 4)))
    grain = np.random.default_rng(r.randrange(1 << 30)).normal(0, 6, (height, width, 1))
    return Image.fromarray(np.clip(np.asarray(image, np.float32) + grain, 0, 255).astype(np.uint8))


def document(r):
    size = r.choice([18, 20, 24, 28, 34])
    face = font(r.choice(SOBER), size)
    lines = r.sample(t.SENTENCES, r.randrange(6, 14))
    ink, paper = r.choice([("black", "white"), ("#222", "#f8f3e6"), ("#eee", "#1e1e1e"), ("#003", "#eef")])
    image, draw = canvas(size * 24 + 100, len(lines) * size * 2 + 100, paper)
    for i, line in enumerate(lines):
        draw.text((50, 50 + i * size * 2), line, ink, face)
    return image, lines


def english(r):
    size = r.choice([16, 20, 26, 32])
    face = font(r.choice(["noto", "serif", "zenhei"]), size)
    lines = r.sample(t.ENGLISH, 8)
    image, draw = canvas(size * 26 + 60, len(lines) * size * 2 + 60, r.choice(["white", "#fffbe0"]))
    for i, line in enumerate(lines):
        draw.text((30, 30 + i * size * 2), line, "#111", face)
    return image, lines


def chat(r, count=None, height=1920):
    width, size = 1080, 42
    face = font(r.choice(["noto", "microhei"]), size)
    dark = r.random() < 0.4
    image, draw = canvas(width, height, "#111" if dark else "#ededed")
    name = r.choice(["同事群", "妈妈", "李雷", "老同学"])
    draw.text((width // 2 - size, 60), name, "#ddd" if dark else "#222", face)
    lines, y = [name], 180
    for i in range(count or 10):
        text = r.choice(t.CHAT)
        w = int(face.getlength(text))
        mine = r.random() < 0.5
        x = width - 160 - w - 40 if mine else 160
        fill = ("#3eb575" if dark else "#95ec69") if mine else ("#2c2c2c" if dark else "white")
        draw.rounded_rectangle((x, y, x + w + 40, y + 100), 16, fill)
        draw.rectangle((width - 130, y, width - 40, y + 90) if mine else (40, y, 130, y + 90), fill="#%06x" % r.randrange(1 << 24))
        draw.text((x + 20, y + 20), text, "#eee" if dark and not mine else "#111", face)
        lines.append(text)
        y += 160
        if y > height - 160:
            break
    return image, lines


def long_chat(r):
    return chat(r, count=44, height=7300)


def table(r):
    size = r.choice([20, 24, 28])
    face, head = font(r.choice(SOBER), size), font("noto-bold", size)
    columns, w, h = ["姓名", "部门", "电话", "金额"], size * 9, size * 2 + 10
    names, parts = ["张伟", "王芳", "李娜", "刘强", "陈静", "杨洋", "赵磊", "黄敏"], ["财务部", "技术部", "市场部", "人事部"]
    rows = [
        [r.choice(names), r.choice(parts), f"138{r.randrange(10**7, 10**8)}", f"{r.randrange(100, 99999)}.{r.randrange(10, 100)}"]
        for _ in range(r.randrange(5, 11))
    ]
    image, draw = canvas(w * 4 + 80, h * (len(rows) + 1) + 80)
    for i, row in enumerate([columns, *rows]):
        for j, cell in enumerate(row):
            x, y = 40 + j * w, 40 + i * h
            draw.rectangle((x, y, x + w, y + h), outline="#888", fill="#dde6f5" if i == 0 else None)
            draw.text((x + 14, y + 5), cell, "#111", head if i == 0 else face)
    return image, [cell for row in [columns, *rows] for cell in row]


def receipt(r):
    size = r.choice([22, 26])
    face = font(r.choice(["zenhei", "microhei", "ming"]), size)
    goods = r.sample(t.GOODS, r.randrange(5, 9))
    image, draw = canvas(520, 300 + len(goods) * size * 2, "#f4f2ee")
    lines, y = [], 30

    def put(x, text):
        draw.text((x, y), text, "#333", face)
        lines.append(text)

    put(150, "好邻居便利店")
    y += size * 2
    put(30, f"单号：{r.randrange(10**9, 10**10)}")
    y += size * 2
    total = 0
    for name, price in goods:
        put(30, name)
        put(390, f"{price:.2f}")
        total += price
        y += size * 2
    put(30, "合计")
    put(390, f"{total:.2f}")
    y += size * 2
    put(30, "谢谢惠顾，欢迎再来")
    grain = np.random.default_rng(r.randrange(1 << 30)).normal(0, 8, (image.height, image.width, 1))
    image = Image.fromarray(np.clip(np.asarray(image, np.float32) + grain, 0, 255).astype(np.uint8))
    return image.rotate(r.uniform(-4, 4), Image.Resampling.BICUBIC, expand=True, fillcolor="#756"), lines


def sign(r):
    """A board with large characters before a scenery, seen from one side."""
    text = r.choice(t.SIGNS)
    size = r.choice([70, 110, 160])
    face = font(r.choice(["noto-bold", "serif-bold", "kai", "smiley", "wenkai"]), size)
    w, h = int(face.getlength(text)) + size, int(size * 1.9)
    ink, paper = r.choice([("white", "#b01010"), ("white", "#0a4fa0"), ("#f5d020", "#202020"), ("white", "#1b7a35"), ("#111", "#f5c400")])
    board, draw = canvas(w, h, paper)
    draw.text((size // 2, size // 4), text, ink, face)
    image = scenery(r, 1280, 960)
    board = board.convert("RGBA")
    s = r.uniform(-0.12, 0.12)
    # Each output pixel comes from these source coordinates: a shear and a change of the height from left to right.
    board = board.transform((w, int(h * 1.3)), Image.Transform.PERSPECTIVE, (1, 0, 0, s, 1, -0.1 * h, 0, abs(s) / w, 1), Image.Resampling.BICUBIC)
    image.paste(board, (r.randrange(0, max(1, 1280 - w)), r.randrange(0, 960 - int(h * 1.3))), board)
    return image.filter(ImageFilter.GaussianBlur(r.uniform(0, 1.2))), [text]


def slide(r):
    image, draw = canvas(1600, 900, r.choice(["white", "#12233f", "#fdf6e3"]))
    ink = "white" if image.getpixel((0, 0))[0] < 90 else "#1a1a1a"
    title, bullets = r.choice(t.TITLES), r.sample(t.BULLETS, 5)
    draw.text((100, 80), title, ink, font("noto-bold", 72))
    draw.rectangle((100, 200, 1500, 206), fill="#e07020")
    for i, bullet in enumerate(bullets):
        draw.ellipse((110, 285 + i * 110, 130, 305 + i * 110), fill="#e07020")
        draw.text((170, 265 + i * 110), bullet, ink, font("noto", 44))
    return image, [title, *bullets]


def column(draw, x, y, text, face, step, ink):
    for i, character in enumerate(text):
        draw.text((x, y + i * step), character, ink, face)


def couplet(r):
    right, left = r.choice(t.COUPLETS)
    size = r.choice([56, 72, 96])
    step = int(size * 1.2)
    face = font(r.choice(["kai", "serif-bold", "noto-bold", "wenkai"]), size)
    height = step * len(right) + size * 2
    image = scenery(r, size * 11, height + size)
    draw = ImageDraw.Draw(image)
    for x, text in [(size * 8, right), (size, left)]:
        draw.rectangle((x - size // 2, size // 2, x + size * 3 // 2, height), fill="#b3121d")
        column(draw, x, size, text, face, step, r.choice(["#111", "#f7d046"]))
    return image, [right, left]


def vertical_book(r):
    """Columns of vertical text, read from right to left."""
    poem = r.choice(t.POEMS)
    size = r.choice([32, 44, 60])
    face = font(r.choice(["ming", "kai", "serif", "wenkai"]), size)
    image, draw = canvas(size * (2 * len(poem) + 3), size * 9, "#f7f1e0")
    for i, line in enumerate(poem):
        column(draw, image.width - size * (2 * i + 3), size, line, face, int(size * 1.15), "#222")
    return image, poem


def slanted(r):
    lines = r.sample(t.SENTENCES, 4)
    size = r.choice([30, 36, 44])
    face = font(r.choice(SOBER), size)
    image, draw = canvas(size * 24, size * 14, "#eef2e8")
    for i, line in enumerate(lines):
        draw.text((size, size * 2 + i * size * 2.5), line, "#203020", face)
    return image.rotate(r.choice([-18, -11, -7, 7, 11, 18]), Image.Resampling.BICUBIC, expand=True, fillcolor="#99a"), lines


def upside_down(r):
    image, lines = document(r)
    return image.rotate(180), lines


def blurred(r):
    image, lines = r.choice([document, english, slide])(r)
    return image.filter(ImageFilter.GaussianBlur(r.uniform(0.8, 1.6))), lines


def subtitle(r):
    image = scenery(r, 1280, 720)
    text = r.choice(t.SENTENCES)
    face = font(r.choice(["noto-bold", "microhei"]), 44)
    x = (1280 - int(face.getlength(text))) // 2
    ImageDraw.Draw(image).text((x, 630), text, "white", face, stroke_width=3, stroke_fill="black")
    return image, [text]


def traditional(r):
    lines = r.sample(t.TRADITIONAL, 6)
    size = r.choice([24, 32, 40])
    face = font(r.choice(["noto", "serif", "ming", "kai"]), size)
    image, draw = canvas(size * 18, size * 15, r.choice(["white", "#f3ead2"]))
    for i, line in enumerate(lines):
        draw.text((size, size + i * size * 2.2), line, "#222", face)
    return image, lines


def two_columns(r):
    left, right = r.sample(t.SENTENCES, 6), r.sample(t.SENTENCES, 6)
    size = 24
    face = font(r.choice(SOBER), size)
    image, draw = canvas(size * 52, size * 16)
    for x, column_lines in [(size, left), (size * 27, right)]:
        for i, line in enumerate(column_lines):
            draw.text((x, size + i * size * 2.2), line, "#111", face)
    return image, left + right


def poster(r):
    image = scenery(r, 900, 1200)
    draw = ImageDraw.Draw(image)
    title, lines = r.choice(["音乐节", "夏日特卖", "招聘会", "周年庆典", "GRAND OPENING"]), r.sample(t.BULLETS + t.TRADITIONAL, 3)
    size = 150 if len(title) < 6 else 90
    draw.rectangle((40, 100, 860, 340), fill="#d01c3a")
    draw.text((70, 110), title, "white", font("noto-bold", size))
    for i, line in enumerate(lines):
        draw.rectangle((60, 520 + i * 160, 840, 620 + i * 160), fill="#fff8e0")
        draw.text((90, 540 + i * 160), line, "#402010", font(r.choice(["noto", "wenkai", "microhei"]), 46))
    return image, [title, *lines]


def web_page(r):
    """Small text in a large picture, with a heading, a menu and two columns of links."""
    image, draw = canvas(1920, 1080, "white")
    face, small, heading = font("noto", 16), font("microhei", 14), font("noto-bold", 36)
    lines = ["城市新闻网"]
    draw.rectangle((0, 0, 1920, 64), fill="#c4241c")
    draw.text((60, 6), lines[0], "white", heading)
    for i, name in enumerate(["首页", "国内", "国际", "财经", "体育", "科技", "文化", "旅游"]):
        draw.text((460 + i * 120, 20), name, "white", face)
        lines.append(name)
    for x in (60, 980):
        for i, line in enumerate(r.sample(t.SENTENCES + t.ENGLISH, 22)):
            draw.text((x, 110 + i * 42), "· " + line, "#234", face)
            date = f"{r.randrange(1, 13):02}-{r.randrange(1, 29):02}"
            draw.text((x + 700, 112 + i * 42), date, "#888", small)
            lines += [line, date]
    return image, lines


def scan(r):
    """A page of a book, scanned at 300 dots an inch, a little slanted."""
    image, draw = canvas(2480, 3508, "#fbf9f2")
    face, title = font(r.choice(["serif", "ming", "noto"]), 44), font("serif-bold", 72)
    lines = [r.choice(t.TITLES[:3])]
    draw.text((900, 240), lines[0], "#111", title)
    for i in range(28):
        line = "".join(r.sample(t.SENTENCES, 4))[:40].replace(" ", "")
        draw.text((300, 480 + i * 98), line, "#1a1a1a", face)
        lines.append(line)
    return image.rotate(r.uniform(-1, 1), Image.Resampling.BICUBIC, fillcolor="#ddd"), lines


def far_sign(r):
    """A large picture with one small board."""
    text = r.choice(t.SIGNS)
    size = r.choice([18, 22, 28])
    face = font(r.choice(["noto-bold", "zenhei"]), size)
    image = scenery(r, 2000, 1500)
    x, y, w = r.randrange(100, 1500), r.randrange(100, 1300), int(face.getlength(text))
    draw = ImageDraw.Draw(image)
    draw.rectangle((x - size, y - size // 2, x + w + size, y + size * 2), fill="#0a4fa0")
    draw.text((x, y), text, "white", face)
    return image, [text]


def scenery_only(r):
    return scenery(r, 1600, 1200), []


KINDS = {
    "document": document, "english": english, "chat": chat, "long-chat": long_chat, "table": table, "receipt": receipt,
    "sign": sign, "slide": slide, "couplet": couplet, "vertical-book": vertical_book, "slanted": slanted,
    "upside-down": upside_down, "blurred": blurred, "subtitle": subtitle, "traditional": traditional,
    "two-columns": two_columns, "poster": poster, "web-page": web_page, "scan": scan,
    "far-sign": far_sign, "no-text": scenery_only,
}


def draw(kind, number):
    r = random.Random(f"{kind} {number}")
    return KINDS[kind](r)
