// A run as a GIF: what is coded, in which order. That others can read it is tested in the browser.

import assert from "node:assert/strict"
import { afterEach, beforeEach, test } from "node:test"

import { gif } from "../../ravine/web/arena/gif.js"

const [WIDTH, HEIGHT] = [4, 2]

/** A canvas on which a frame is one colour. */
beforeEach(() => {
  const context = { colour: 0, getImageData: () => ({ data: new Uint8ClampedArray(new Uint32Array(WIDTH * HEIGHT).fill(context.colour).buffer) }) }
  globalThis.document = { createElement: () => ({ getContext: () => context }) }
})

afterEach(() => delete globalThis.document)

const about = (more) => ({ width: WIDTH, height: HEIGHT, frames: 10, rate: 10, draw: (context, k) => (context.colour = (0xff000000 | k) >>> 0), ...more })

/** The hundredths of a second that each frame of a GIF stands. */
async function delays(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer())
  return [...bytes.keys()].filter((i) => bytes[i] === 0x21 && bytes[i + 1] === 0xf9).map((i) => bytes[i + 4] + 256 * bytes[i + 5])
}

test("every frame is coded, and it is told how far that is", async () => {
  const told = []
  const blob = await gif(about({ onProgress: (part) => told.push(part) }))
  assert.equal(blob.type, "image/gif")
  assert.equal((await blob.slice(0, 6).text()), "GIF89a")
  assert.deepEqual(await delays(blob), Array(10).fill(10))
  assert.deepEqual(told, Array.from({ length: 10 }, (_, k) => (k + 1) / 10))
})

test("a frame that is as the one before makes that one last longer", async () => {
  const draw = (context, k) => (context.colour = k < 5 ? 0xff0000ff : k < 9 ? 0xff00ff00 : 0xff0000ff)
  assert.deepEqual(await delays(await gif(about({ draw }))), [50, 40, 10])
  assert.deepEqual(await delays(await gif(about({ draw: (context) => (context.colour = 0xffffffff) }))), [100])
})

test("hundredths of a second add up", async () => {
  const spent = await delays(await gif(about({ rate: 12.5, frames: 25 })))
  assert.equal(spent.reduce((sum, one) => sum + one, 0), 200)
})

test("it can be stopped, and what fails is told", async () => {
  const stop = new AbortController()
  const seen = []
  const draw = (context, k) => (seen.push(k), seen.length === 6 && stop.abort())
  await assert.rejects(gif(about({ draw, signal: stop.signal })), { name: "AbortError" })
  assert.ok(seen.length < 9)
  await assert.rejects(gif(about({ draw: () => { throw new Error("no ink") } })), /no ink/)
})
