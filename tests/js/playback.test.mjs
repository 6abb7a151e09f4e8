import assert from "node:assert/strict"
import { test } from "node:test"

import { Playback } from "../../ravine/web/arena/playback.js"

/** A clock of `steps` steps that stands at `position`. */
function clock(steps, position) {
  const made = new Playback(steps)
  made.seek(position)
  return made
}

/** A clock that plays from `position`. */
function playing(steps, position) {
  const made = clock(steps, position)
  made.play()
  return made
}

test("a new race stands at its end", () => {
  const made = new Playback(20)
  assert.deepEqual([made.position, made.step, made.atEnd, made.playing], [20, 20, true, false])
})

test("who plays at the end starts anew; who plays elsewhere goes on", () => {
  assert.equal(playing(20, 20).position, 0)
  assert.equal(playing(20, 7).position, 7)
  assert.equal(playing(20, 7).playing, true)
})

test("a race without steps does not play", () => {
  const made = playing(0, 0)
  assert.equal(made.playing, false)
  assert.equal(made.advance(1), false)
  assert.equal(made.position, 0)
})

test("a long race takes seven seconds", () => {
  const made = playing(700, 0)
  assert.equal(made.advance(1), true)
  assert.equal(made.position, 100)
  assert.equal(made.advance(5.99), true)
  assert.equal(made.advance(0.02), false)
})

test("a short race goes at two and a half steps a second", () => {
  const made = playing(5, 0)
  made.advance(1)
  assert.equal(made.position, 2.5)
  assert.equal(made.step, 2)
})

test("speed multiplies either rate", () => {
  for (const [steps, rate] of [[5, 2.5], [700, 100]]) {
    const made = playing(steps, 0)
    made.speed = 0.25
    made.advance(1)
    assert.equal(made.position, rate / 4)
  }
})

test("the clock stops exactly at the end", () => {
  const made = playing(10, 9)
  assert.equal(made.advance(60), false)
  assert.deepEqual([made.position, made.playing, made.atEnd], [10, false, true])
})

test("a clock that does not play does not move", () => {
  const made = clock(10, 4)
  assert.equal(made.advance(1), false)
  assert.equal(made.position, 4)
})

test("a pause falls back to the last whole step", () => {
  const made = playing(10, 3)
  made.advance(0.3)
  assert.equal(made.position, 3.75)
  made.pause()
  assert.deepEqual([made.position, made.playing], [3, false])
})

test("a step is complete although floats fall a hair short of it", () => {
  const made = playing(10, 0)
  made.position = 3 - 1e-12
  assert.equal(made.step, 3)
  made.pause()
  assert.equal(made.position, 3)
  made.position = 3 - 1e-6
  assert.equal(made.step, 2)
})

test("scrubbing stops the clock on a whole step within the race", () => {
  const made = playing(10, 2)
  made.seek(6.6)
  assert.deepEqual([made.position, made.playing], [7, false])
  made.seek(-3)
  assert.equal(made.position, 0)
  made.seek(11)
  assert.equal(made.position, 10)
})

test("who stood at the end stays at the end of a longer or shorter race", () => {
  for (const steps of [3, 50]) {
    const made = new Playback(10)
    made.resize(steps)
    assert.deepEqual([made.position, made.steps], [steps, steps])
  }
})

test("who stood elsewhere stays there, or at the end when the race is too short", () => {
  for (const [steps, position] of [[50, 6], [7, 6], [4, 4]]) {
    const made = clock(10, 6)
    made.resize(steps)
    assert.deepEqual([made.position, made.steps], [position, steps])
  }
})

test("a race that becomes longer while it plays goes on from where it is", () => {
  const made = playing(10, 0)
  made.advance(1)
  made.resize(700)
  assert.deepEqual([made.position, made.playing], [2.5, true])
  assert.equal(made.advance(1), true)
  assert.equal(made.position, 102.5)
})
