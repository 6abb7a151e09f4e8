import assert from "node:assert/strict"
import { test } from "node:test"

import { Camera } from "../../ravine/web/arena/camera.js"

const VIEW = [-6, 6, -3, 3]

/** A camera before this picture, and how often it has moved. */
function camera(link = {}) {
  const moves = []
  const made = new Camera(() => moves.push(made.zoom))
  made.open({ zoom: null, eye: null, view: VIEW, ...link })
  return { made, moves }
}

test("at first the whole picture is seen, from the usual place", () => {
  const { made, moves } = camera()
  assert.deepEqual(made.box, VIEW)
  assert.equal(made.isMoved("overlay"), false)
  assert.equal(made.isMoved("3d"), false)
  assert.deepEqual(moves, [])
})

test("a link says what is looked at, and from where", () => {
  const { made } = camera({ zoom: [0, 1, 0, 1], eye: [1, 2, 3] })
  assert.deepEqual(made.box, [0, 1, 0, 1])
  assert.equal(made.isMoved("overlay"), true)
  assert.equal(made.isMoved("3d"), true)
})

test("nearer goes to the racers in view, wider around the middle", () => {
  const { made, moves } = camera()
  made.closer([[2, 1], [100, 0], null])
  assert.deepEqual(made.zoom, [-1, 5, -0.5, 2.5])
  made.wider()
  assert.deepEqual(made.zoom, [-4, 8, -2, 4])
  assert.equal(moves.length, 2)
})

test("the whole picture puts the eye back as well", () => {
  const { made, moves } = camera({ zoom: [0, 1, 0, 1], eye: [1, 2, 3] })
  made.whole()
  assert.deepEqual([made.zoom, made.eye, moves.length], [null, null, 1])
})

test("a window is as exact as itself, and beyond the limits of a link nothing happens", () => {
  const { made, moves } = camera()
  made.lookAt([0.123456789, 1.123456789, 0, 1])
  assert.ok(made.zoom.every((v) => String(v).length < 9), String(made.zoom))
  const before = made.zoom
  for (const box of [[0, 1e-7, 0, 1], [0, 2e6, 0, 1], [0, NaN, 0, 1]]) made.lookAt(box)
  assert.equal(made.zoom, before)
  assert.equal(moves.length, 1)
})

test("following zooms out to who left, and not at all when nobody did", () => {
  const { made, moves } = camera()
  made.follow([{ x: [0, 1], y: [0, 1] }])
  assert.equal(moves.length, 0)
  made.follow([{ x: [0, 10], y: [0, 1] }])
  assert.ok(made.box[1] > 10)
  assert.equal(moves.length, 1)
})

test("a path that leaves the picture is missed, also when it came back", () => {
  const { made } = camera()
  const path = (...points) => [{ x: points.map(([x]) => x), y: points.map(([, y]) => y) }]
  assert.equal(made.loses(path([0, 0], [6, 3])), false)
  assert.equal(made.loses(path([0, 0], [6.1, 0])), true)
  assert.equal(made.loses(path([0, 0], [0, 8], [0, 0])), true)
  assert.equal(made.loses(path([0, 0], [NaN, NaN])), false) // there is nothing that one could zoom out to
  made.lookAt([0, 2, 0, 2])
  assert.equal(made.loses(path([3, 0])), true)
  made.follow(path([3, 0]))
  assert.equal(made.loses(path([3, 0])), false)
})

test("the eye is told in thousandths", () => {
  const { made, moves } = camera()
  assert.deepEqual(made.turned({ x: 1.23456, y: -1, z: 0.0004 }), [1.235, -1, 0])
  assert.deepEqual(made.eye, [1.235, -1, 0])
  assert.equal(made.isMoved("3d"), true)
  assert.equal(made.isMoved("panels"), false)
  assert.deepEqual(moves, [])
})

test("a place on the picture stays on it, and is as exact as what is seen of it", () => {
  const { made } = camera({ zoom: [5, 7, 2, 4] })
  assert.deepEqual(made.place([6.9, 3.5]), [6, 3])
  const [x, y] = made.place([5.123456789, 2.987654321])
  assert.ok(Math.abs(x - 5.123456789) < 0.01 && Math.abs(y - 2.987654321) < 0.01)
  assert.ok(String(x).length < 9 && String(y).length < 9, `${x},${y}`)
})
