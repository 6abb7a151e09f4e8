"""Everyone runs one: what phones are handed, what the server says of it, and what the class measures."""

import json
import math

import numpy as np
import pytest

from ravine.core.words import speak
from ravine.experiments.asking import ASKS, HANDS_OUT, asked_of
from ravine.experiments.asking.fates import MOST_MINIMA, fate_names, fates_of
from ravine.experiments.asking.rates import ALL_RATES
from ravine.experiments.asking.runs import seen_box, visible
from ravine.experiments.asking.starts import STARTS_ALONG
from ravine.experiments.floor import floor_of
from ravine.experiments.link import read_link
from ravine.experiments.maps import basins, wilson
from ravine.experiments.race import rule_of
from ravine.experiments.trace import run
from ravine.payload.own_run import own_run
from ravine.payload.question import posed, question, questions
from ravine.rooms.bounds import MOST_QUESTION_BYTES
from ravine.rooms.kinds import GUESSES, guess_of
from ravine.rooms.kinds.handed import MOST_FATES
from ravine.rooms.kinds.rates import MOST_RATES
from ravine.rooms.kinds.starts import MOST_ALONG
from ravine.rooms.questions import public, read_question
from tests.test_questions import make
from tests.test_room_pages import WEB, WORD, files, scripts, told
from tests.test_rooms import asks
from tests.test_rooms_server import School

HIMMELBLAU = "on=himmelblau&run=gradient_descent&run=momentum"
LINKS = (
    HIMMELBLAU,
    "",
    "on=rastrigin",
    "on=saddle&zoom=-1,1,-1,0.5",
    "on=typed~text=x^4-x^2%2By^2",
)
every_kind = pytest.mark.parametrize("kind", sorted(HANDS_OUT))
every_link = pytest.mark.parametrize("link", LINKS)


@pytest.fixture(autouse=True)
def in_english():
    speak("en")


@pytest.fixture
def school(tmp_path):
    return School(tmp_path / "rooms.db")


def names(n, of="class"):
    return [f"{of}-{i:016d}" for i in range(n)]


def kept(link, kind, who=0):
    return read_question(question(read_link(link), kind, who))


def end_of(race):
    """What a sweep would keep of the one run of a race: ENDS."""
    (who,) = visible(race)
    trace = run(rule_of(race, race.lanes[who]), race.surface, race.start, race.steps)
    return {"height": trace.loss[-1:], "x1": trace.x[-1:, 0], "x2": trace.x[-1:, 1]}


def test_there_is_a_kind_of_answer_for_each_and_room_for_what_is_made():
    assert {*HANDS_OUT} | {*ASKS} == {*GUESSES}
    assert STARTS_ALONG <= MOST_ALONG
    assert ALL_RATES <= MOST_RATES
    assert MOST_MINIMA + 2 <= MOST_FATES


@every_kind
@every_link
def test_what_a_phone_is_told_is_its_own_run_alone(link, kind):
    """The number, the fate and the height are those of a run that nothing else is run with."""
    asked, race = kept(link, kind), read_link(link)
    fates = asked["fates"]
    for number in (0, 1, 77, 200, 511, len(asked["truth"]["became"]) - 1):
        one = HANDS_OUT[kind].one(race, 0, number)
        end = end_of(one)
        told = own_run(asked, number)
        assert told["fate"] == int(asked["truth"]["became"][number]) == fates_of(race, end)[0]
        if kind == "rates":
            height, lowest = asked["truth"]["heights"][number], floor_of(race.surface).lowest
            inside = fates[told["fate"]] != "out of view"
            assert (height is not None) == inside
            if inside:
                assert height == pytest.approx(max(0, end["height"][0] - (lowest or 0)), rel=1e-3)
        points = np.array(told["path"]["points"])
        assert points[0] == pytest.approx(one.start, rel=1e-4)
        if told["fate"] < len(fates) - 2:
            assert points[-1] == pytest.approx([end["x1"][0], end["x2"][0]], rel=1e-4, abs=1e-4)


@every_link
def test_starts_lie_evenly_over_the_picture(link):
    race = read_link(link)
    left, right, bottom, top = seen_box(race)
    places = np.array(
        [HANDS_OUT["starts"].one(race, 0, i).start for i in range(STARTS_ALONG * STARTS_ALONG)]
    )
    cells = ((places - [left, bottom]) / [right - left, top - bottom] * STARTS_ALONG).round(9)
    assert np.allclose(cells % 1, 0.5)
    assert len({*map(tuple, cells)}) == STARTS_ALONG * STARTS_ALONG
    assert (cells[0] == [0.5, STARTS_ALONG - 0.5]).all()
    assert (cells[1] == [1.5, STARTS_ALONG - 0.5]).all()


def test_rates_are_even_in_their_logarithm_over_the_slider():
    race = read_link(HIMMELBLAU)
    asked = posed(race, "rates", 1)
    ones = [HANDS_OUT["rates"].one(race, 1, i) for i in range(ALL_RATES)]
    rates = np.array([one.lanes[0].own["lr"] for one in ones])
    steps = np.diff(np.log(rates))
    assert np.allclose(steps, math.log(asked["high"] / asked["low"]) / ALL_RATES)
    assert rates[0] == pytest.approx(asked["low"] * math.exp(steps[0] / 2))


def test_the_map_of_starts_is_that_of_the_basins():
    race = read_link(HIMMELBLAU)
    became = np.array([*question(race, "starts", 0)["truth"]["became"]], int)
    found = basins(race, race.lanes[0], STARTS_ALONG)
    for fate in range(4):
        assert np.mean(became == fate) == pytest.approx(found.shares[fate], abs=0.02)


def test_names_say_every_minimum_or_whether_it_is_a_lowest_one():
    four = fate_names(read_link(HIMMELBLAU))
    assert len(four) == 6
    assert four[0] == "minimum 1, at (3, 2)"
    assert fate_names(read_link("on=rastrigin"))[:2] == ["a lowest point", "another minimum"]
    assert len(fate_names(read_link("on=saddle"))) == 2
    for link in LINKS:
        assert len({*fate_names(read_link(link))}) == len(fate_names(read_link(link))) <= MOST_FATES


def test_among_many_minima_the_lowest_is_told_from_the_others():
    race = read_link("on=rastrigin&run=gradient_descent~lr=0.001&steps=200")
    asked = question(race, "starts", 0)
    end = {"height": np.array([0.0, 0.995]), "x1": np.array([0.0, 0.995]), "x2": np.zeros(2)}
    assert fates_of(race, end).tolist() == [0, 1]
    assert {"0", "1"} <= {*asked["truth"]["became"]}


@every_kind
@every_link
def test_a_room_takes_the_question_and_tells_nothing_of_it(link, kind):
    whole = question(read_link(link), kind, 0)
    assert len(json.dumps(whole)) < MOST_QUESTION_BYTES
    asked = read_question(whole)
    told = public(asked, revealed=False)
    assert not {*told} & {"truth", "link", "paths"}
    assert asked["truth"]["became"] not in json.dumps(told)
    assert "paths" not in public(asked, revealed=True)


def test_where_all_begin_is_in_the_picture_only_where_all_begin_there():
    race = read_link(HIMMELBLAU)
    assert "start" not in posed(race, "starts", 0)["alt"]
    assert "start" in posed(race, "rates", 0)["alt"]
    pictures = [question(race, kind, 0)["picture"].count("<circle") for kind in ("starts", "rates")]
    assert pictures[1] == pictures[0] + 1


def test_a_class_is_asked_what_nobody_can_answer_alone():
    race = read_link(HIMMELBLAU)
    alone, room = ({told["kind"] for told in questions(race, one)} for one in (False, True))
    assert room - alone == {*HANDS_OUT}
    texts = [told["text"] for told in questions(race, True)]
    assert len({*texts}) == len(texts)
    rates = "run=gradient_descent~lr=0.1&run=gradient_descent~lr=0.2"
    assert [*asked_of(read_link(rates), "rates", 0).asks_about(read_link(rates))] == [0]


def test_every_run_is_handed_out_about_as_often_as_any_other():
    guess = GUESSES["starts"].read(many())
    drawn = np.bincount([guess.handed(name) for name in names(8000)], minlength=16)
    assert len(drawn) == 16
    assert ((drawn - 500) ** 2 / 500).sum() < 37.7  # chi-square, 15 degrees: 0.1 % of fair draws


def many(columns=4, rows=4, became=None):
    became = became or "01" * (columns * rows // 2)
    return asks("starts") | {"columns": columns, "rows": rows, "truth": {"became": became}}


def test_what_a_class_measures_is_what_the_whole_map_says():
    """Of 400 classes of 300 the interval of a share has the share of all in 95 % of them."""
    became = "0" * 40 + "1" * 60
    guess = guess_of(many(10, 10, became))
    hits = 0
    for room in range(400):
        ran = [guess.handed(f"{room}/{name}") for name in names(300)]
        counts = guess.describe(ran)["counts"]
        assert sum(counts) == 300
        low, high = wilson(counts[0], 300)
        hits += low <= 0.4 <= high
    assert 0.92 < hits / 400 < 0.98


def test_what_everybody_ran_is_described_run_by_run():
    guess = guess_of(asks("rates") | many_rates())
    told = guess.describe([2, 0, 2])
    assert told == {
        "ran": [0, 2, 2],
        "became": "011",
        "counts": [1, 2],
        "heights": [0.5, None, None],
    }


def many_rates():
    return {"count": 3, "truth": {"became": "001", "heights": [0.5, 0.25, None]}}


@pytest.mark.parametrize(
    "wrong",
    [
        {"columns": 0},
        {"columns": 65},
        {"columns": 2.5},
        {"rows": True},
        {"lane": 12},
        {"lane": -1},
        {"fates": ["one"]},
        {"fates": ["one", "one"]},
        {"fates": [str(i) for i in range(9)]},
        {"truth": None},
        {"truth": {"became": "2" * 16}},
        {"truth": {"became": "0" * 15}},
        {"truth": {"became": "0" * 15 + "\n"}},
        {"truth": {"became": "٠" * 16}},
        {"truth": ["0"] * 16},
        {"x": [1, 1]},
    ],
)
def test_what_hands_out_nothing_is_a_sentence(wrong):
    with pytest.raises(ValueError, match=r"\.$"):
        read_question(many() | wrong)


@pytest.mark.parametrize("heights", [None, [1.0], [1.0, 2.0, "3"], [1.0, 2.0, math.nan], "123"])
def test_heights_are_numbers_or_none(heights):
    truth = many_rates()["truth"] | {"heights": heights}
    with pytest.raises(ValueError, match=r"\.$"):
        read_question(asks("rates") | many_rates() | {"truth": truth})


def handed(school, phone, vote="first", number=1):
    return school.get(f"handed/{number}/{vote}", x_room_phone=phone)


def test_a_phone_has_one_run_in_every_vote_and_no_other(school):
    school.control("ask", many(64, 64))
    phones = names(40)
    own = [handed(school, phone).json()["answer"] for phone in phones]
    assert own == [handed(school, phone).json()["answer"] for phone in phones]
    assert len({*own}) > 30
    others = school.answer(own[1], phones[0])
    assert (others.status_code, others.json()["says"][-1]) == (400, ".")
    assert school.answer(own[0], phones[0]).json() == {"kept": own[0]}
    assert school.get("state").json()["count"] == 1
    again = [handed(school, phone, "second").json()["answer"] for phone in phones]
    assert again != own
    school.control("wait")
    school.control("ask", many(64, 64))
    assert own != [handed(school, phone, number=2).json()["answer"] for phone in phones] != again


def test_nothing_is_handed_out_where_nothing_is_to_be(school):
    phone = names(1)[0]
    assert handed(school, phone).status_code == 409
    school.control("ask", many())
    for path in ("handed/2/first", "handed/1/third", "run/2/first", "run/1/0"):
        assert school.get(path, x_room_phone=phone).status_code == 409
    for wrong in ("", "short", "x" * 50):
        assert handed(school, wrong).status_code == 400
    school.control("wait")
    school.control("ask", asks("lane"))
    assert handed(school, phone, number=2).status_code == 409
    assert school.get("run/2/first", x_room_phone=phone).status_code == 409


@every_kind
def test_a_phone_sees_its_own_run_and_the_class_the_map_once_it_is_closed(school, kind):
    whole = kept(HIMMELBLAU, kind, 1)
    became, phones = whole["truth"]["became"], names(30)
    assert make(school, link=HIMMELBLAU, kind=kind, lane=1, lang="en").status_code == 200
    ran = {}
    for phone in phones:
        own = handed(school, phone).json()["answer"]
        assert school.get("run/1/first", x_room_phone=phone).status_code == 409  # not run yet
        assert school.answer(own, phone).status_code == 200
        told = school.get("run/1/first", x_room_phone=phone).json()
        assert told == json.loads(json.dumps(own_run(whole, own)))
        assert school.get("run/1/second", x_room_phone=phone).status_code == 409
        ran[phone] = own
    assert "tally" not in school.get("state").json()
    school.control("closed")
    school.later(5)
    tally = school.get("state").json()["tally"]["first"]
    assert tally["ran"] == sorted(ran.values())
    assert tally["became"] == "".join(became[i] for i in tally["ran"])
    before = b"".join(school.traffic)
    assert became.encode() not in before
    assert b"himmelblau" not in before
    assert school.control("reveal").json()["question"]["truth"]["became"] == became


def test_what_only_such_a_question_needs_is_loaded_with_it(school):
    page = school.ask("GET", "ZZZZZ").text
    with_them = scripts(WEB / "room" / "own_runs.js")
    assert {path.name for path in with_them - files(page)} == {"own_runs.js", "class_map.js"}
    assert sum(path.stat().st_size for path in with_them - files(page)) < 17_000
    words = {*told(page)["words"]}
    said = {word for path in with_them for word in WORD.findall(path.read_text())}
    assert said - words == set()
    assert {f"{name}_{kind}" for name in ("handed", "ran") for kind in HANDS_OUT} <= words


@pytest.mark.parametrize(
    "wrong", [{"lane": 11}, {"link": "on=nowhere"}, {"columns": 4, "rows": 4}, {"x": [0, 1]}]
)
def test_a_run_that_the_race_does_not_have_is_a_sentence(school, wrong):
    whole = kept(HIMMELBLAU, "starts")
    fewer = {"truth": {"became": "0" * 16}} if "rows" in wrong else {}
    school.control("ask", whole | wrong | fewer)
    phone = names(1)[0]
    own = handed(school, phone).json()["answer"]
    assert school.answer(own, phone).status_code == 200
    told = school.get("run/1/first", x_room_phone=phone)
    assert told.status_code == 400
    assert told.json()["says"].strip().endswith(".")


def test_a_phone_and_the_class_are_told_the_same_height():
    whole = kept(HIMMELBLAU, "rates")
    heights = whole["truth"]["heights"]
    assert None in heights
    for number in (0, 200, heights.index(None), ALL_RATES - 1):
        assert own_run(whole, number)["height"] == heights[number]
