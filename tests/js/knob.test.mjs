import assert from "node:assert/strict"
import { mock, test } from "node:test"

import { Knob } from "../../ravine/web/arena/knob.js"
import { frames, settled } from "./page.mjs"

const DIAL = { key: "shared--lr", fan: "on=bowl", stops: ["0.1", "0.2", "0.3", "0.4", "0.5"], at: 2 }

/** A knob of a race with two lanes, of which the second does not follow it; what it fetched, asked and drew. */
function held(dial = {}) {
  const lanes = [{ x: [0] }, { x: [0] }]
  const data = { dial: { ...DIAL, ...dial }, urls: { fan: "/fan" }, lanes, steps: 1, view: [0, 1, 0, 1], layout: "overlay" }
  const [fetched, told, answers] = [[], [], []]
  const fetch = (url, shape) => (fetched.push([url, shape]), new Promise((answer, fail) => answers.push({ answer, fail })))
  const tell = (what) => (turn) => told.push([what, turn])
  const knob = new Knob(() => ({ data, lanes }), { draw: tell("draw"), ask: tell("ask"), commit: tell("commit") }, fetch)
  const fan = { moves: (lane) => lane === 0, path: (lane, stop) => `${lane}:${stop}`, read: (_lane, stop, path) => (path.x = [stop]) }
  const arrive = async (nth = 0, what = fan) => (answers[nth].answer(what), await settled())
  return { knob, data, lanes, fetched, told, answers, arrive, screen: frames() }
}

test("the fan is fetched once for each race and knob, with its shape", async () => {
  const { knob, data, fetched, arrive } = held()
  knob.need()
  knob.need()
  await arrive()
  knob.need()
  const shape = { lanes: 2, stops: 5, steps: 1, view: [0, 1, 0, 1] }
  assert.deepEqual(fetched, [["/fan?on=bowl&knob=shared--lr", shape]])
  data.dial = { ...data.dial, key: "start--0" }
  knob.need()
  assert.equal(fetched.length, 2)
})

test("a fan that does not come, or comes too late, is none", async () => {
  const { knob, data, answers, arrive, fetched } = held()
  knob.need()
  answers[0].fail(new Error("offline"))
  await settled()
  assert.ok(!knob.fits)
  knob.need()
  data.dial = { ...data.dial, key: "start--0" }
  knob.need()
  await arrive(1)
  assert.equal(knob.fan, null)
  await arrive(2)
  assert.ok(knob.fits)
  assert.equal(fetched.length, 3)
})

test("without the fan a stop is asked for at once", () => {
  const { knob, told, fetched } = held()
  knob.scrub(3)
  assert.deepEqual(told, [["ask", ["shared--lr", "0.4"]]])
  assert.equal(fetched.length, 1)
  assert.equal(knob.shows, "0.4")
})

test("with it paths follow frame by frame, and numbers are asked for when the hand rests", async () => {
  mock.timers.enable({ apis: ["setTimeout"] })
  const { knob, lanes, told, screen, arrive } = held()
  knob.need()
  await arrive()
  for (const stop of [0, 1, 4]) knob.scrub(stop)
  assert.equal(screen.waiting.size, 1)
  screen.run(0)
  assert.deepEqual(lanes.map(({ x }) => x), [[4], [4]])
  mock.timers.tick(139)
  assert.equal(told.some(([what]) => what === "ask"), false)
  mock.timers.tick(1)
  assert.deepEqual(told.at(-1), ["ask", ["shared--lr", "0.5"]])
  mock.timers.reset()
})

test("what is let go is told, and asks for nothing more", async () => {
  mock.timers.enable({ apis: ["setTimeout"] })
  const { knob, told, arrive } = held()
  knob.need()
  await arrive()
  knob.scrub(4)
  knob.commit(4)
  mock.timers.tick(1000)
  assert.deepEqual(told.filter(([what]) => what !== "draw"), [["commit", ["shared--lr", "0.5"]]])
  assert.equal(knob.shows, "")
  mock.timers.reset()
})

test("another knob is not scrubbed, the same one still is", () => {
  const { knob } = held()
  knob.scrub(3)
  knob.meet(undefined)
  knob.meet({ key: "shared--lr" })
  assert.equal(knob.scrubbed, 3)
  knob.meet({ key: "steps" })
  assert.equal(knob.scrubbed, null)
})

test("neighbours are drawn for the lanes that follow, on a plane, and when they are asked for", async () => {
  const { knob, data, lanes, arrive } = held()
  const fan = new Set(["fan"])
  assert.equal(knob.paths(fan), null)
  knob.need()
  await arrive()
  assert.deepEqual(knob.paths(fan).map(({ path }) => path), ["0:0", "0:4"])
  knob.scrubbed = 3
  assert.deepEqual(knob.paths(fan).map(({ path }) => path), ["0:1"])
  assert.equal(knob.paths(new Set()), null)
  lanes[0].hidden = true
  assert.deepEqual(knob.paths(fan), [])
  data.layout = "3d"
  assert.equal(knob.paths(fan), null)
})

test("while another value is scrubbed there are no arrows", () => {
  const { knob } = held()
  const marks = new Set(["levels", "gradient", "velocity", "step", "fan"])
  assert.equal(knob.marks(marks), marks)
  knob.scrubbed = DIAL.at
  assert.equal(knob.marks(marks), marks)
  knob.scrubbed = 0
  assert.deepEqual([...knob.marks(marks)], ["levels", "fan"])
})

test("what waits is dropped with the knob", async () => {
  mock.timers.enable({ apis: ["setTimeout"] })
  const { knob, told, fetched, screen, arrive } = held()
  knob.need()
  await arrive()
  knob.scrub(1)
  knob.needLater()
  knob.dispose()
  mock.timers.tick(1000)
  assert.deepEqual([screen.waiting.size, fetched.length, told.length], [0, 1, 1])
  mock.timers.reset()
})
