// A run as a film: its frames are painted on a canvas that nobody sees, and the browser's own recorder looks on.

const KINDS = { // the names of files, and what each is recorded as; an MP4 that slides play has H.264
  mp4: ["video/mp4;codecs=avc1.64001f", "video/mp4;codecs=avc1.42e01f", "video/mp4;codecs=avc1"],
  webm: ["video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm"],
}
const REST = 1 // seconds on the first picture, and on the last
const BITS = 0.15 // for each pixel of each frame: thin lines and small print need more than a recorder's own choice
const MOST_BITS = 12e6 // a second

/** The positions, in steps, of the frames of a film: it rests, plays `steps` steps in `seconds`, and rests again. */
export function schedule(steps, seconds, rate) {
  const rest = Math.max(1, Math.round(REST * rate))
  const moving = Math.max(0, Math.round(seconds * rate))
  const between = Array.from({ length: moving }, (_, k) => (steps * (k + 1)) / (moving + 1))
  return [...Array(rest).fill(0), ...between, ...Array(rest).fill(steps)]
}

/** The kinds of films that this browser records: [name, type] each, those that `Recorder` supports. */
export function kinds(Recorder = globalThis.MediaRecorder) {
  const first = (types) => types.find((type) => Recorder?.isTypeSupported?.(type))
  return Object.entries(KINDS).map(([name, types]) => [name, first(types)]).filter(([, type]) => type)
}

/** The frame that follows frame `k` after so many milliseconds: a late one is left out, and never the last one. */
export function following(k, elapsed, frames, rate) {
  const due = Math.floor((elapsed * rate) / 1000 + 1e-6)
  return Math.max(k + 1, Math.min(due, frames - 1))
}

/**
 * Record a film of `frames` frames, `rate` a second, as a `type` that `kinds` names: `draw(context, k)` paints frame k, all
 * of it. It takes as long as it plays, also in a tab that is not seen, where frames are left out.
 *
 * `onProgress` hears how much is done, from 0 to 1. Resolves to a Blob. Rejects with an AbortError when `signal`
 * aborts, with what `draw` throws, and with an Error where nothing can be recorded.
 */
export async function film({ type, width, height, draw, frames, rate = 30, onProgress = () => {}, signal = null }) {
  const canvas = even(document.createElement("canvas"), width, height)
  if (!type || !canvas.captureStream) throw new Error("This browser cannot record a film.")
  const context = canvas.getContext("2d")
  const over = new AbortController()
  const tape = new Tape(captured(canvas, rate), type, Math.min(MOST_BITS, BITS * canvas.width * canvas.height * rate))
  const shot = (k) => {
    draw(context, k)
    tape.ask()
    onProgress((k + 1) / frames)
  }
  const cut = Promise.race([tape.failed, abortion(signal, over.signal)])
  try {
    await Promise.race([cut, play(shot, frames, rate, over.signal)])
    return await Promise.race([cut, tape.end()])
  } finally {
    over.abort()
    tape.stop()
  }
}

/** Show every frame at its time, and the last one again when its time is over: a film ends as its last frame begins. */
async function play(shot, frames, rate, over) {
  const began = performance.now()
  for (let k = 0; k < frames; k = following(k, performance.now() - began, frames, rate)) {
    shot(k)
    await until(began + ((k + 1) * 1000) / rate)
    if (over.aborted) return
  }
  shot(frames - 1)
}

/** Rejects when `signal` aborts; it is heard until `over`. */
function abortion(signal, over) {
  return new Promise((_, reject) => {
    const stop = () => reject(new DOMException("The film was stopped.", "AbortError"))
    if (signal?.aborted) stop()
    signal?.addEventListener("abort", stop, { signal: over })
  })
}

/** A timer, and not an animation frame: those stop where nobody looks. */
function until(time) {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, time - performance.now())))
}

/** A canvas of an even width and height: some recorders take no other. */
function even(canvas, width, height) {
  return Object.assign(canvas, { width: 2 * Math.ceil(width / 2), height: 2 * Math.ceil(height / 2) })
}

/** What is painted, a frame whenever one is asked for; where that cannot be asked for, whenever something changes. */
function captured(canvas, rate) {
  const asked = canvas.captureStream(0)
  return asked.getVideoTracks()[0].requestFrame ? asked : canvas.captureStream(rate)
}

/** A recorder that runs from its making on. */
class Tape {
  constructor(stream, type, bits) {
    this.stream = stream
    this.parts = []
    this.recorder = new MediaRecorder(stream, { mimeType: type, videoBitsPerSecond: Math.round(bits) })
    this.recorder.ondataavailable = ({ data }) => this.parts.push(data)
    this.ended = new Promise((resolve) => (this.recorder.onstop = resolve))
    this.failed = new Promise((_, reject) => {
      this.recorder.onerror = ({ error }) => reject(error ?? new Error("The recorder failed."))
    })
    this.recorder.start()
  }

  /** Take what is on the canvas now. */
  ask() {
    this.stream.getVideoTracks()[0].requestFrame?.()
  }

  /** The film, once the recorder has handed over all of it. */
  async end() {
    this.stop()
    await this.ended
    return new Blob(this.parts, { type: this.recorder.mimeType.split(";")[0] })
  }

  stop() {
    if (this.recorder.state !== "inactive") this.recorder.stop()
    this.stream.getTracks().forEach((track) => track.stop())
  }
}
