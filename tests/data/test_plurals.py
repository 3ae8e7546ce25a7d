"""Plurals by a rule of English, against nouns whose plurals people wrote down."""

import pytest

from vgym.asset_files import json_asset
from vgym.data.plurals import plural

PAIRS = """
leaf leaves, child children, woman women, tomato tomatoes, quiz quizzes, person people, man men,
knife knives, shelf shelves, wolf wolves, half halves, thief thieves, loaf loaves, scarf scarves,
roof roofs, chef chefs, cliff cliffs, giraffe giraffes, safe safes, handkerchief handkerchiefs,
potato potatoes, hero heroes, echo echoes, piano pianos, photo photos, kangaroo kangaroos,
avocado avocados, video videos, foot feet, tooth teeth, goose geese, mongoose mongooses, ox oxen,
box boxes, mouse mice, louse lice, blouse blouses, house houses, die dice, human humans,
ottoman ottomans, fireman firemen, policewoman policewomen, grandchild grandchildren,
salesperson salespeople, bookshelf bookshelves, penknife penknives, city cities, monkey monkeys,
bus buses, gas gases, lens lenses, glass glasses, dress dresses, iris irises, cactus cactuses,
church churches, stomach stomachs, brush brushes, waltz waltzes, fez fezzes, axis axes,
oasis oases, vertex vertices, sheep sheep, deer deer, fish fish, aircraft aircraft,
series series, scissors scissors, glasses glasses, trousers trousers, skis skis, people people,
cars cars, bananas bananas, broccoli broccoli, luggage luggage, superhero superheroes,
passerby passersby, baby babies, toy toys, obloquy obloquies, buoy buoys, café cafés, 747 747s
"""
COCO = """
person people, bicycle bicycles, car cars, motorcycle motorcycles, airplane airplanes, bus buses,
train trains, truck trucks, boat boats, traffic light/traffic lights, fire hydrant/fire hydrants,
stop sign/stop signs, parking meter/parking meters, bench benches, bird birds, cat cats, dog dogs,
horse horses, sheep sheep, cow cows, elephant elephants, bear bears, zebra zebras, giraffe giraffes,
backpack backpacks, umbrella umbrellas, handbag handbags, tie ties, suitcase suitcases,
frisbee frisbees, skis skis, snowboard snowboards, sports ball/sports balls, kite kites,
baseball bat/baseball bats, baseball glove/baseball gloves, skateboard skateboards,
surfboard surfboards, tennis racket/tennis rackets, bottle bottles, wine glass/wine glasses,
cup cups, fork forks, knife knives, spoon spoons, bowl bowls, banana bananas, apple apples,
sandwich sandwiches, orange oranges, broccoli broccoli, carrot carrots, hot dog/hot dogs,
pizza pizzas, donut donuts, cake cakes, chair chairs, couch couches, potted plant/potted plants,
bed beds, dining table/dining tables, toilet toilets, tv tvs, laptop laptops, mouse mice,
remote remotes, keyboard keyboards, cell phone/cell phones, microwave microwaves, oven ovens,
toaster toasters, sink sinks, refrigerator refrigerators, book books, clock clocks, vase vases,
scissors scissors, teddy bear/teddy bears, hair drier/hair driers, toothbrush toothbrushes
"""
SHAPES = [
    ("maple leaf", "maple leaves"),
    ("box of popcorn", "boxes of popcorn"),
    ("pair_of_scissors", "pairs_of_scissors"),
    ("man with a hat", "men with a hat"),
    ("mother-in-law", "mothers-in-law"),
    ("passer-by", "passers-by"),
    ("t-shirt", "t-shirts"),
    ("fire_hydrant", "fire_hydrants"),
    ("mouse_(computer_equipment)", "mice_(computer_equipment)"),
    ("Cabinet/shelf", "Cabinets/shelves"),
    ("Woman", "Women"),
    ("LEAF", "LEAVES"),
    ("MAN", "MEN"),
    ("TV", "TVs"),
    ("plug-in", "plug-ins"),
    ("犬", "犬"),
    ("", ""),
    (" - ", " - "),
]


def _pairs(text: str) -> list[tuple[str, str]]:
    entries = (" ".join(entry.split()) for entry in text.split(","))
    found = [tuple(e.split("/" if "/" in e else " ")) for e in entries]
    return [(one, several) for one, several in found]


@pytest.mark.parametrize(("one", "several"), [*_pairs(PAIRS), *_pairs(COCO), *SHAPES])
def test_one_and_several(one: str, several: str) -> None:
    assert plural(one) == several


def test_coco_has_eighty_names() -> None:
    assert len(_pairs(COCO)) == 80


def test_the_rule_agrees_with_every_noun_of_the_sprites() -> None:
    sprites = json_asset("sprites/sprites.json")["sprites"]
    written = {sprite["name"]: sprite["plural"] for sprite in sprites}
    assert len(written) > 500
    assert {name: plural(name) for name in written} == written
