import assert from "node:assert/strict"
import { afterEach, beforeEach, mock, test } from "node:test"

import { Live } from "../../ravine/web/arena/live.js"

const KINDS = JSON.parse(process.env.SLIDERS) // what the keys of sliders begin with, as the server knows them
const settled = () => new Promise((resolve) => setImmediate(resolve))
const slider = (value) => ["shared--lr", value]
const links = ({ shown }) => shown.map((data) => data.link)

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"] }))

afterEach(() => {
  mock.timers.reset()
  mock.restoreAll()
  delete globalThis.document
})

/** A Live, with what it asked for, how to answer that, and what it showed. */
function staged(show = () => {}) {
  const [asked, shown, rested] = [[], [], []]
  const ask = (turn) => new Promise((answer, fail) => asked.push({ turn, answer, fail }))
  const draw = async (data) => {
    shown.push(data)
    await show(data)
  }
  const live = new Live(ask, draw, (came) => rested.push(came), () => Date.now())
  live.know(KINDS)
  const answer = async (nth, link) => {
    asked[nth].answer(link && { link })
    await settled()
  }
  return { live, asked, shown, rested, answer }
}

/** Milliseconds pass. */
async function pass(milliseconds) {
  mock.timers.tick(milliseconds)
  await settled()
}

/** A Live that has just shown a preview. */
async function previewed(link) {
  const stage = staged()
  stage.live.turn(slider(link))
  await stage.answer(0, link)
  return stage
}

test("a move is asked for at once, and its answer is shown", async () => {
  const stage = staged()
  stage.live.turn(slider("0.1"))
  assert.deepEqual(stage.asked.map(({ turn }) => turn), [slider("0.1")])
  await stage.answer(0, "lr=0.1")
  assert.deepEqual(links(stage), ["lr=0.1"])
})

test("one is asked at a time, and of those that come meanwhile only the last", async () => {
  const stage = staged()
  for (const value of ["1", "2", "3", "4"]) stage.live.turn(slider(value))
  await settled()
  assert.equal(stage.asked.length, 1)
  await stage.answer(0, "one")
  assert.deepEqual(stage.asked.map(({ turn }) => turn), [slider("1"), slider("4")])
  await stage.answer(1, "four")
  assert.deepEqual(links(stage), ["one", "four"])
  assert.equal(stage.asked.length, 2)
})

test("nothing is asked while a preview is being drawn", async () => {
  let drawn
  const stage = staged(() => new Promise((resolve) => (drawn = resolve)))
  stage.live.turn(slider("1"))
  await stage.answer(0, "one")
  stage.live.turn(slider("2"))
  await settled()
  assert.equal(stage.asked.length, 1)
  drawn()
  await settled()
  assert.deepEqual(stage.asked[1].turn, slider("2"))
})

test("a slider that moves again later is asked for again", async () => {
  const stage = await previewed("one")
  stage.live.turn(slider("2"))
  await stage.answer(1, "two")
  assert.deepEqual(links(stage), ["one", "two"])
})

test("a preview that does not come is left out in silence, and the next one is asked for", async () => {
  const complaint = mock.method(console, "error", () => {})
  for (const lost of ["refused", "failed"]) {
    const stage = staged()
    stage.live.turn(slider("1"))
    stage.live.turn(slider("2"))
    if (lost === "refused") await stage.answer(0, null)
    else stage.asked[0].fail(new Error("offline"))
    await settled()
    assert.deepEqual(stage.asked[1].turn, slider("2"), lost)
    await stage.answer(1, "two")
    assert.deepEqual(links(stage), ["two"], lost)
    assert.equal(complaint.mock.callCount(), 0, lost)
  }
})

test("a preview that cannot be drawn does not stop those that follow, nor the page's answers", async () => {
  const complaint = mock.method(console, "error", () => {})
  const stage = staged(({ link }) => {
    if (link === "broken") throw new Error("no ground")
  })
  stage.live.turn(slider("1"))
  stage.live.turn(slider("2"))
  await stage.answer(0, "broken")
  assert.equal(complaint.mock.callCount(), 1)
  assert.deepEqual(stage.asked[1]?.turn, slider("2"))
  await stage.answer(1, "two")
  assert.deepEqual(links(stage), ["broken", "two"])
  await pass(400)
  assert.equal(stage.live.isNewer("page"), false)
})

test("a function that is finished is asked for at once", async () => {
  const stage = staged()
  const field = { matches: (selector) => selector.includes("st-key-function"), value: "x^2 + y" }
  stage.live.finish({ key: "y", target: field })
  stage.live.finish({ key: "Enter", isComposing: true, target: field })
  stage.live.finish({ key: "Enter", target: { matches: () => false, value: "0.1" } })
  stage.live.finish({ key: "Enter", target: {} })
  assert.deepEqual(stage.asked, [])
  stage.live.finish({ key: "Enter", target: field })
  assert.deepEqual(stage.asked.map(({ turn }) => turn), [["function", "x^2 + y"]])
})

test("what is shown is told with what it shows", async () => {
  const shown = []
  const live = new Live(async () => ({ link: "new" }), (data, turn) => shown.push([data.link, turn]))
  await live.turn(["function", "x"])
  assert.deepEqual(shown, [["new", ["function", "x"]]])
})

/** A visitor's slider shows another value, as `look` sees it. */
function held(stage, text) {
  const holder = { className: "st-key-shared--lr" }
  const input = { matches: () => true, closest: () => holder, getAttribute: () => text }
  globalThis.document = { activeElement: input }
  stage.live.look(input)
}

test("a slider that rests is the race, without another answer", async () => {
  const stage = staged()
  held(stage, "0.2")
  await stage.answer(0, "lr=0.2")
  await pass(249)
  assert.deepEqual(stage.rested, [])
  await pass(1)
  assert.deepEqual(stage.rested, [true])
  await pass(5000)
  assert.deepEqual([stage.rested, stage.asked.length], [[true], 1])
})

test("it does not rest while a hand is on it, or while it moves", async () => {
  const stage = staged()
  stage.live.press(true)
  held(stage, "0.2")
  await stage.answer(0, "lr=0.2")
  await pass(5000)
  assert.deepEqual(stage.rested, [])
  stage.live.press(false)
  await pass(200)
  held(stage, "0.3")
  await pass(200)
  assert.deepEqual(stage.rested, [])
  await stage.answer(1, "lr=0.3")
  await pass(50)
  assert.deepEqual(stage.rested, [true])
})

test("a key ends a press that nobody saw end", async () => {
  const stage = staged()
  stage.live.press(true)
  held(stage, "0.2")
  await stage.answer(0, "lr=0.2")
  await pass(1000)
  stage.live.keyed({ key: "ArrowLeft", target: {} })
  await pass(250)
  assert.deepEqual(stage.rested, [true])
})

test("it waits for paths that are on their way, and until then no older answer is shown", async () => {
  const stage = staged()
  held(stage, "0.2")
  stage.live.hold({ link: "page" })
  await pass(5000)
  assert.deepEqual([stage.rested, links(stage)], [[], []])
  await stage.answer(0, "lr=0.2")
  await pass(250)
  assert.deepEqual([stage.rested, links(stage)], [[false], ["lr=0.2"]]) // the page knows more: it is asked
})

test("where the paths do not come it is told once", async () => {
  const stage = staged()
  held(stage, "0.2")
  stage.asked[0].fail(new Error("offline"))
  await settled()
  await pass(250)
  assert.deepEqual(stage.rested, [false])
  await pass(5000)
  assert.deepEqual(stage.rested, [false])
})

test("a value that the server refuses is not the race, and what was dropped is not either", async () => {
  const refused = staged()
  held(refused, "0.2")
  await refused.answer(0, null)
  await pass(1000)
  assert.deepEqual(refused.rested, [])
  const dropped = staged()
  held(dropped, "0.3")
  await dropped.answer(0, "lr=0.3")
  dropped.live.drop()
  await pass(1000)
  assert.deepEqual(dropped.rested, [])
})

test("before any move the page's answer counts", () => {
  assert.equal(staged().live.isNewer("page"), false)
})

test("a preview on its way is newer than the page's answer, however long it takes", async () => {
  const stage = staged()
  stage.live.turn(slider("1"))
  await pass(5000)
  assert.equal(stage.live.isNewer("page"), true)
})

test("a preview is newer for a while after the move, and then no more", async () => {
  const { live } = await previewed("one")
  await pass(399)
  assert.equal(live.isNewer("page"), true)
  await pass(1)
  assert.equal(live.isNewer("page"), false)
})

test("the page's answer for what was previewed counts at once", async () => {
  const { live } = await previewed("one")
  assert.equal(live.isNewer("one"), false)
})

test("an answer that is held is not shown at once, and is shown when nothing newer comes", async () => {
  const stage = staged()
  stage.live.hold({ link: "page" })
  await pass(399)
  assert.deepEqual(links(stage), [])
  await pass(1)
  assert.deepEqual(links(stage), ["page"])
  await pass(5000)
  assert.deepEqual(links(stage), ["page"])
})

test("an older answer never stands where a newer preview was while the slider moves", async () => {
  const stage = await previewed("one")
  stage.live.hold({ link: "page" })
  for (const [nth, link] of [[1, "two"], [2, "three"], [3, "four"]]) {
    await pass(300)
    stage.live.turn(slider(link))
    await stage.answer(nth, link)
  }
  await pass(399)
  assert.deepEqual(links(stage), ["one", "two", "three", "four"])
  await pass(401)
  assert.deepEqual(links(stage), ["one", "two", "three", "four", "page"])
})

test("an answer waits for a preview that is slow", async () => {
  const stage = staged()
  stage.live.turn(slider("1"))
  stage.live.hold({ link: "page" })
  await pass(2000)
  assert.deepEqual(links(stage), [])
  await stage.answer(0, "one")
  await pass(400)
  assert.deepEqual(links(stage), ["one", "page"])
})

test("of two answers that are held the later one is shown, once, with what only the earlier one said", async () => {
  const stage = staged()
  stage.live.hold({ link: "first", layout: "panels" })
  await pass(300)
  stage.live.hold({ link: "second" })
  await pass(399)
  assert.deepEqual(stage.shown, [])
  await pass(1000)
  assert.deepEqual(stage.shown, [{ link: "second", layout: "panels" }])
})

test("an answer that was held does not come after a newer one", async () => {
  const stage = await previewed("two")
  stage.live.hold({ link: "one", layout: "panels" })
  await pass(100)
  assert.deepEqual(stage.live.release({ link: "two" }), { link: "two", layout: "panels" })
  await pass(5000)
  assert.deepEqual(links(stage), ["two"])
  assert.deepEqual(stage.live.release({ link: "three" }), { link: "three" })
})

test("what was shown after it was held is not said again", async () => {
  const stage = staged()
  stage.live.hold({ link: "one", layout: "panels" })
  await pass(400)
  assert.deepEqual(stage.live.release({ link: "two" }), { link: "two" })
})

test("nothing is shown once the arena is gone", async () => {
  const stage = staged()
  stage.live.hold({ link: "page" })
  stage.live.dispose()
  await pass(5000)
  assert.deepEqual(stage.shown, [])
})

/** A slider of the page, in a holder with this class. */
function input(className, value, isSlider = true) {
  return {
    matches: () => isSlider,
    closest: (selector) => (selector === '[class*="st-key-"]' ? { className } : null),
    getAttribute: (name) => (name === "aria-valuetext" ? value : null),
  }
}

/** What is asked for when `element` shows a value while `active` is in the visitor's hand. */
function askedBy(element, active = element) {
  const { live, asked } = staged()
  globalThis.document = { activeElement: active }
  live.look(element)
  return asked.map(({ turn }) => turn)
}

test("a slider of the race is asked for by its key and the text it shows", () => {
  for (const key of JSON.parse(process.env.KEYS)) {
    assert.deepEqual(askedBy(input(`stElementContainer st-key-${key} e1f1d6gn0`, "0.25")), [[key, "0.25"]])
  }
})

test("a slider is one of the race when the server knows its kind, whatever that is called", () => {
  const { live, asked } = staged()
  const drawn = input("st-key-noise--sigma", "0.5")
  globalThis.document = { activeElement: drawn }
  live.look(drawn)
  assert.deepEqual(asked, [])
  live.know([...KINDS, "noise"])
  live.look(drawn)
  assert.deepEqual(asked.map(({ turn }) => turn), [["noise--sigma", "0.5"]])
})

test("what is no slider of the race, or is not in the visitor's hand, is not asked for", () => {
  const mine = "st-key-shared--lr"
  assert.deepEqual(askedBy(input("st-key-volume", "3")), [])
  assert.deepEqual(askedBy(input("not-st-key-shared--lr", "3")), [])
  assert.deepEqual(askedBy(input(mine, "3", false)), [])
  assert.deepEqual(askedBy(input(mine, "3"), input(mine, "3")), [])
  assert.deepEqual(askedBy({ ...input(mine, "3"), closest: () => null }), [])
})
