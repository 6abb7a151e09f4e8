// A run as an animated GIF, which every program that shows slides plays. Every frame is painted on a canvas that nobody
// sees and coded at once, as fast as the machine can, with a breath for the page after each.

import { GIFEncoder, nearestColorIndex, quantize } from "../vendor/gifenc.esm.js"

const COLOURS = 255 // one of 256 means "as before"
const FLAT = 128 // of them are the commonest colours just as they are: grounds and lines
const SAMPLES = [0, 0.5, 1] // of the run: the frames whose colours make the palette

/**
 * Code a GIF of `frames` frames, `rate` a second: `draw(context, k)` paints frame k, all of it. A frame holds what has
 * changed; one that is as the one before it makes that one last longer.
 *
 * `onProgress` hears how much is done, from 0 to 1. Resolves to a Blob. Rejects with an AbortError when `signal` aborts,
 * and with what `draw` throws.
 */
export async function gif({ width, height, draw, frames, rate, onProgress = () => {}, signal = null }) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height })
  const context = canvas.getContext("2d", { willReadFrequently: true })
  const pixels = (k) => {
    draw(context, k)
    return new Uint32Array(context.getImageData(0, 0, width, height).data.buffer)
  }
  const palette = coloured(SAMPLES.map((part) => pixels(Math.round(part * (frames - 1)))))
  const reel = new Reel(width, height, palette)
  for (let k = 0; k < frames; k++) {
    await breath()
    if (signal?.aborted) throw new DOMException("The film was stopped.", "AbortError")
    reel.add(pixels(k), Math.round(((k + 1) * 1000) / rate / 10) * 10)
    onProgress((k + 1) / frames)
  }
  return new Blob([reel.end()], { type: "image/gif" })
}

/** The colours of these pictures, a pixel a number, as a palette: the commonest as they are, and means of the others. */
function coloured(pictures) {
  const counts = new Map()
  for (const picture of pictures) for (const pixel of picture) counts.set(pixel, (counts.get(pixel) ?? 0) + 1)
  const common = [...counts].sort(([, one], [, other]) => other - one).slice(0, FLAT).map(([pixel]) => pixel)
  const known = new Set(common)
  const rest = Uint32Array.from(pictures.flatMap((picture) => [...picture.filter((pixel) => !known.has(pixel))]))
  return [...common.map(parts), ...(rest.length ? quantize(new Uint8ClampedArray(rest.buffer), COLOURS - common.length) : [])]
}

/** The red, green and blue of a pixel. */
const parts = (pixel) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255]

/** Frames on their way into a file: the last one waits until it is known how long it stands. */
class Reel {
  constructor(width, height, palette) {
    const all = [...palette, [0, 0, 0]]
    Object.assign(this, { width, height, palette, all, clear: palette.length, places: new Map(), encoder: GIFEncoder(), began: 0, until: 0 })
  }

  /** A frame, a pixel a number, that stands until so many milliseconds after the beginning. */
  add(picture, until) {
    const fresh = this.changed(picture)
    if (fresh) {
      this.write()
      Object.assign(this, { waiting: fresh, began: this.until, seen: picture })
    }
    this.until = until
  }

  /** What is other than before, as places in the palette; null where nothing is. */
  changed(picture) {
    const { seen } = this
    const fresh = new Uint8Array(picture.length).fill(this.clear)
    let some = false
    for (let i = 0; i < picture.length; i++) {
      if (seen && picture[i] === seen[i]) continue
      fresh[i] = this.place(picture[i])
      some = true
    }
    return some ? fresh : null
  }

  /** The place of the nearest colour in the palette. */
  place(pixel) {
    if (!this.places.has(pixel)) this.places.set(pixel, nearestColorIndex(this.palette, parts(pixel)))
    return this.places.get(pixel)
  }

  write() {
    if (!this.waiting) return
    const over = this.written ? { transparent: true, transparentIndex: this.clear } : { palette: this.all }
    this.encoder.writeFrame(this.waiting, this.width, this.height, { ...over, dispose: 1, delay: this.until - this.began })
    this.written = true
  }

  end() {
    this.write()
    this.encoder.finish()
    return this.encoder.bytes()
  }
}

/** Let the page do what it has to. A message, and not a timer: timers are slow where nobody looks. */
function breath() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}
