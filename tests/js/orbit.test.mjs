// The eye before the relief, and the swing that it begins with.

import assert from "node:assert/strict"
import { test } from "node:test"

import { FARTHEST, HIGHEST, LOWEST, NEAREST, away, eyeOf, onTheWay, turned, upOf, viewOf } from "../../ravine/web/arena/orbit.js"
import { fromAbove, swung, viewport } from "../../ravine/web/arena/swing.js"
import { zoomOf } from "../../ravine/web/arena/turning.js"

const MIDDLE = { x: 0, y: 0, z: -0.13 }
const USUAL = viewOf({ x: 1.1, y: -0.82, z: 1.38 }, MIDDLE)
const near = (a, b, slack = 1e-9) => assert.ok(Math.abs(a - b) < slack, `${a} is not ${b}`)
const dot = (a, b) => a.x * b.x + a.y * b.y + a.z * b.z
const minus = (a, b) => ({ x: a.x - b.x, y: a.y - b.y, z: a.z - b.z })

test("an eye is where its view says", () => {
  const eye = { x: 1.1, y: -0.82, z: 1.38 }
  const again = eyeOf(viewOf(eye, MIDDLE), MIDDLE)
  for (const axis of ["x", "y", "z"]) near(again[axis], eye[axis])
})

test("whatever is dragged and zoomed, the eye stays above the ground and out of the hill", () => {
  // the largest box that a relief has: SLIM and HEIGHT_TO_WIDTH of ravine/figures/relief.py
  const [wide, deep, high] = [Math.sqrt(1.5) / 2, Math.sqrt(1 / 1.5) / 2, 0.31]
  for (let right = -700; right <= 700; right += 35) {
    for (let down = -500; down <= 500; down += 25) {
      for (const factor of [0.01, 0.5, 1, 3, 100]) {
        const view = away(turned(USUAL, right, down), factor)
        const { x, y, z } = eyeOf(view, MIDDLE)
        assert.ok(z > MIDDLE.z && view.elevation >= LOWEST && view.elevation <= HIGHEST)
        assert.ok(view.distance >= NEAREST && view.distance <= FARTHEST)
        assert.ok(Math.abs(x) > wide || Math.abs(y) > deep || z > high, `inside the box at ${[x, y, z]}`)
      }
    }
  }
})

test("an eye from a link that is below the ground, in the hill or nowhere is brought to where one may be", () => {
  for (const eye of [{ x: 1, y: 1, z: -3 }, { x: 0.1, y: 0, z: 0 }, MIDDLE, { x: 10, y: 10, z: 10 }]) {
    const view = viewOf(eye, MIDDLE)
    assert.ok(view.elevation >= LOWEST && view.elevation <= HIGHEST && view.distance >= NEAREST && view.distance <= FARTHEST)
  }
})

test("dragging to the right turns the scene to the right, dragging down shows more of it from above", () => {
  const before = eyeOf(USUAL, MIDDLE)
  assert.ok(turned(USUAL, 10, 0).azimuth < USUAL.azimuth)
  assert.ok(eyeOf(turned(USUAL, 0, 10), MIDDLE).z > before.z)
  assert.ok(eyeOf(turned(USUAL, 0, -10), MIDDLE).z < before.z)
})

test("upwards is at right angles to where the eye looks, from right above too", () => {
  for (const down of [-500, 0, 30, 500]) {
    const view = turned(USUAL, 77, down)
    near(dot(upOf(view), minus(eyeOf(view, MIDDLE), MIDDLE)), 0)
    near(dot(upOf(view), upOf(view)), 1)
  }
})

test("from one view to another the way around is the short one", () => {
  const half = onTheWay({ ...USUAL, azimuth: 3 }, { ...USUAL, azimuth: -3 }, 0.5)
  near(Math.abs(half.azimuth), Math.PI, 1e-9)
})

test("the wheel zooms in when it rolls up, alike in pixels and in lines, and never far at once", () => {
  const wheel = (deltaY, deltaMode = 0, ctrlKey = false) => zoomOf({ deltaY, deltaMode, ctrlKey }, 500)
  assert.ok(wheel(-100) < 1 && wheel(100) > 1)
  near(wheel(3, 1), wheel(48))
  near(wheel(100) * wheel(-100), 1)
  assert.ok(wheel(100000) < 1.3)
  assert.ok(wheel(10, 0, true) > wheel(10), "a pinch on a pad goes by small numbers")
})

/** The pixel of a point as Plotly's camera sees it: 45 degrees from the lower edge to the upper one. */
function pixelOf(point, { camera: { eye, center, up } }, { width, height }) {
  const scaled = (v, by) => ({ x: v.x * by, y: v.y * by, z: v.z * by })
  const unit = (v) => scaled(v, 1 / Math.hypot(v.x, v.y, v.z))
  const cross = (a, b) => ({ x: a.y * b.z - a.z * b.y, y: a.z * b.x - a.x * b.z, z: a.x * b.y - a.y * b.x })
  const ahead = unit(minus(center, eye))
  const right = unit(cross(ahead, up))
  const seen = minus(point, eye)
  const zoom = height / 2 / Math.tan(Math.PI / 8) / dot(seen, ahead)
  return [width / 2 + zoom * dot(seen, right), height / 2 - zoom * dot(seen, cross(right, ahead))]
}

test("the swing begins with the plane just in the frame of the flat picture", () => {
  const frame = { left: 58, top: 10, width: 620, height: 420 }
  const picture = { width: 750, height: 504 }
  const { view, middle, sides } = fromAbove(frame, picture, 1.9)
  const port = viewport(view, middle, sides)
  const corner = (x, y) => pixelOf({ x: (x * sides.x) / 2, y: (y * sides.y) / 2, z: 0 }, port, picture)
  const [topLeft, bottomRight] = [corner(-1, 1), corner(1, -1)]
  near(topLeft[0], 58, 1e-6)
  near(topLeft[1], 10, 1e-6)
  near(bottomRight[0], 678, 1e-6)
  near(bottomRight[1], 430, 1e-6)
})

test("it ends in the view of the relief, rises all the while, and the eye is never below the ground", () => {
  const from = fromAbove({ left: 58, top: 10, width: 620, height: 420 }, { width: 750, height: 504 }, USUAL.distance)
  const to = { view: USUAL, middle: MIDDLE, sides: { x: 1.1, y: 0.9, z: 0.62 } }
  const seen = Array.from({ length: 21 }, (_, k) => swung(from, to, k / 20))
  assert.deepEqual(seen[0], [from.view, from.middle, from.sides])
  const [view, middle, sides] = seen.at(-1)
  for (const name of ["azimuth", "elevation", "distance"]) near(view[name], USUAL[name])
  near(middle.z, MIDDLE.z)
  near(sides.z, 0.62)
  seen.forEach(([at, , { z }], k) => assert.ok(at.elevation >= LOWEST && (k === 0 || z > seen[k - 1][2].z)))
})
