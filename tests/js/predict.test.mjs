import assert from "node:assert/strict"
import { afterEach, test } from "node:test"

import { Asking, chosen, raceOf, Refused } from "../../ravine/web/arena/asking.js"
import { along, cornerOf, GuessMarks } from "../../ravine/web/arena/guess.js"
import { lookOf } from "../../ravine/web/arena/look.js"
import { scales } from "../../ravine/web/arena/paint.js"
import { isRight, Streak } from "../../ravine/web/arena/streak.js"

afterEach(() => delete globalThis.localStorage)

const QUESTIONS = ["point 0", "point 1", "lane", "number 0", "number 1"].map((text) => {
  const [kind, lane] = text.split(" ")
  return { kind, lane: lane ? Number(lane) : null, text }
})

test("each time another kind is asked, then of another lane", () => {
  const asked = Array.from({ length: 7 }, (_, turn) => chosen(QUESTIONS, turn).text)
  assert.deepEqual(asked, ["point 0", "lane", "number 0", "point 1", "lane", "number 1", "point 0"])
})

test("how a race is looked at makes it no other race", () => {
  const looks = lookOf({ layout: "3d", at: 3, zoom: [0, 1, 0, 1], eye: [1, 1, 1], marks: [], charts: [], asked: true, dial: { key: "shared--lr" }, point: "1,1" })
  const link = "on=ravine&run=adam&run=momentum"
  assert.equal(raceOf(`${link}&${new URLSearchParams(looks)}`), link)
  assert.notEqual(raceOf(`${link}&lr=0.2`), raceOf(link))
  assert.equal(raceOf(""), "")
})

/** What a server answers, and the addresses that it was asked for. */
function server(answer, ok = true) {
  const asked = []
  const ask = async (url) => (asked.push(url), { ok, json: async () => answer })
  return { asked, made: new Asking("/ravine/", "zh_CN", ask) }
}

test("a question is asked about a lane, or about the whole race", async () => {
  const { asked, made } = server({ text: "?" })
  assert.deepEqual(await made.question("run=adam", { kind: "point", lane: 0 }), { text: "?" })
  await made.truth("", { kind: "order", lane: null }, [1, 0])
  assert.deepEqual(asked, ["/ravine/question?run=adam&ask=point&who=0&lang=zh_CN", "/ravine/truth?ask=order&who=&answer=%5B1%2C0%5D&lang=zh_CN"])
})

test("what the server refuses is its sentence", async () => {
  const { made } = server({ says: "It is outside." }, false)
  await assert.rejects(made.questions("run=adam"), (error) => error instanceof Refused && error.message === "It is outside.")
})

test("what counts as right", () => {
  const truth = { truth: 2, distance: 0 }
  const cases = [
    ["point", [0, 0], { distance: 0.05 }, true], ["point", [0, 0], { distance: 0.051 }, false],
    ["number", 1.25, { distance: Math.log10(1.25) }, true], ["number", 1.26, { distance: Math.log10(1.26) }, false],
    ["lane", 2, truth, true], ["lane", 1, { ...truth, distance: 1 }, false],
    ["order", [0, 1], { distance: 0 }, true], ["order", [1, 0], { distance: 0.1 }, false],
    ["choice", [2, 0.4], { ...truth, distance: 0.5 }, true], ["choice", [1, 0.4], { ...truth, distance: 0.5 }, false],
  ]
  for (const [kind, answer, found, right] of cases) assert.equal(isRight(kind, answer, found), right, `${kind} ${answer}`)
})

/** A browser's storage that holds `text`. */
function storage(text = null) {
  const held = new Map(text === null ? [] : [["ravine-guesses", text]])
  return { getItem: (key) => held.get(key) ?? null, setItem: (key, value) => held.set(key, value) }
}

test("a row grows with right guesses and begins again after another", () => {
  globalThis.localStorage = storage()
  const rows = [true, true, false, true].map((right) => new Streak().add(right))
  assert.deepEqual(rows, [1, 2, 0, 1])
  assert.deepEqual(new Streak().now, { turns: 4, row: 1 })
})

test("what is no row is not read as one", () => {
  for (const text of ["{", "null", "3", "[]", `{"turns":-1,"row":2}`, `{"turns":"many","row":0}`, `{"turns":1.5,"row":0}`]) {
    assert.deepEqual(new Streak(() => storage(text)).now, { turns: 0, row: 0 }, text)
  }
})

test("a browser that keeps nothing counts as long as the page stays", () => {
  const closed = new Streak(() => {
    throw new Error("closed")
  })
  assert.deepEqual([true, true].map((right) => closed.add(right)), [1, 2])
  assert.deepEqual(closed.now, { turns: 2, row: 2 })
})

test("the note stands in the corner where it hides least", () => {
  const frame = { left: 10, top: 20, width: 200, height: 100 }
  const place = (points) => cornerOf(frame, [50, 20], points)
  assert.deepEqual(place([]), [16, 26])
  assert.deepEqual(place([[30, 40]]), [154, 26])
  assert.deepEqual(place([[30, 40], [170, 30]]), [16, 94])
  assert.deepEqual(place([[30, 40], [170, 30], [20, 100]]), [154, 94])
})

test("a path counts between its points too, up to where it is no number", () => {
  assert.deepEqual(along([[0, 0], [8, 4]], 2), [[0, 0], [4, 2], [8, 4], [8, 4]])
  assert.deepEqual(along([[1, 1], [NaN, 0], [3, 3]], 1), [[1, 1]])
})

/** A pen that writes down the places that it goes to. */
function pen() {
  const places = []
  const go = (...place) => places.push(place.slice(0, 2))
  return { places, beginPath() {}, stroke() {}, setLineDash() {}, moveTo: go, lineTo: go, arc: go }
}

test("a guess is a ring, what came out a cross, and outside of the picture none", () => {
  const scene = { lanes: [{ id: "adam-1" }], box: [0, 10, 0, 10], frame: { left: 0, top: 0, width: 100, height: 100 }, theme: { page: "#fff", text: "#000" } }
  const painted = (marks) => {
    const view = { ...scene, pen: pen(), ...scales(scene) }
    Object.assign(new GuessMarks(), marks).paint(view)
    return JSON.stringify(view.pen.places)
  }
  assert.equal(painted({}), "[]")
  assert.ok(painted({ guess: [5, 5] }).includes("[50,50]"))
  const both = painted({ guess: [5, 5], truth: [7, 5] })
  assert.ok(both.includes("[61,41]") && both.includes("[79,59]"), both)
  const out = painted({ guess: [5, 5], truth: [12, 5] })
  assert.equal(painted({ guess: [5, 5], lane: "adam-1" }), painted({ guess: [5, 5] }))
  assert.equal(painted({ guess: [5, 5], lane: "lion-1" }), "[]")
  assert.ok(out.includes("[100,50]") && !out.includes("[111,41]"), out)
})
