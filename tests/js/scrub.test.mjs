import assert from "node:assert/strict"
import { test } from "node:test"

import { Scrub } from "../../ravine/web/arena/scrub.js"
import { frames } from "./page.mjs"

/** A race of `steps` steps in time, what it told, and the frames that it asks for. */
function race(steps, isShown = () => true) {
  const told = []
  const screen = frames()
  const scrub = new Scrub({ draw: () => told.push(scrub.clock.position), settle: () => told.push("rest"), isShown })
  scrub.clock.resize(steps)
  return { scrub, told, screen }
}

test("steps and jumps are drawn, and told when they are done", () => {
  const { scrub, told } = race(10)
  for (const act of ["first", "forward", "back", "last"]) scrub[act]()
  assert.deepEqual(told, [0, "rest", 1, "rest", 0, "rest", 10, "rest"])
})

test("dragging along the steps is told when the hand is off", () => {
  const { scrub, told } = race(10)
  const { seek, settle } = scrub.controls()
  seek(3)
  seek(4)
  settle()
  assert.deepEqual(told, [3, 4, "rest"])
})

test("back from between two steps goes to the one before", () => {
  const { scrub } = race(10)
  scrub.clock.position = 4.5
  scrub.controls().back()
  assert.equal(scrub.clock.position, 4)
  scrub.controls().back()
  assert.equal(scrub.clock.position, 3)
})

test("it plays by the clock of the frames, to the end, and then tells", () => {
  const { scrub, told, screen } = race(10)
  scrub.toggle()
  const begun = performance.now()
  screen.run(begun + 1000)
  assert.ok(scrub.clock.position > 1 && scrub.clock.position < 5, String(scrub.clock.position))
  assert.equal(told.includes("rest"), false)
  screen.run(begun + 100_000)
  assert.equal(scrub.clock.position, 10)
  assert.equal(told.at(-1), "rest")
  assert.equal(screen.waiting.size, 0)
})

test("it pauses on a whole step, and one frame at a time is waited for", () => {
  const { scrub, told, screen } = race(10)
  scrub.start()
  scrub.start()
  assert.equal(screen.waiting.size, 1)
  screen.run(performance.now() + 1300)
  scrub.toggle()
  assert.equal(scrub.clock.position % 1, 0)
  assert.equal(scrub.clock.playing, false)
  assert.equal(told.at(-1), "rest")
})

test("who is no longer on the page asks for no further frame", () => {
  const { scrub, screen } = race(10, () => false)
  scrub.start()
  screen.run(performance.now() + 100)
  assert.equal(screen.waiting.size, 0)
  scrub.start()
  scrub.dispose()
  assert.equal(screen.waiting.size, 0)
})

test("a link says where the race stands, and what is the end is not said", () => {
  const { scrub } = race(10)
  assert.equal(scrub.at, null)
  scrub.clock.playing = true
  scrub.open(4)
  assert.deepEqual([scrub.clock.position, scrub.clock.playing, scrub.at], [4, false, 4])
  scrub.open(null)
  assert.deepEqual([scrub.clock.position, scrub.at], [10, null])
  scrub.open(0)
  assert.equal(scrub.at, 0)
})

test("the speed is the clock's", () => {
  const { scrub } = race(10)
  scrub.controls().speed(4)
  assert.equal(scrub.clock.speed, 4)
})
