"""Public-domain drawings of Debian's openclipart-png, with English titles made of their names.

    python -m trainer.clipart WORKDIR

Reads WORKDIR/deb/openclipart-png, writes WORKDIR/data/clipart.{rgba,json}.
"""

import re
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image
from torchvision.models._meta import _IMAGENET_CATEGORIES as IMAGENET_ENGLISH

from .paths import DRAWING_SIZE, Work

MOST_OF_ONE_TITLE = 6
WORDS_IN_TITLE = 3
MOST_PIXELS = 20_000_000  # A few files of the package are posters that take minutes to read.

# Folders of logos, maps, playing cards and similar drawings, which a name does not describe.
SKIPPED = re.compile(
    r"stars|flags|gradients|arrows|map_symbols|patterns|/led|buttons|jigsaw|flowchart|callouts"
    r"|logos|/cards|connectors|diagrams|games/|special/|signs_and_symbols/aiga|network"
)
STYLE_WORDS = set("contour simple cartoon outline baby color colour icon svg tux".split())
# Words of file names that are more often an author or a function word than a subject.
NO_SUBJECT = set(
    "a an the of to in on with for and or at by up out off from as one it be is not icon icons "
    "symbol clipart clip art bw matt ralf park mark bill will jean pat tim jack gray smith baker "
    "young lee ray ben bob joe jim dan max sam tom nick grant frank drawn".split()
)
ITALIAN = dict(
    pair.split("=")
    for pair in (
        "aquila=eagle cigno=swan cigni=swans orso=bear leone=lion tigre=tiger canguro=kangaroo "
        "coniglio=rabbit cavallo=horse elefante=elephant gatto=cat cane=dog delfino=dolphin "
        "gufo=owl farfalla=butterfly pesce=fish albero=tree casa=house barca=boat rana=frog "
        "scimmia=monkey mucca=cow pecora=sheep maiale=pig lupo=wolf volpe=fox serpente=snake "
        "fiore=flower fiori=flowers gallo=rooster pappagallo=parrot squalo=shark balena=whale "
        "coccodrillo=crocodile tartaruga=turtle topo=mouse toro=bull antilope=antelope "
        "giraffa=giraffe pinguino=penguin chitarra=guitar ours=bear dinosauro=dinosaur ragno=spider "
        "ape=bee formica=ant libellula=dragonfly lucertola=lizard rinoceronte=rhinoceros "
        "ippopotamo=hippopotamus cammello=camel foca=seal polpo=octopus granchio=crab"
    ).split()
)
FOLDERS = dict(
    pair.split("=")
    for pair in (
        "bears=bear big_cats=lion dogs=dog horses=horse birds=bird fish=fish bugs=insect "
        "fruit=fruit desserts=dessert beverages=drink vegetables=vegetable flowers=flower "
        "trees=tree homes=house vehicles=vehicle boating=boat dinosaurs=dinosaur cats=cat "
        "reptiles=reptile amphibian=frog dairy=dairy meats_and_eggs=meat "
        "breads_and_carbs=bread mammals=animal"
    ).split()
)


def vocabulary(concepts: list[dict]) -> set[str]:
    """The English names of known things: emoji labels and tags, ImageNet classes."""
    texts = [text for c in concepts for text in (c["label"], *c["tags"])] + IMAGENET_ENGLISH
    return {word for text in texts for word in re.findall("[a-z]+", text.lower())}


def title_of(relative: Path, known: set[str]) -> str | None:
    """`animals/dogs/dog_on_leash_jim.png` -> `dog`; None when the name has no meaning."""
    words = []
    for raw in re.sub(r"[^a-z]+", " ", relative.stem.lower()).split():
        word = ITALIAN.get(raw, raw)
        if word in STYLE_WORDS:
            continue
        if len(word) <= 2 or (word not in known and word.rstrip("s") not in known):
            break
        words.append(word)
        if len(words) == WORDS_IN_TITLE:
            break
    folders = [part for part in relative.parts[:-1]]
    folder = next((FOLDERS[part] for part in reversed(folders) if part in FOLDERS), None)
    if any(word not in NO_SUBJECT for word in words):
        title = " ".join(words)
        return f"{title}, {folder}" if folder and folder not in title else title
    return folder


def fitted(image: Image.Image) -> np.ndarray | None:
    """The drawing centred in the square; None when it is almost empty."""
    width, height = image.size
    if min(width, height) < 24 or max(width, height) / min(width, height) > 4:
        return None
    scale = DRAWING_SIZE / max(width, height)
    size = max(1, int(width * scale)), max(1, int(height * scale))
    image = image.resize(size, Image.Resampling.LANCZOS)
    square = Image.new("RGBA", (DRAWING_SIZE, DRAWING_SIZE), (0, 0, 0, 0))
    square.paste(image, ((DRAWING_SIZE - size[0]) // 2, (DRAWING_SIZE - size[1]) // 2))
    pixels = np.asarray(square)
    return pixels if (pixels[..., 3] > 100).mean() >= 0.03 else None


def main() -> None:
    work = Work(sys.argv[1])
    Image.MAX_IMAGE_PIXELS = None
    root = work.debian / "openclipart-png" / "usr" / "share" / "openclipart" / "png"
    known = vocabulary(work.concepts())
    counts: Counter[str] = Counter()
    entries, rows = [], []
    for path in sorted(root.rglob("*.png")):
        relative = path.relative_to(root)
        title = None if SKIPPED.search(str(relative)) else title_of(relative, known)
        if title is None or counts[title] >= MOST_OF_ONE_TITLE:
            continue
        try:
            image = Image.open(path)
            if image.width * image.height > MOST_PIXELS:
                continue
            pixels = fitted(image.convert("RGBA"))
        except (OSError, ValueError):
            continue  # A broken file.
        if pixels is None:
            continue
        counts[title] += 1
        entries.append({"path": str(relative), "title": title})
        rows.append(pixels)
    np.stack(rows).tofile(work.data / "clipart.rgba")
    work.write("clipart.json", entries)
    print(f"{len(rows)} clip-art drawings, {len(counts)} titles")


if __name__ == "__main__":
    main()
