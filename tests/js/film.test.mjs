// The arithmetic of films, and their recording with a recorder that only takes notes.

import assert from "node:assert/strict"
import { afterEach, beforeEach, mock, test } from "node:test"

import { film, following, kinds, schedule } from "../../ravine/web/arena/film.js"

const settled = () => new Promise((resolve) => setImmediate(resolve))
const supports = (...types) => ({ isTypeSupported: (type) => types.includes(type) })

/** The frames that are painted when painting frame k takes `slow(k)` milliseconds. */
function painted(frames, rate, slow) {
  const [seen, times] = [[], []]
  let now = 0
  for (let k = 0; k < frames; k = following(k, now, frames, rate)) {
    seen.push(k)
    times.push(now)
    now = Math.max(now + slow(k), ((k + 1) * 1000) / rate)
  }
  return { seen, times, now }
}

test("a film rests for a second on its first picture and on its last", () => {
  for (const rate of [24, 30, 60]) {
    const at = schedule(40, 7, rate)
    assert.equal(at.length, 9 * rate)
    assert.equal(at.filter((position) => position === 0).length, rate)
    assert.equal(at.filter((position) => position === 40).length, rate)
    assert.ok(at.slice(1).every((position, k) => position >= at[k]))
  }
})

test("between its rests it moves evenly", () => {
  const at = schedule(300, 4, 25).slice(24, -24)
  const strides = at.slice(1).map((position, k) => position - at[k])
  for (const stride of strides) assert.ok(Math.abs(stride - 300 / 101) < 1e-9)
  assert.deepEqual([at[0], at.at(-1)], [0, 300])
})

test("a film of no steps, or of no time, is still a film", () => {
  assert.deepEqual(schedule(0, 0, 2), [0, 0, 0, 0])
  assert.deepEqual(schedule(5, 0, 0.5), [0, 5])
  assert.ok(schedule(0, 1, 10).every((position) => position === 0))
})

test("of each kind the first type that is supported is taken, and an MP4 has H.264", () => {
  const found = (...types) => kinds(supports(...types))
  assert.deepEqual(found("video/mp4", "video/webm", "video/webm;codecs=vp8"), [["webm", "video/webm;codecs=vp8"]])
  assert.deepEqual(found("video/mp4;codecs=avc1.42e01f", "video/mp4;codecs=vp9"), [["mp4", "video/mp4;codecs=avc1.42e01f"]])
  assert.deepEqual(found("video/mp4;codecs=avc1", "video/webm").map(([name]) => name), ["mp4", "webm"])
  assert.deepEqual(found("video/ogg"), [])
  assert.deepEqual(kinds(undefined), [])
  assert.deepEqual(kinds(class {}), [])
})

test("who is quick paints every frame, at its time", () => {
  const { seen, times, now } = painted(60, 30, () => 5)
  assert.deepEqual(seen, [...Array(60).keys()])
  times.forEach((time, k) => assert.ok(Math.abs(time - (k * 1000) / 30) < 1e-6))
  assert.ok(Math.abs(now - 2000) < 1e-6)
})

test("who is slow leaves frames out, never the last one, and is not late at the end", () => {
  for (const slow of [() => 50, () => 1000, (k) => (k % 7 ? 5 : 333)]) {
    const { seen, now } = painted(90, 30, slow)
    assert.deepEqual([seen[0], seen.at(-1)], [0, 89])
    assert.ok(seen.every((k, i) => i === 0 || k > seen[i - 1]))
    assert.ok(seen.length < 90)
    assert.ok(now >= 3000 - 1e-6 && now <= 3000 + 1001)
  }
})

/** A browser with a recorder: what it recorded, and how to make it fail. */
function stage(types = ["video/webm"]) {
  const notes = { asked: 0, stopped: 0, recorders: [] }
  const track = { requestFrame: () => (notes.asked += 1), stop: () => (notes.stopped += 1) }
  const stream = { getVideoTracks: () => [track], getTracks: () => [track] }
  const canvas = { getContext: () => "context", captureStream: () => stream }
  globalThis.document = { createElement: () => (notes.canvas = canvas) }
  globalThis.MediaRecorder = class {
    static isTypeSupported = (type) => types.includes(type)

    constructor(_stream, options) {
      Object.assign(this, { state: "inactive", mimeType: options.mimeType, options })
      notes.recorders.push(this)
    }

    start() {
      this.state = "recording"
    }

    stop() {
      this.state = "inactive"
      queueMicrotask(() => {
        this.ondataavailable({ data: new Blob([`${notes.asked} frames`]) })
        this.onstop()
      })
    }
  }
  return notes
}

/** Let a film of `seconds` go by. */
async function pass(seconds) {
  for (let time = 0; time < seconds * 1000; time += 20) {
    mock.timers.tick(20)
    await settled()
  }
}

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] })
  mock.method(performance, "now", () => Date.now())
})

afterEach(() => {
  mock.timers.reset()
  mock.restoreAll()
  delete globalThis.document
  delete globalThis.MediaRecorder
})

const about = (more) => ({ type: kinds()[0]?.[1], width: 101, height: 50, frames: 10, rate: 10, draw: () => {}, ...more })

test("every frame is painted and asked for, and the last one once more at the end", async () => {
  const notes = stage(["video/webm;codecs=vp9", "video/webm"])
  const [seen, told] = [[], []]
  const promise = film(about({ draw: (_, k) => seen.push(k), onProgress: (part) => told.push(part) }))
  await pass(1.2)
  const blob = await promise
  assert.deepEqual(seen, [...Array(10).keys(), 9])
  assert.equal(await blob.text(), "11 frames")
  assert.equal(blob.type, "video/webm")
  assert.equal(told.at(-1), 1)
  assert.ok(told.every((part, k) => part > 0 && part <= 1 && (k === 0 || part >= told[k - 1])))
  assert.equal(notes.stopped > 0, true)
  assert.equal(notes.recorders[0].options.mimeType, "video/webm;codecs=vp9")
  assert.deepEqual([notes.canvas.width, notes.canvas.height], [102, 50])
})

test("it can be stopped, and then everything stops", async () => {
  const notes = stage()
  const control = new AbortController()
  const seen = []
  const promise = film(about({ draw: (_, k) => seen.push(k), signal: control.signal }))
  const refused = assert.rejects(promise, { name: "AbortError" })
  await pass(0.3)
  control.abort()
  await refused
  const count = seen.length
  assert.ok(count > 0 && count < 10)
  await pass(1)
  assert.equal(seen.length, count)
  assert.equal(notes.recorders[0].state, "inactive")
  assert.ok(notes.stopped > 0)
})

test("one that is stopped before it begins is not begun in earnest", async () => {
  const notes = stage()
  const refused = assert.rejects(film(about({ signal: AbortSignal.abort("any reason") })), { name: "AbortError" })
  await refused
  assert.equal(notes.recorders[0].state, "inactive")
  await pass(1)
  assert.ok(notes.asked <= 1)
})

test("what goes wrong while painting or recording is told, and everything stops", async () => {
  const notes = stage()
  const draw = () => {
    throw new RangeError("no such step")
  }
  await assert.rejects(film(about({ draw })), { name: "RangeError", message: "no such step" })
  assert.equal(notes.recorders[0].state, "inactive")

  const refused = assert.rejects(film(about({})), { message: "disk full" })
  notes.recorders[1].onerror({ error: new Error("disk full") })
  await refused
  assert.equal(notes.recorders[1].state, "inactive")
})

test("where nothing can be recorded, that is said", async () => {
  stage()
  delete globalThis.MediaRecorder
  await assert.rejects(film(about({})), { name: "Error", message: "This browser cannot record a film." })
  stage(["video/ogg"])
  await assert.rejects(film(about({})), { message: "This browser cannot record a film." })
})
