"""The words of the English-Spanish language: each English word has one Spanish word, in forms.

Chosen so that a translation is determined by its sentence: no person whose gender English leaves
open, no verb whose past looks like its present ("read"), nothing that would need a subjunctive.
"""

from typing import NamedTuple


class Noun(NamedTuple):
    """English and Spanish, each as (singular, plural)."""

    english: tuple[str, str]
    spanish: tuple[str, str]
    feminine: bool
    kind: str
    """person, thing or place."""


class Verb(NamedTuple):
    """Spanish forms stand at [plural], for the past at [person - 1][plural]."""

    base: str
    present: tuple[str, str]
    past: tuple[str, str]
    spanish_present: tuple[str, str]
    spanish_past: tuple[tuple[str, str], ...]
    first: bool
    """Whether it stands before its subject: "llegó la bruja"."""
    objects: tuple[str, ...]
    """Of which kinds."""
    prepositions: tuple[str, ...]
    """What may follow: "arrived at"."""


_NOUNS = {
    "person": """
        witch/witches bruja/brujas f
        wizard/wizards mago/magos m
        king/kings rey/reyes m
        queen/queens reina/reinas f
        girl/girls niña/niñas f
        boy/boys niño/niños m
        woman/women mujer/mujeres f
        man/men hombre/hombres m
        actress/actresses actriz/actrices f
        actor/actors actor/actores m
        nun/nuns monja/monjas f
        monk/monks monje/monjes m
    """,
    "thing": """
        book/books libro/libros m
        letter/letters carta/cartas f
        apple/apples manzana/manzanas f
        sword/swords espada/espadas f
        hat/hats sombrero/sombreros m
        key/keys llave/llaves f
        mirror/mirrors espejo/espejos m
        flower/flowers flor/flores f
        pencil/pencils lápiz/lápices m
    """,
    "place": """
        garden/gardens jardín/jardines m
        castle/castles castillo/castillos m
        tower/towers torre/torres f
        house/houses casa/casas f
        forest/forests bosque/bosques m
        city/cities ciudad/ciudades f
        bridge/bridges puente/puentes m
        church/churches iglesia/iglesias f
    """,
}

_ADJECTIVES = """
    green verde/verde/verdes/verdes
    blue azul/azul/azules/azules
    red rojo/roja/rojos/rojas
    white blanco/blanca/blancos/blancas
    tall alto/alta/altos/altas
    young joven/joven/jóvenes/jóvenes
    old viejo/vieja/viejos/viejas
    French francés/francesa/franceses/francesas
    brave valiente/valiente/valientes/valientes
    sad triste/triste/tristes/tristes
    tired cansado/cansada/cansados/cansadas
    sick enfermo/enferma/enfermos/enfermas
    new nuevo/nueva/nuevos/nuevas
    small pequeño/pequeña/pequeños/pequeñas
    heavy pesado/pesada/pesados/pesadas
    big grande/grande/grandes/grandes
    dark oscuro/oscura/oscuros/oscuras
    good buen/buena/buenos/buenas
    great gran/gran/grandes/grandes
    poor pobre/pobre/pobres/pobres
"""

_DETERMINERS = """
    the el/la/los/las
    a un/una/-/-
    this este/esta/-/-
    these -/-/estos/estas
    many -/-/muchos/muchas
    two -/-/dos/dos
    three -/-/tres/tres
"""

# English base, third person, past; Spanish present (he, they), past (I, we, he, they); objects;
# what may follow. A star marks a verb that stands before its subject.
_VERBS = """
    *arrive/arrives/arrived llega/llegan llegué/llegamos/llegó/llegaron - at,from
    *appear/appears/appeared aparece/aparecen aparecí/aparecimos/apareció/aparecieron - in,near
    *fall/falls/fell cae/caen caí/caímos/cayó/cayeron - from,near
    *return/returns/returned vuelve/vuelven volví/volvimos/volvió/volvieron - to,from
    *come/comes/came viene/vienen vine/vinimos/vino/vinieron - to,from
    *escape/escapes/escaped escapa/escapan escapé/escapamos/escapó/escaparon - from
    sing/sings/sang canta/cantan canté/cantamos/cantó/cantaron - in,near,with
    dance/dances/danced baila/bailan bailé/bailamos/bailó/bailaron - in,near,with
    sleep/sleeps/slept duerme/duermen dormí/dormimos/durmió/durmieron - in,near
    run/runs/ran corre/corren corrí/corrimos/corrió/corrieron - to,near,with
    cry/cries/cried llora/lloran lloré/lloramos/lloró/lloraron - in,near,behind
    see/sees/saw ve/ven vi/vimos/vio/vieron person,thing in,near,behind
    find/finds/found encuentra/encuentran encontré/encontramos/encontró/encontraron
        person,thing in,near,behind
    look/looks/looked busca/buscan busqué/buscamos/buscó/buscaron person,thing in,near
    help/helps/helped ayuda/ayudan ayudé/ayudamos/ayudó/ayudaron person in,near
    follow/follows/followed sigue/siguen seguí/seguimos/siguió/siguieron person to
    buy/buys/bought compra/compran compré/compramos/compró/compraron thing for,in
    lose/loses/lost pierde/pierden perdí/perdimos/perdió/perdieron thing in,near
    give/gives/gave da/dan di/dimos/dio/dieron thing to
    say/says/said dice/dicen dije/dijimos/dijo/dijeron - -
"""


def _nouns() -> dict[str, Noun]:
    nouns = {}
    for kind, table in _NOUNS.items():
        for line in table.strip().splitlines():
            english, spanish, gender = line.split()
            one, many = english.split("/")
            singular, plural = spanish.split("/")
            nouns[one] = Noun((one, many), (singular, plural), gender == "f", kind)
    return nouns


def _forms(table: str) -> dict[str, tuple[str, ...]]:
    lines = (line.split() for line in table.strip().splitlines())
    return {english: tuple(forms.split("/")) for english, forms in lines}


def _verbs() -> dict[str, Verb]:
    verbs = {}
    fields = _VERBS.split()
    for english, now, then, objects, follows in zip(*[iter(fields)] * 5, strict=True):
        base, third, past = english.removeprefix("*").split("/")
        he, they = now.split("/")
        forms = then.split("/")
        verbs[base] = Verb(
            base, (third, base), (past, past), (he, they),
            ((forms[0], forms[1]), ("", ""), (forms[2], forms[3])),
            english.startswith("*"), *(_listed(part) for part in (objects, follows)),
        )  # fmt: skip
    return verbs


def _listed(field: str) -> tuple[str, ...]:
    return () if field == "-" else tuple(field.split(","))


NOUNS = _nouns()
VERBS = _verbs() | {
    "be": Verb("be", ("is", "are"), ("was", "were"), ("está", "están"),
               (("", ""), ("", ""), ("estaba", "estaban")), False, (), ()),
    "there be": Verb("be", ("is", "are"), ("was", "were"), ("hay", "hay"),
                     (("", ""), ("", ""), ("había", "había")), True, (), ("in", "near", "behind")),
}  # fmt: skip
PARTICLES = {"look": "for"}  # "looked for" is one word: "buscó"

ADJECTIVES = _forms(_ADJECTIVES)
"""Spanish forms: masculine, feminine; the same in the plural."""
DETERMINERS = _forms(_DETERMINERS)
"""In the same order; "-" where there is no such number."""
BEFORE_NOUN = frozenset({"good", "great", "poor"})
"""Adjectives that stand before their noun in Spanish too."""
QUALITIES = {
    "person": ("green", "blue", "tall", "young", "old", "French", "brave", "sad", "tired", "sick"),
    "thing": ("green", "blue", "red", "white", "new", "old", "small", "heavy", "French"),
    "place": ("green", "blue", "red", "white", "new", "old", "small", "big", "dark", "French"),
}
"""Which of the others fit which nouns."""
OPINIONS = {
    "person": ("good", "great", "poor"), "thing": ("good", "great"), "place": ("good", "great")
}  # fmt: skip
STATES = ("sad", "tired", "sick")
"""What somebody "was"."""

PRONOUNS = {"I": (1, False, False), "we": (1, True, False), "he": (3, False, False),
            "she": (3, False, True), "they": (3, True, False)}  # fmt: skip
"""Person, whether plural, whether feminine."""
OBJECT_PRONOUNS = {"her": "la", "him": "lo", "them": "los"}
PREPOSITIONS = {
    "in": ["en"], "on": ["en"], "with": ["con"], "for": ["para"], "from": ["de"], "of": ["de"],
    "to": ["a"], "at": ["a"], "near": ["cerca", "de"], "behind": ["detrás", "de"],
}  # fmt: skip
CONNECTORS = {"and": "y", "but": "pero", "because": "porque", "when": "cuando"}
OPENINGS = {
    True: {"yesterday": "ayer", "last night": "anoche", "suddenly": "de repente"},
    False: {"now": "ahora", "today": "hoy", "every day": "todos los días"},
}
"""What a sentence may begin with, in the past (True) and in the present."""
