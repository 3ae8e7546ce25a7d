"""Names of rivers that Natural Earth spells wrongly, or gives to a river that is another.

Its older tables lost letters with accents on the way: some became question marks, others are gone
(Rhne, Pnuco). What each stands for was found by where the river is.
"""

import numpy as np
from numpy.typing import NDArray

SPELLINGS = {
    "A?na": "Aïna",
    "Ajaj?": "Ajajú",
    "Amgun?": "Amgun",
    "Anadyr?": "Anadyr",
    "Aoukal?": "Aoukalé",
    "Argun? (Ergun)": "Argun (Ergun)",
    "Aripuan?": "Aripuanã",
    "B?nou?": "Bénoué",
    "B?o-B?o": "Bío-Bío",
    "Bago?": "Bagoé",
    "Baoul?": "Baoulé",
    "Bol?shaya Kuonamka": "Bolshaya Kuonamka",
    "Bol?shoy Anyuy": "Bolshoy Anyuy",
    "Bol?shoy Yenisey": "Bolshoy Yenisey",
    "Bol?shoy Yugan": "Bolshoy Yugan",
    "Byk Menderes": "Büyük Menderes",
    "Caquet?": "Caquetá",
    "Carcara??": "Carcarañá",
    "Caron?": "Caroní",
    "Chirrip del Atlntico": "Chirripó del Atlántico",
    "Copiap?": "Copiapó",
    "Dal?lven": "Dalälven",
    "Di?er Songhua": "Di'er Songhua",
    "Dnepre": "Dnepr",
    "G?ba": "Gêba",
    "Gh?ghara": "Ghaghara",
    "Glomma (Glma)": "Glomma (Glåma)",
    "God?vari": "Godavari",
    "Grande Rivire de la Baleine": "Grande Rivière de la Baleine",
    "Gta lv": "Göta älv",
    "Gu?rico": "Guárico",
    "Guain?a": "Guainía",
    "Guapor?": "Guaporé",
    "Ibicu?": "Ibicuí",
    "Indai?": "Indaiá",
    "Indals?lven": "Indalsälven",
    "Iva?": "Ivaí",
    "Japur?": "Japurá",
    "Jiparan?": "Jiparaná",
    "Juru?": "Juruá",
    "Juta?": "Jutaí",
    "K?nes": "Künes",
    "Kad??": "Kadéï",
    "Kiz?lirmak": "Kizilirmak",
    "Klarlven": "Klarälven",
    "Kokemenjoki": "Kokemäenjoki",
    "Komo?": "Komoé",
    "Kr": "Kür",
    "L?rio": "Lúrio",
    "Lule lv": "Lule älv",
    "Mah?na Nad?": "Mahanadi",
    "Mamor?": "Mamoré",
    "Mara??n": "Marañón",
    "Mio": "Miño",
    "Mlzes": "Mélèzes",
    "Motala strm": "Motala ström",
    "Mytinge": "Myitnge",
    "Mytitha": "Myittha",
    "Nakanb? (White Volta)": "Nakanbé (White Volta)",
    "Neuqu?n": "Neuquén",
    "Ngun": "Ngum",
    "Nhamund?": "Nhamundá",
    "Niagra": "Niagara",
    "Ob?": "Ob",
    "Oco?a": "Ocoña",
    "Ogoou?": "Ogooué",
    "Ol?kma": "Olëkma",
    "Olen?k": "Olenëk",
    "Ou?m?": "Ouémé",
    "Paran?": "Paraná",
    "Parana?ba": "Paranaíba",
    "Parna?ba": "Parnaíba",
    "Pend Orielle": "Pend Oreille",
    "Piau?": "Piauí",
    "Pnuco": "Pánuco",
    "Pribonka": "Péribonka",
    "Pungu?": "Pungué",
    "Pur?s": "Purús",
    "Purificacin": "Purificación",
    "Rhne": "Rhône",
    "Ro Grande de Matagalpa": "Río Grande de Matagalpa",
    "Ro Grande de Santiago": "Río Grande de Santiago",
    "S?n?gal": "Sénégal",
    "S?o Francisco": "São Francisco",
    "Sane": "Saône",
    "Santa Mara": "Santa María",
    "Schelde (Steldt)": "Schelde",
    "Severnaya Sos?va": "Severnaya Sosva",
    "Sittong": "Sittaung",
    "Skelleftelven": "Skellefteälven",
    "Song?acha": "Song'acha",
    "Stora Lule lv": "Stora Lule älv",
    "Strymnas (Truma)": "Strymonas (Struma)",
    "Susqehanna": "Susquehanna",
    "Svernaya Dvina": "Severnaya Dvina",
    "Tao?er": "Tao'er",
    "Tapaj?s": "Tapajós",
    "Thj?rs?": "Thjórsá",
    "Tiet?": "Tietê",
    "Tom?": "Tom",
    "Tornelven": "Torneälven",
    "Uaup?s": "Uaupés",
    "Ula": "Ulúa",
    "Vitava": "Vltava",
    "W. Branch Susqehanna": "W. Branch Susquehanna",
    "Za?gya": "Za'gya",
    "Zay?": "Zayü",
    "Zncara": "Záncara",
    "ngermanlven": "Ångermanälven",
}


def spelt(name: str, line: NDArray[np.float64]) -> str:
    """The name of a river by what the table calls it, and where it runs.

    Args:
        name: in the table. line: (n, 2) degrees of longitude and latitude, from its source on.

    Returns:
        "" where it is not known.
    """
    name = " ".join(name.split())
    lon, lat = line[0]
    if name == "Drau" and lon < 5:  # from the Pyrenees to Bordeaux; another is in Iceland
        return "Garonne" if lon > -5 else ""
    if name == "Cuiaba":  # one line down to the Paraná, and that to the sea
        return "Paraná" if lat < -27 else "Paraguay (Cuiabá)"
    return SPELLINGS.get(name, name)
