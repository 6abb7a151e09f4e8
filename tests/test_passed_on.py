"""Links that were passed on: what opens, and what is said of the rest."""

from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ravine.core.bounded_jit import BoundedJit
from ravine.experiments.link import decode, is_foreign, write_link
from ravine.experiments.passed_on import open_query
from tests.cases import races

GOOD = "on=rosenbrock&run=adam&run=momentum~gamma=0.8&lr=0.01&steps=90"
# What messengers, mailers, searches and shops add, a name and a value as they write it.
OTHERS = [
    "from=singlemessage",
    "isappinstalled=0",
    "from=timeline",
    "scene=1",
    "clicktime=1700000000",
    "enterid=1700000000",
    "share_token=9f2",
    "share_source=weixin",
    "nsukey=abc%3D",
    "tdsourcetag=s_pcqq_aiomsg",
    "vd_source=77",
    "spm=a2c4e.1",
    "scm=20140722",
    "unique_k=x1",
    "bbid=3",
    "ts=1700",
    "s=20",
    "t=abc",
    "si=Gx_9",
    "feature=youtu.be",
    "pp=ygU",
    "igshid=MzR",
    "igsh=abc",
    "fbclid=IwAR0",
    "gclid=Cj0",
    "gbraid=0AA",
    "wbraid=Cj",
    "dclid=x",
    "msclkid=4d2",
    "yclid=9",
    "twclid=2",
    "ttclid=E.",
    "li_fat_id=z",
    "mc_cid=8a",
    "mc_eid=9b",
    "_hsenc=p2",
    "_hsmi=2",
    "vero_id=3",
    "mkt_tok=eyJ",
    "ck_subscriber_id=1",
    "utm_source=newsletter",
    "utm_medium=social",
    "utm_campaign=week%203",
    "utm_content=",
    "utm_term=x",
    "_ga=1.2",
    "_gl=1*ab",
    "ref=hn",
    "ref_src=twsrc%5Etfw",
    "source=post",
    "cmpid=x",
    "trk=public_post",
    "rcm=ACoA",
    "cn=ZmxleGli",
    "xmt=AQF",
    "mibextid=Zxz2cZ",
    "__twitter_impression=true",
    "amp=1",
    "usp=sharing",
    "authuser=0",
    "hl=en",
    "embed=true",
    "embed_options=dark_theme state=STATE code=011 stats=1",
    "lang=zh",
    "oly_enc_id=9",
    "wickedid=2",
]
# A link, what it opens as, and words of what is said of it.
MEANT = {
    "capitals of a surface": ("on=Rosenbrock", "on=rosenbrock", ()),
    "capitals of a rule": ("run=Adam", "run=adam", ()),
    "all in capitals": ("ON=BEALE&RUN=ADAM&LR=0.1", "on=beale&run=adam&lr=0.1", ()),
    "blanks for underscores": ("run=Gradient Descent", "run=gradient_descent", ()),
    "hyphens": ("on=styblinski-tang", "on=styblinski_tang", ()),
    "a dialect in capitals": ("run=Adam.Keras", "run=adam.keras", ()),
    "a view in capitals": ("view=Panels", "view=panels", ()),
    "an ampersand of HTML": ("on=beale&amp;run=adam&amp;lr=0.1", "on=beale&run=adam&lr=0.1", ()),
    "twice": ("on=beale&amp;amp;run=adam", "on=beale&run=adam", ()),
    "a full stop": ("on=beale&run=adam.", "on=beale&run=adam", ()),
    "a bracket": ("on=beale&steps=40)", "on=beale&steps=40", ()),
    "a comma of Chinese": ("on=beale&lr=0.1\uff0c", "on=beale&lr=0.1", ()),
    "a full stop of Chinese": ("on=beale\u3002", "on=beale", ()),
    "a quotation mark": ('on=beale&run=adam"', "on=beale&run=adam", ()),
    "a blank": ("on=beale &run=adam", "on=beale&run=adam", ()),
    "the same twice": ("on=beale&on=beale", "on=beale", ()),
    "one twice": ("on=beale&lr=0.1&lr=0.2", "on=beale&lr=0.1", ("lr is given 2 times",)),
    "a misspelt name": ("on=beale&setps=40", "on=beale", ("'setps'", "did you mean steps")),
    "another name": ("surface=beale&run=adam", "run=adam", ("'surface'", "did you mean on")),
    "a rate by its name": ("learning_rate=0.1", "", ("did you mean lr",)),
    "no such surface": ("on=everest&run=adam&lr=0.1", "run=adam&lr=0.1", ("There is no 'everest'",)),
    "no such rule": ("on=beale&run=adan&run=adamm", "on=beale&run=adan", ("There is no 'adamm'",)),
    "sgd": ("on=beale&run=sgd&run=adam", "on=beale&run=adam", ("it is called gradient_descent",)),
    "heavy ball": ("run=heavy_ball&run=adam", "run=adam", ("it is called momentum",)),
    "a bad knob": ("run=adam~lr=99&run=momentum", "run=momentum", ("Adam.lr = 99 is outside",)),
    "no number": ("on=beale&lr=fast&steps=40", "on=beale&steps=40", ("lr = 'fast' is not a number",)),
    "too many steps": ("on=beale&steps=5000", "on=beale", ("steps = 5000 is outside",)),
    "a step beyond": ("on=beale&steps=20&at=30", "on=beale&steps=20", ("at = 30 is outside",)),
    "two bad ones": ("lr=fast&steps=many&run=adam", "run=adam", ("'fast'", "'many'")),
    "a bad start": ("on=beale&start=here&run=adam", "on=beale&run=adam", ("start",)),
    "a bad zoom": ("on=beale&zoom=1,1,0,0", "on=beale", ("is no window",)),
    "cut short": ("on=beale&run=adam~lr=", "on=beale", ("adam~lr",)),
    "encoded twice": ("on=beale&run=adam%257Elr%253D0.1", "on=beale&run=adam~lr=0.1", ()),
    "a step before their number": (
        "at=70&lr=fast&steps=90&on=beale",
        "on=beale&steps=90&at=70",
        ("'fast'",),
    ),
    "a function": ("on=typed~text=x^2+y^2.", "on=typed~text=x^2%2By^2", ()),
    "a wrong function": ("on=typed~text=x^^2&run=adam", "run=adam", ()),
    "too many lanes": ("&".join(["run=adam"] * 20), "&".join(["run=adam"] * 12), ("the first 12 run",)),
    "nothing that is right": ("on=everest&run=ada.m&lr=x", "", ("everest",)),
}  # fmt: skip


def opened(link):
    return open_query(parse_qs(link, keep_blank_values=True))


@pytest.mark.parametrize("part", OTHERS)
def test_what_others_add_is_left_alone(part):
    race = decode(parse_qs(GOOD))
    for link in (f"{part}&{GOOD}", f"{GOOD}&{part}", f"{GOOD}&amp;{part}"):
        assert opened(link) == (race, ())
    assert decode(parse_qs(f"{GOOD}&{part}", keep_blank_values=True)) == race


@pytest.mark.parametrize(("link", "meant", "words"), MEANT.values(), ids=MEANT)
def test_what_is_meant_opens_and_what_is_wrong_costs_that_part(link, meant, words):
    race, said = opened(link)
    assert race == decode(parse_qs(meant))
    for word in words:
        assert any(word in sentence for sentence in said)
    assert all(sentence.endswith((".", "?")) for sentence in said)
    if not words and "wrong" not in link and "^^" not in link:
        assert said == ()


@given(races())
def test_a_good_link_opens_as_it_stands(race):
    assert opened(write_link(race)) == (race, ())


names = st.text(max_size=12) | st.sampled_from(["on", "run", "lr", "setps", "amp;run", "Run"])


@given(st.dictionaries(names, st.lists(st.text(max_size=20), max_size=3), max_size=5))
def test_anything_opens(query):
    race, said = open_query(query)
    assert opened(write_link(race)) == (race, ())
    assert len(said) <= 20


def test_opening_computes_nothing(monkeypatch):
    def refuse(*_args, **_more):
        raise AssertionError("it computes")

    monkeypatch.setattr(BoundedJit, "__call__", refuse)
    assert opened("on=typed~text=x^2&run=Polyak&steps=4x").said


def test_a_name_is_ours_when_it_is_near():
    assert not any(map(is_foreign, ("lr", "Steps", "setps", "optimizer", "toll")))
    assert all(map(is_foreign, ("si", "spm", "x", "q", "utm_lr", "lang", "")))
